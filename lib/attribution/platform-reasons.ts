import type { ComponentEvidence, ComponentState, Evidence } from "./evidence";
import { exitCause, exitInWords } from "./exits";
import { beforeOnset, isOfOnset } from "./onset-words";
import type { Weighed } from "./reason";

/** Evidence against the platform, what weighs most first, and what of it failed too late or can't be the cause. */
export function platformReasons(evidence: Evidence): Weighed[] {
  return [
    ...componentReasons(evidence),
    ...canaryReasons(evidence),
    ...machineReasons(evidence),
    ...othersReasons(evidence),
  ];
}

type States = { atOnset: ComponentState; now: ComponentState; explains?: boolean; failedLater?: boolean };

/** Only what failed at onset and can cause the signal counts as a cause. */
export const isBlamed = ({ atOnset, explains }: Pick<States, "atOnset" | "explains">): boolean =>
  atOnset === "failing" && explains !== false;

const NO_CAUSE = { side: "neither", weight: "none" } as const;

function componentReasons({ components }: Evidence): Weighed[] {
  return (components ?? []).flatMap((component): Weighed[] => {
    const { id, name, dependence, atOnset, now, explains } = component;
    const about = { kind: "component-failing", target: { kind: "component", component: id } } as const;
    if (isBlamed(component))
      return [
        {
          ...about,
          side: "platform",
          weight: dependence === "unknown" ? "hint" : "decisive",
          sentence: `${componentName(component)}, ${ROLES[dependence]}, was failing at onset.`,
          now,
        },
      ];
    if (explains === false)
      return atOnset === "failing"
        ? [{ ...about, ...NO_CAUSE, sentence: `${name} was failing at onset, but can't cause this.` }]
        : [];
    const sentence = afterOnset(name, component);
    return sentence ? [{ ...about, ...NO_CAUSE, sentence }] : [];
  });
}

/** What is said of a failure that wasn't seen at onset. It came later only where it was seen to work at onset. */
function afterOnset(name: string, { atOnset, now, failedLater }: States): string | null {
  if (atOnset === "ok" && (failedLater || now === "failing"))
    return `${name} failed later, after the onset, so it isn't the cause.`;
  return now === "failing" ? `${name} is failing now. Its state at onset isn't known.` : null;
}

function canaryReasons({ canary }: Evidence): Weighed[] {
  if (!canary || canary.explains === false) return [];
  const about = { kind: "canary-failing", target: { kind: "component", component: "canary" } } as const;
  if (isBlamed(canary))
    return [
      {
        ...about,
        side: "platform",
        weight: "decisive",
        sentence: "The platform's canary, which does nothing but answer, was failing at onset, too.",
        now: canary.now,
      },
    ];
  const sentence = afterOnset("The platform's canary", canary);
  return sentence ? [{ ...about, ...NO_CAUSE, sentence }] : [];
}

function machineReasons({ exits, onset }: Evidence): Weighed[] {
  const gone = (exits ?? []).filter((exit) => exitCause(exit) === "machine" && isOfOnset(exit.atMs, onset));
  const [first] = gone;
  if (!first) return [];
  return [
    {
      kind: "machine-exit",
      side: "platform",
      weight: "decisive",
      sentence: `${gone.length === 1 ? "A pod of yours lost its place" : "Pods of yours lost their places"} on the platform, first ${beforeOnset(first.atMs, onset)}: ${exitInWords(first)}.`,
      target: { kind: "event", event: "restart", atMs: first.atMs },
    },
  ];
}

function othersReasons({ othersAffected, onset }: Evidence): Weighed[] {
  if (othersAffected !== true) return [];
  return [
    {
      kind: "others-affected",
      side: "platform",
      weight: "hint",
      sentence: "Others were affected in the same minutes.",
      target: { kind: "signal", signal: onset.signal },
    },
  ];
}

const ROLES = {
  everyone: "which every capability depends on",
  own: "which your capability depends on",
  unknown: "which your capability may depend on",
};

function componentName({ name, parts }: ComponentEvidence): string {
  return parts.length > 0
    ? `${name} (${parts.slice(0, 3).join(", ")}${parts.length > 3 ? ", …" : ""})`
    : name;
}
