import type { ListedWaiting } from "@/lib/evaluation/waiting";
import type { BlockValue, LineComparison } from "@/lib/releases/compare-line";
import type { Release } from "@/lib/releases/releases";
import type { Rollout } from "@/lib/releases/rollout";
import type { ReleaseStretches } from "@/lib/releases/stretches";

/** Why nothing can be said of a release as a whole. */
export type ReleaseDoubt =
  | { kind: "other-release"; which: "previous" | "next"; release: Release }
  | { kind: "not-serving"; fromMs: number }
  /** It is stuck: what runs is partly the version before. */
  | { kind: "stuck" }
  /** Lines that users notice can't be compared. */
  | { kind: "lines" };

/** One line of a report with its name, as in a sentence, and what was measured, block by block. */
export type ComparedLine = LineComparison & {
  name: string;
  blocks: { before: readonly BlockValue[]; after: readonly BlockValue[] };
};

/** What is compared: how long, when, and which day the same hours are taken of; null where nothing is known of an earlier one. */
export type Compared = {
  stretches: ReleaseStretches;
  daysBefore: 7 | 1 | null;
  lines: ComparedLine[];
  /** false: whether the platform failed in this time couldn't be asked. */
  isPlatformKnown: boolean;
};

export type ReleaseWord = "in-progress" | "too-early" | "better" | "same" | "worse" | "unclear";

/** A release and how it has been since. */
export type ReleaseView = {
  release: Release;
  previous: Release | null;
  /** What replaced it; null while it is the newest. */
  next: Release | null;
  rolledBack: boolean;
  asOfMs: number;
  /** Of the newest release; null of others, and where it isn't known. */
  rollout:
    | (Rollout & { replicas: { ready: number | null; wanted: number; updated: number } } & ListedWaiting)
    | null;
  word: ReleaseWord;
  doubt: ReleaseDoubt | null;
  /** When the word is known, or is looked at again over a longer time; null where it stays. */
  againAtMs: number | null;
  compared: Compared | null;
};
