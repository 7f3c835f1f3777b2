/** Why a line can't be compared whatever its values: a component of the platform failed that can cause it, or it wasn't asked. */
export type Doubt = { kind: "component"; name: string } | { kind: "not-asked"; message: string };

/** What is known of a line in one block of time: a value, too few requests to have one, or nothing. */
export type BlockValue = number | "idle" | null;

/** Each stretch, before and after, is cut into as many blocks of equal length. */
export const BLOCKS = 12;
/** Of the blocks of a stretch, so many must have a value. */
const LEAST_KNOWN = 9;
/** Such a share of the blocks after, and of the last third of them, must be beyond all blocks before: it lasts. */
const LASTING = 0.75;
const LAST_THIRD = BLOCKS / 3;
/** So many of the blocks before are left out at either end when their spread is taken. */
const TRIMMED = 1;
/** A change by less than this share of what it was is none that anybody acts on. */
const LEAST_RELATIVE = 0.2;
/** Nor is one by less than half a per cent, or 20 ms. */
const LEAST_ABSOLUTE = { share: 0.005, seconds: 0.02, count: 2 } as const;
/** A sum of chance events varies by about its root: three times that is hardly ever chance. */
const SPREAD_OF_COUNTS = 3;
/** One bad moment may end several containers. */
const LEAST_BLOCKS_OF_COUNTS = 2;

export type LineRule = {
  /** signal/line */
  key: string;
  unit: "share" | "seconds" | "count";
  worse: "higher" | "lower";
  /** It fills up: less of it right after a start is no improvement. */
  fills: boolean;
  /** Whether users notice it: availability, latency, errors. */
  isNoticed: boolean;
};

export type UnclearReason =
  | { kind: "no-data" | "no-traffic"; when: "before" | "after" }
  /** It differs, and nothing says that it doesn't at this time of day. */
  | { kind: "no-last-week" }
  | Doubt;

export type LineComparison = {
  rule: LineRule;
  word: "better" | "same" | "worse" | "unclear";
  reason: UnclearReason | null;
  /** The median of the blocks, or the sum of counts; null where too few have a value. */
  before: number | null;
  after: number | null;
  /** How last week was at the same times; null where that isn't known. */
  lastWeek: { before: number; after: number } | null;
};

export type LineStretches = {
  before: readonly BlockValue[];
  after: readonly BlockValue[];
  lastWeek: { before: readonly BlockValue[]; after: readonly BlockValue[] } | null;
};

/**
 * Compares one line. A change counts if it is beyond the spread before, beyond last week's change at the same times, large enough
 * to matter, and still there at the end.
 */
export function compareLine(rule: LineRule, stretches: LineStretches): LineComparison {
  const missing = missingOf(stretches.before, "before") ?? missingOf(stretches.after, "after");
  if (missing) return unclearLine(rule, stretches, missing);
  const change = rule.unit === "count" ? changeOfCounts(stretches) : changeOfValues(rule, stretches);
  if (change === "not-known") return unclearLine(rule, stretches, { kind: "no-last-week" });
  return { rule, word: wordOf(rule, change), reason: null, ...levels(rule, stretches) };
}

/** A line that can't be compared, with what is known of it all the same. */
export const unclearLine = (
  rule: LineRule,
  stretches: LineStretches,
  reason: UnclearReason,
): LineComparison => ({
  rule,
  word: "unclear",
  reason,
  ...levels(rule, stretches),
});

function wordOf({ worse, fills }: LineRule, change: 1 | 0 | -1): LineComparison["word"] {
  if (change === 0) return "same";
  if (change > 0 === (worse === "higher")) return "worse";
  // What fills up has less in it after each start.
  return fills ? "same" : "better";
}

/** Which way it changed: 1, -1, or 0 where it didn't. */
type Change = 1 | 0 | -1 | "not-known";

function changeOfValues(rule: LineRule, { before, after, lastWeek }: LineStretches): Change {
  const least = leastOf(rule, medianOf(known(before)));
  const change = medianOf(known(after)) - medianOf(known(before));
  if (Math.abs(change) <= least) return 0;
  const beside = lastWeek && { before: minus(before, lastWeek.before), after: minus(after, lastWeek.after) };
  if (!beside || !hasEnough(beside.before) || !hasEnough(beside.after))
    return lastingChange(before, after, least) === 0 ? 0 : "not-known";
  const beyondUsual = lastingChange(beside.before, beside.after, least);
  return beyondUsual === Math.sign(change) ? beyondUsual : 0;
}

/**
 * Which way the blocks after differ from those before: by more than these differ among each other and may be on their way, most of
 * them by half of the change at least, and to the end. The highest and the lowest before have no weight: either may be an outage.
 */
function lastingChange(
  before: readonly BlockValue[],
  after: readonly BlockValue[],
  least: number,
): 1 | 0 | -1 {
  const usual = known(before).sort((a, b) => a - b);
  const change = medianOf(known(after)) - medianOf(usual);
  const [low = 0, high = 0] = [usual[TRIMMED], usual.at(-1 - TRIMMED)];
  if (Math.abs(change) <= Math.max(least, high - low + driftOf(before))) return 0;
  const half = medianOf(usual) + change / 2;
  const isBeyond = (value: number) =>
    change > 0 ? value > Math.max(high, half) : value < Math.min(low, half);
  const share = (blocks: readonly BlockValue[]) =>
    known(blocks).filter(isBeyond).length / known(blocks).length;
  // A last third without values is no proof that it lasts.
  if (!(share(after) >= LASTING && share(after.slice(-LAST_THIRD)) >= LASTING)) return 0;
  return change > 0 ? 1 : -1;
}

/** How far the blocks may be on their way: twice as far as one half of them is from the other. */
function driftOf(blocks: readonly BlockValue[]): number {
  const [first, second] = [known(blocks.slice(0, BLOCKS / 2)), known(blocks.slice(BLOCKS / 2))];
  return 2 * Math.abs(medianOf(second) - medianOf(first));
}

/** Of what is better the higher it is, what lacks counts: 99 % is twice as bad as 99.5 %. */
function leastOf({ unit, worse }: LineRule, was: number): number {
  const size = unit === "share" && worse === "lower" ? 1 - was : was;
  return Math.max(LEAST_ABSOLUTE[unit], LEAST_RELATIVE * Math.abs(size));
}

/** Counts add up. How far a sum varies follows from the sum. */
function changeOfCounts({ before, after, lastWeek }: LineStretches): Change {
  const change = sumOf(after) - sumOf(before);
  const usual = lastWeek && hasEnough(lastWeek.before) && hasEnough(lastWeek.after) ? lastWeek : null;
  const sums = [sumOf(before), ...(usual ? [sumOf(usual.before), sumOf(usual.after)] : [])];
  const spread = LEAST_ABSOLUTE.count + SPREAD_OF_COUNTS * Math.sqrt(Math.max(...sums));
  const blocks = (change > 0 ? after : before).filter((block) => typeof block === "number" && block > 0);
  if (Math.abs(change) <= spread || blocks.length < LEAST_BLOCKS_OF_COUNTS) return 0;
  return change > 0 ? 1 : -1;
}

function missingOf(blocks: readonly BlockValue[], when: "before" | "after"): UnclearReason | null {
  if (hasEnough(blocks)) return null;
  const idle = blocks.filter((block) => block === "idle").length;
  return { kind: known(blocks).length + idle >= LEAST_KNOWN ? "no-traffic" : "no-data", when };
}

function levels(
  { unit }: LineRule,
  { before, after, lastWeek }: LineStretches,
): Pick<LineComparison, "before" | "after" | "lastWeek"> {
  const level = (blocks: readonly BlockValue[]) => {
    if (!hasEnough(blocks)) return null;
    return unit === "count" ? sumOf(blocks) : medianOf(known(blocks));
  };
  const [was, became] = [level(lastWeek?.before ?? []), level(lastWeek?.after ?? [])];
  return {
    before: level(before),
    after: level(after),
    lastWeek: was === null || became === null ? null : { before: was, after: became },
  };
}

/** Whether so many blocks of a stretch have a value that it can be compared. */
export const hasEnough = (blocks: readonly BlockValue[]) => known(blocks).length >= LEAST_KNOWN;

const known = (blocks: readonly BlockValue[]): number[] =>
  blocks.filter((block) => typeof block === "number");

const sumOf = (blocks: readonly BlockValue[]) => known(blocks).reduce((sum, value) => sum + value, 0);

/** Block by block; what isn't known of either isn't known. */
const minus = (blocks: readonly BlockValue[], others: readonly BlockValue[]): BlockValue[] =>
  blocks.map((block, index) => {
    const other = others[index];
    return typeof block === "number" && typeof other === "number" ? block - other : null;
  });

/** The mean of the two in the middle where there are an even number. @param values at least one */
function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2;
}
