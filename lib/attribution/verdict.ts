import { z } from "zod";
import { list } from "@/lib/wording/sentence";
import type { Evidence } from "./evidence";
import { ownReasons } from "./own-reasons";
import { platformReasons } from "./platform-reasons";
import { reasonSchema, type Weighed } from "./reason";

export const SIDES = ["yours", "platform", "both", "unclear"] as const;
export type Side = (typeof SIDES)[number];

export const verdictSchema = z.object({
  side: z.enum(SIDES),
  /** One sentence. */
  sentence: z.string(),
  /** What weighs most first. */
  reasons: z.array(reasonSchema),
  /** What would decide it, in one sentence; null where it is decided. */
  wouldDecide: z.string().nullable(),
});
export type Verdict = z.infer<typeof verdictSchema>;

/**
 * Whose problem it is, from what was known at onset and learned about onset. What failed later is shown, and decides nothing.
 *
 * - The platform's side stands with one decisive fact, or with two hints that agree.
 * - Your side stands with one decisive fact; with a hint (a deployment, a surge) where the platform was looked at and no
 *   evidence is against it; or without any where all of the platform that matters is known to work.
 * - Where the platform's side stands and there is evidence for yours too, it is both. Where neither stands, it is unclear.
 *
 * So evidence against the platform can never make it more "yours", and other tenants count only as one yes or no.
 */
export function verdict(evidence: Evidence): Verdict {
  const own = ownReasons(evidence);
  const platform = platformReasons(evidence);
  const all = [...platform, ...own];
  const looked = lookedAt(evidence);
  const platformStands = stands(platform, 2);
  const ownSpeaks = own.some(({ weight }) => weight !== "none");
  const platformSpeaks = platform.some(({ weight }) => weight !== "none");
  const excluded = !platformSpeaks && looked === "whole" && !ownSpeaks;
  const ownStands =
    own.some(({ weight }) => weight === "decisive") || (ownSpeaks && !platformSpeaks && looked !== "nothing");

  if (platformStands) return decided(ownSpeaks ? "both" : "platform", all);
  if (ownStands) return decided("yours", all);
  if (excluded) return decided("yours", [...all, exclusion(evidence)]);
  return {
    ...decided("unclear", all),
    wouldDecide: wouldDecide(evidence, { ownSpeaks, platformSpeaks, looked }),
  };
}

/** A verdict as a mail says it: the newest, and the side that is kept. */
export type MailVerdict = Verdict & { keptSide: Side };

const SENTENCES: Record<Side, string> = {
  yours: "What is known points to your capability itself.",
  platform: "What is known points to the platform.",
  both: "Evidence points to both your capability and the platform.",
  unclear: "What is known doesn't tell whose problem this is.",
};

function decided(side: Side, reasons: readonly Weighed[]): Verdict {
  return {
    side,
    sentence: SENTENCES[side],
    reasons: [...reasons]
      .sort((a, b) => rank(a, side) - rank(b, side))
      .map(({ weight: _, ...reason }) => reason),
    wouldDecide: null,
  };
}

const WEIGHTS = { decisive: 0, hint: 1, none: 2 };

/** What decided comes first; among equals the order in which they were found. */
function rank({ side, weight }: Weighed, verdictSide: Side): number {
  const speaksFor = side === verdictSide || verdictSide === "both" || verdictSide === "unclear";
  return WEIGHTS[weight] * 2 + (speaksFor ? 0 : 1);
}

function stands(reasons: readonly Weighed[], hintsNeeded: number): boolean {
  const hints = new Set(reasons.filter(({ weight }) => weight === "hint").map(({ kind }) => kind));
  return reasons.some(({ weight }) => weight === "decisive") || hints.size >= hintsNeeded;
}

/** How much of the platform's onset could be looked at. whole: every component that can be the cause, the canary and the others. */
type Looked = "nothing" | "part" | "whole";

function lookedAt({ components, canary, othersAffected }: Evidence): Looked {
  const states = [
    ...possibleCauses(components).map(({ atOnset, dependence }) =>
      dependence === "unknown" ? "unknown" : atOnset,
    ),
    ...(canary && canary.explains !== false ? [canary.atOnset] : []),
  ];
  const known = states.filter((state) => state !== "unknown").length;
  const isWhole =
    components !== null &&
    components.length > 0 &&
    canary !== null &&
    othersAffected !== null &&
    known === states.length;
  if (isWhole) return "whole";
  return known > 0 ? "part" : "nothing";
}

const possibleCauses = (components: Evidence["components"]) =>
  (components ?? []).filter(({ explains }) => explains !== false);

function exclusion({ onset }: Evidence): Weighed {
  return {
    kind: "platform-works",
    side: "yours",
    weight: "hint",
    sentence:
      "All platform components that could cause this worked at onset, and so did the platform's canary.",
    target: { kind: "signal", signal: onset.signal },
  };
}

function wouldDecide(
  evidence: Evidence,
  { ownSpeaks, platformSpeaks, looked }: { ownSpeaks: boolean; platformSpeaks: boolean; looked: Looked },
): string {
  if (platformSpeaks && ownSpeaks)
    return "If it ends when you take your last change back, it was yours; if it ends with the platform's trouble, it wasn't.";
  if (platformSpeaks)
    return "A component of the platform that fails, or your own logs from the minutes before, would decide it.";
  if (looked === "nothing")
    return "The state of the platform's components at onset would decide it, and it isn't known.";
  const missing = unknownNames(evidence);
  if (missing.length > 0) return `${listed(missing)} could not be read: knowing that would decide it.`;
  return "Your own logs from the minutes before it began would decide it.";
}

function unknownNames({ components, canary }: Evidence): string[] {
  const names = possibleCauses(components)
    .filter(({ atOnset, dependence }) => atOnset === "unknown" || dependence === "unknown")
    .map(({ name }) => `the state of ${name}`);
  if (!canary || (canary.explains !== false && canary.atOnset === "unknown"))
    names.push("the platform's canary");
  return names;
}

function listed(names: readonly string[]): string {
  const text = list(names);
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Whether an owner would read something new: another side, another reason, or another thing that would decide. */
export function differs(a: Verdict, b: Verdict): boolean {
  const key = ({ side, reasons, wouldDecide }: Verdict) =>
    JSON.stringify([side, reasons.map(({ kind, sentence, now }) => [kind, sentence, now]), wouldDecide]);
  return key(a) !== key(b);
}
