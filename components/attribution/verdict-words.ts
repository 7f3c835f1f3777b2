import type { ComponentState } from "@/lib/attribution/evidence";
import type { ReasonTarget } from "@/lib/attribution/reason";
import type { Side } from "@/lib/attribution/verdict";
import type { ComponentView } from "@/lib/attribution/view";
import { eventAnchor } from "@/lib/timeline/anchor";
import { list } from "@/lib/wording/sentence";

export const SIDE_WORDS: Record<Side, string> = {
  yours: "Yours",
  platform: "The platform's",
  both: "Both",
  unclear: "Unclear",
};

/** A sign beside each word, so that the sides differ in shape as well. */
export const SIDE_SIGNS: Record<Side, string> = { yours: "◆", platform: "▲", both: "◆▲", unclear: "?" };

export const STATE_WORDS: Record<ComponentState, string> = {
  ok: "works",
  failing: "failing",
  unknown: "unknown",
};

/** Where a reason can be looked at: its chart, its event on the timeline, or the platform's components. */
export function hrefOf(target: ReasonTarget) {
  switch (target.kind) {
    case "signal":
      return `/signals/${target.signal}` as const;
    case "event":
      return `/timeline#${eventAnchor({ kind: target.event, atMs: target.atMs })}` as const;
    case "component":
      return "/#whose" as const;
  }
}

export function linkWords(target: ReasonTarget): string {
  switch (target.kind) {
    case "signal":
      return "Chart";
    case "event":
      return "Event";
    case "component":
      return "Component";
  }
}

/** The platform in one sentence, as far as it concerns this capability. */
export function platformWords(components: readonly ComponentView[] | null): string {
  if (components === null || components.every(({ state }) => state === "unknown"))
    return "The state of the platform's components is not known.";
  const failing = components.filter(({ state }) => state === "failing").map(({ name }) => name);
  const unknown = components.filter(({ state }) => state === "unknown").length;
  if (failing.length > 0)
    return `Of the platform, ${list(failing)} ${failing.length === 1 ? "is" : "are"} failing now.`;
  if (unknown > 0) return "Of the platform, everything that is known works; not all of it is known.";
  return "Everything of the platform that you depend on works.";
}
