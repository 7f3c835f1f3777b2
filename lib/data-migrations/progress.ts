import type { JobMoment, ReportedFact } from "./facts";

/** What of a job's reports can't be taken as it stands. Each is shown; none stops the rest. */
export type Oddity =
  | { kind: "not-a-number"; fact: ReportedFact }
  | { kind: "negative"; fact: ReportedFact }
  | { kind: "above-whole"; share: number }
  | { kind: "went-back"; fact: ReportedFact; from: number; to: number; atMs: number }
  | { kind: "expected-changed"; fact: ReportedFact; from: number; to: number; atMs: number };

export type Counted = { done: number; expected: number | null; perSecond: number | null };

export type Progress = {
  /** The done part as it was reported, which may lie above 1; null where the job names no whole. */
  share: number | null;
  /** What the share is taken from. */
  basis: "ratio" | "bytes" | "items" | null;
  items: Counted | null;
  bytes: Counted | null;
  /** The share over time since it last went back, oldest first. */
  points: { atMs: number; share: number }[];
  /** When something was last done, as far as was looked. */
  advancedAtMs: number;
  reportedAtMs: number;
  oddities: Oddity[];
};

/** The part of a run over which "now" is measured: the last quarter of it, ten minutes at least. */
const RATE_PART = 0.25;
const RATE_LEAST_MS = 600_000;
const RATE_NEEDS_MS = 60_000;

type Point = { atMs: number; value: number };

/**
 * What a job reports of its own progress; null where it reports none. Numbers that are none are passed over and named.
 * @param moments of one run, oldest first
 */
export function progressOf(moments: readonly JobMoment[]): Progress | null {
  const read = (fact: ReportedFact) => pointsOf(moments, fact);
  const [ratio, items, bytes] = [read("ratio"), read("itemsDone"), read("bytesDone")];
  const reported = [ratio, items, bytes].filter((points) => points.length > 0);
  if (reported.length === 0) return null;
  const [itemsExpected, bytesExpected] = [read("itemsExpected"), read("bytesExpected")];
  const shares = {
    ratio: ratio.map(({ atMs, value }) => ({ atMs, share: value })),
    bytes: sharesOf(bytes, bytesExpected),
    items: sharesOf(items, itemsExpected),
  };
  const basis = (["ratio", "bytes", "items"] as const).find((name) => shares[name].length > 0) ?? null;
  const points = basis === null ? [] : sinceLastFall(shares[basis]);
  const share = points.at(-1)?.share ?? null;
  return {
    share,
    basis,
    items: countedOf(items, itemsExpected),
    bytes: countedOf(bytes, bytesExpected),
    points,
    advancedAtMs: Math.max(...reported.map(advancedAt)),
    reportedAtMs: Math.max(...reported.map((each) => each.at(-1)?.atMs ?? 0)),
    oddities: [
      ...(["ratio", "itemsDone", "bytesDone", "itemsExpected", "bytesExpected", "errors"] as const).flatMap(
        (fact) => unreadable(moments, fact),
      ),
      ...(share !== null && share > 1 ? [{ kind: "above-whole", share } as const] : []),
      ...fallsOf("ratio", ratio),
      ...fallsOf("itemsDone", items),
      ...fallsOf("bytesDone", bytes),
      ...changesOf("itemsExpected", itemsExpected),
      ...changesOf("bytesExpected", bytesExpected),
    ],
  };
}

const usable = (value: number | undefined): value is number =>
  value !== undefined && Number.isFinite(value) && value >= 0;

function pointsOf(moments: readonly JobMoment[], fact: ReportedFact): Point[] {
  return moments.flatMap(({ atMs, facts }) => {
    const value = facts[fact];
    return usable(value) ? [{ atMs, value }] : [];
  });
}

function unreadable(moments: readonly JobMoment[], fact: ReportedFact): Oddity[] {
  const value = moments.findLast(({ facts }) => facts[fact] !== undefined)?.facts[fact];
  if (value === undefined || usable(value)) return [];
  return [{ kind: Number.isNaN(value) || value > 0 ? "not-a-number" : "negative", fact }];
}

/** Done of expected at each instant at which something was done; the whole is the one that was known then. */
function sharesOf(done: readonly Point[], expected: readonly Point[]): { atMs: number; share: number }[] {
  let next = 0;
  let whole = 0;
  return done.flatMap(({ atMs, value }) => {
    for (; (expected[next]?.atMs ?? Number.POSITIVE_INFINITY) <= atMs; next += 1)
      whole = expected[next]?.value ?? 0;
    return whole > 0 ? [{ atMs, share: value / whole }] : [];
  });
}

function sinceLastFall(points: { atMs: number; share: number }[]): { atMs: number; share: number }[] {
  const fall = points.findLastIndex(({ share }, index) => share < (points[index - 1]?.share ?? 0));
  return points.slice(Math.max(0, fall));
}

function countedOf(done: readonly Point[], expected: readonly Point[]): Counted | null {
  const last = done.at(-1);
  if (!last) return null;
  return { done: last.value, expected: expected.at(-1)?.value ?? null, perSecond: rateOf(done) };
}

/** How much is done in a second now; null before there are enough points, and after it went back. */
function rateOf(points: readonly Point[]): number | null {
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last) return null;
  const windowMs = Math.max((last.atMs - first.atMs) * RATE_PART, RATE_LEAST_MS);
  const from = points.find(({ atMs }) => atMs >= last.atMs - windowMs) ?? first;
  const lengthMs = last.atMs - from.atMs;
  if (lengthMs < RATE_NEEDS_MS || last.value < from.value) return null;
  return ((last.value - from.value) / lengthMs) * 1000;
}

/** Since when the newest value stands. */
function advancedAt(points: readonly Point[]): number {
  const newest = points.at(-1)?.value;
  const before = points.findLastIndex(({ value }) => value !== newest);
  return points[before + 1]?.atMs ?? 0;
}

/** The last time that something done was undone. */
function fallsOf(fact: ReportedFact, points: readonly Point[]): Oddity[] {
  const index = points.findLastIndex(({ value }, at) => value < (points[at - 1]?.value ?? 0));
  const [before, after] = [points[index - 1], points[index]];
  return before && after
    ? [{ kind: "went-back", fact, from: before.value, to: after.value, atMs: after.atMs }]
    : [];
}

/** The last time that the whole became another one. */
function changesOf(fact: ReportedFact, points: readonly Point[]): Oddity[] {
  const index = points.findLastIndex(({ value }, at) => at > 0 && value !== points[at - 1]?.value);
  const [before, after] = [points[index - 1], points[index]];
  return before && after
    ? [{ kind: "expected-changed", fact, from: before.value, to: after.value, atMs: after.atMs }]
    : [];
}
