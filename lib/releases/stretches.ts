import { BLOCKS } from "./compare-line";
import type { ReleaseAmong } from "./releases";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/**
 * How long before and after are, the longest that has passed. None between two hours and a day: a stretch of four hours ends at
 * another time of day than it begins, and a week that is unlike the last then looks like a change.
 */
const LENGTHS_MS = [30 * MINUTE_MS, HOUR_MS, 2 * HOUR_MS, 24 * HOUR_MS] as const;

/** A new version starts, fills its caches and takes over in this time after its last object was created. It is left out. */
const SETTLING_MS = 5 * MINUTE_MS;

/** The questions about a release begin at a whole minute, so that they are the same for every viewer. */
const GRID_MS = MINUTE_MS;

/** The time before a release and after it, each of BLOCKS blocks; a block ends at a point of the grid. */
export type ReleaseStretches = {
  lengthMs: number;
  blockMs: number;
  /** Where the first block before begins, where the last one ends, and the same of after. */
  before: { fromMs: number; toMs: number };
  after: { fromMs: number; toMs: number };
};

export type WhichStretches =
  /** The longest first. `longerAtMs`: when a longer one will be known; null where none will. */
  | { kind: "known"; stretches: [ReleaseStretches, ...ReleaseStretches[]]; longerAtMs: number | null }
  /** Nothing can be said before `knownAtMs`. */
  | { kind: "too-early"; knownAtMs: number }
  /** Another release is nearer than the shortest length. */
  | { kind: "other-release"; which: "previous" | "next" };

/**
 * What can be compared of a release at an instant: the lengths that have passed and reach into no other release.
 * @param arrivedMs the newest instant of which data is there
 */
export function stretchesAt({ release, previous, next }: ReleaseAmong, arrivedMs: number): WhichStretches {
  const fits = LENGTHS_MS.map((lengthMs) => stretchesOf(release, lengthMs)).filter(
    ({ before, after }) =>
      (!previous || before.fromMs >= previous.lastAtMs + SETTLING_MS) && (!next || after.toMs <= next.atMs),
  );
  const [shortest] = fits;
  if (!shortest) {
    const { before } = stretchesOf(release, LENGTHS_MS[0]);
    const isPrevious = previous !== null && before.fromMs < previous.lastAtMs + SETTLING_MS;
    return { kind: "other-release", which: isPrevious ? "previous" : "next" };
  }
  const passed = fits.filter(({ after }) => after.toMs <= arrivedMs).reverse();
  const [longest, ...others] = passed;
  if (!longest) return { kind: "too-early", knownAtMs: shortest.after.toMs };
  const longerAtMs = fits[passed.length]?.after.toMs ?? null;
  return { kind: "known", stretches: [longest, ...others], longerAtMs };
}

function stretchesOf({ atMs, lastAtMs }: ReleaseAmong["release"], lengthMs: number): ReleaseStretches {
  const blockMs = lengthMs / BLOCKS;
  const endMs = Math.floor(atMs / GRID_MS) * GRID_MS;
  // After is on the same grid as before, so that one question has both.
  const settlingBlocks = Math.ceil((lastAtMs + SETTLING_MS - endMs) / blockMs);
  const fromMs = endMs + settlingBlocks * blockMs;
  return {
    lengthMs,
    blockMs,
    before: { fromMs: endMs - lengthMs, toMs: endMs },
    after: { fromMs, toMs: fromMs + lengthMs },
  };
}
