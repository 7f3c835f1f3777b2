import type { ComponentEvidence, ComponentState, Evidence } from "./evidence";
import { exitCause, exitInWords } from "./exits";
import { beforeOnset, JUST_BEFORE_MS } from "./onset-words";
import type { Weighed } from "./reason";

/** What speaks against the platform, what weighs most first. */
export function platformReasons(evidence: Evidence): Weighed[] {
  const { components, canary, othersAffected, exits, onset } = evidence;
  const reasons: Weighed[] = (components ?? []).filter(failed).map((component) => ({
    kind: "component-failing",
    side: "platform",
    weight: component.dependence === "unknown" ? "hint" : "decisive",
    sentence: componentSentence(component),
    target: { kind: "component", component: component.id },
  }));
  if (canary && failed(canary))
    reasons.push({
      kind: "canary-failing",
      side: "platform",
      weight: "decisive",
      sentence: `The platform's canary, which does nothing but answer, ${tense(canary, "is failing", "was failing")} too.`,
      target: { kind: "component", component: "canary" },
    });
  const gone = (exits ?? []).filter(
    (exit) => exitCause(exit) === "machine" && exit.atMs >= onset.breachedAtMs - JUST_BEFORE_MS,
  );
  const [first] = gone;
  if (first)
    reasons.push({
      kind: "machine-exit",
      side: "platform",
      weight: "decisive",
      sentence: `${gone.length === 1 ? "A pod of yours lost its place" : "Pods of yours lost their places"} on the platform, first ${beforeOnset(first.atMs, onset)}: ${exitInWords(first)}.`,
      target: { kind: "event", event: "restart", atMs: first.atMs },
    });
  if (othersAffected === true)
    reasons.push({
      kind: "others-affected",
      side: "platform",
      weight: "hint",
      sentence: "Others are affected too, in the same minutes.",
      target: { kind: "signal", signal: onset.signal },
    });
  return reasons;
}

type States = { atOnset: ComponentState; now: ComponentState };

const failed = ({ atOnset, now }: States) => atOnset === "failing" || now === "failing";

function componentSentence(component: ComponentEvidence): string {
  const { name, parts, dependence } = component;
  const which =
    parts.length > 0 ? `${name} (${parts.slice(0, 3).join(", ")}${parts.length > 3 ? ", …" : ""})` : name;
  const role = {
    everyone: "which every capability depends on",
    own: "which your capability depends on",
    unknown: "of which it can't be told whether your capability depends on it",
  }[dependence];
  return `${which}, ${role}, ${tense(component, "is failing", "was failing")}.`;
}

function tense({ atOnset, now }: States, is: string, was: string): string {
  if (now === "failing") return atOnset === "failing" ? `${is}, and was when it began` : `${is} now`;
  return now === "ok" ? `${was} when it began, and works again` : `${was} when it began`;
}
