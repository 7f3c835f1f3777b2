import {
  type ConditionState,
  EXPIRES_AFTER_MISSING_MS,
  type JudgedThreshold,
  type StepReading,
} from "./step";
import { breaches } from "./threshold";

/** The values of the labels that name a part, in the order of the bundle's `parts.by`. */
export type PartName = readonly string[];

/** The same for the same name, and for no other. */
export const partKey = (name: PartName): string => JSON.stringify(name);

/** A part that was seen outside the threshold since its line was last ok. Plain JSON. */
export type BadPart = {
  name: PartName;
  /** The worst value seen of it since. */
  worst: number;
  /** Since when it isn't seen any more; null while it is. */
  absentSinceMs: number | null;
  /** Since when it is seen inside the threshold, for less than a window. Absent while it is outside or isn't seen. */
  goodSinceMs?: number;
};

export const NO_BAD_PARTS: readonly BadPart[] = Object.freeze([]);

/** What a cycle saw of one tenant's parts. */
export type SeenParts = {
  values: readonly { name: PartName; value: number }[];
  /** Whether the object of a part that isn't seen is known to be gone. */
  isGone(name: PartName): boolean;
  /** What a value covers. */
  windowMs: number;
};

/** So many bad parts of a line are remembered, the worst ones. */
export const BAD_PARTS_AT_MOST = 50;

/** Where a line stood before, to judge a part without samples. */
export type PartsBefore = { badParts: readonly BadPart[]; condition: ConditionState["condition"] };

/**
 * What a line's value is worth, given its parts: a part that was bad is good again by its own samples, or gone on purpose.
 *
 * - A breach stays a breach. The parts outside the threshold are remembered, and dropped once they were seen within it for a window:
 *   where a counter's samples stop, its rate falls with what is left of them in the window, until it is gone.
 * - A good value beside a remembered part that isn't seen is no data: the value is that of the others.
 * - A good value where the parts could not be asked is unknown while one is remembered.
 * - An alert whose part stays missing ends as expired, by `step`. A breach that never became an alert drops it after the same time.
 * @param seen null: the parts could not be asked, or were not
 * @returns the very same reading and parts where nothing changed
 */
export function judgeParts(
  reading: StepReading,
  before: PartsBefore,
  seen: SeenParts | null,
  threshold: JudgedThreshold,
  atMs: number,
): { reading: StepReading; badParts: readonly BadPart[] } {
  // A line that is ok has nothing to wait for.
  const badParts = before.condition === "ok" ? NO_BAD_PARTS : before.badParts;
  if (reading.kind !== "value") return { reading, badParts };
  const isBad = breaches(reading.value, threshold, threshold.worse);
  if (seen === null)
    return { reading: isBad || badParts.length === 0 ? reading : { kind: "unknown" }, badParts };
  const remembered = remember({ ...before, badParts }, seen, threshold, atMs);
  const isMissing = remembered.some(({ absentSinceMs }) => absentSinceMs !== null);
  return { reading: isBad || !isMissing ? reading : { kind: "no-data" }, badParts: remembered };
}

/** Whether a line's parts must be known to judge a reading: where it breaches, and where a bad part is remembered. */
export const needsParts = (
  reading: StepReading,
  { badParts, condition }: PartsBefore,
  threshold: JudgedThreshold,
): boolean =>
  reading.kind === "value" &&
  (breaches(reading.value, threshold, threshold.worse) || (condition !== "ok" && badParts.length > 0));

/** The parts of a line that were bad when they were last seen, and aren't seen now. */
export const missingParts = (badParts: readonly BadPart[]): BadPart[] =>
  badParts.filter(({ absentSinceMs }) => absentSinceMs !== null);

function remember(
  { badParts, condition }: PartsBefore,
  seen: SeenParts,
  threshold: JudgedThreshold,
  atMs: number,
): readonly BadPart[] {
  const isWorse = (a: number, b: number) => (threshold.worse === "higher" ? a > b : a < b);
  const known = new Map(badParts.map((part) => [partKey(part.name), part]));
  const values = new Map<string, { name: PartName; value: number }>();
  for (const each of seen.values) {
    const other = values.get(partKey(each.name));
    if (!other || isWorse(each.value, other.value)) values.set(partKey(each.name), each);
  }
  const after: BadPart[] = [];
  for (const [key, part] of known) {
    if (values.has(key)) continue;
    const absentSinceMs = part.absentSinceMs ?? atMs;
    const isForgotten = condition === "pending" && atMs - absentSinceMs > EXPIRES_AFTER_MISSING_MS;
    if (isForgotten || seen.isGone(part.name)) continue;
    const { goodSinceMs: _, ...absent } = part;
    after.push(part.absentSinceMs === null ? { ...absent, absentSinceMs } : part);
  }
  for (const [key, { name, value }] of values) {
    const part = known.get(key);
    if (!breaches(value, threshold, threshold.worse)) {
      const good = part && confirming(part, seen.windowMs, atMs);
      if (good) after.push(good);
    } else if (!part) after.push({ name, worst: value, absentSinceMs: null });
    else if (part.absentSinceMs === null && part.goodSinceMs === undefined && !isWorse(value, part.worst))
      after.push(part);
    else after.push({ name, worst: isWorse(value, part.worst) ? value : part.worst, absentSinceMs: null });
  }
  // By name, so that the same parts are the same list whatever the order of the answer.
  const most = after.length <= BAD_PARTS_AT_MOST ? after : worstOf(after, isWorse);
  most.sort((a, b) => (partKey(a.name) < partKey(b.name) ? -1 : 1));
  const isSame = most.length === badParts.length && most.every((part, nth) => part === badParts[nth]);
  return isSame ? badParts : most;
}

/** A part that is inside the threshold now; null once it was for a whole window. */
function confirming(part: BadPart, windowMs: number, atMs: number): BadPart | null {
  const goodSinceMs = part.goodSinceMs ?? atMs;
  if (atMs - goodSinceMs >= windowMs) return null;
  return part.goodSinceMs === undefined ? { ...part, absentSinceMs: null, goodSinceMs } : part;
}

/** Those that aren't seen first, for nothing else shows them. */
function worstOf(parts: readonly BadPart[], isWorse: (a: number, b: number) => boolean): BadPart[] {
  return parts
    .toSorted((a, b) => {
      const missingFirst = Number(a.absentSinceMs === null) - Number(b.absentSinceMs === null);
      return missingFirst || (isWorse(a.worst, b.worst) ? -1 : Number(isWorse(b.worst, a.worst)));
    })
    .slice(0, BAD_PARTS_AT_MOST);
}
