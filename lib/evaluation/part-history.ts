import type { PartsDefinition } from "@/lib/catalogue/bundle";
import type { Series } from "@/lib/prometheus/answer";
import { type PartName, partKey, type SeenParts } from "./parts";
import type { ReplayPoint } from "./replay";

/** From which to which of a stretch's points something was there, both included. */
type Presence = { from: number; to: number };

/**
 * A line's parts over a stretch of points, as it travels. Plain JSON.
 *
 * Only the values of its last window are kept of each presence of a part: whether it is remembered once it isn't seen any more
 * depends on these alone, whatever the threshold is.
 */
export type PartHistory = {
  windowSeconds: number;
  parts: { name: string[]; seen: { from: number; to: number; last: number[] }[] }[];
  /**
   * What was listed as existing. `labels` are the places in a part's name that make its object's. null: the bundle can't show
   * that a part was deleted.
   */
  objects: { labels: number[]; listed: { name: string[]; seen: Presence[] }[] } | null;
};

/** The answers to `parts.query` and `parts.objects.query` over the same grid. */
export type PartSeries = { values: readonly Series[]; objects: readonly Series[] | null };

/** So many presences are kept of one stretch. Past that its parts are as if they could not be asked. */
export const PRESENCES_AT_MOST = 5_000;

/**
 * Condenses what was seen of a line's parts at some points.
 * @param points the line's, oldest first; a sample at another instant counts for nothing
 * @param windowSeconds what a value covers
 * @returns null where there is more than can be kept
 */
export function partHistoryOf(
  { by, objects }: PartsDefinition,
  { values, objects: listed }: PartSeries,
  points: readonly Pick<ReplayPoint, "atMs" | "reading">[],
  windowSeconds: number,
): PartHistory | null {
  const indexOf = new Map(points.map(({ atMs }, index) => [atMs, index]));
  const parts = presencesBy(by, values, indexOf).map(({ name, at }) => ({
    name,
    seen: presencesIn(at).map(({ from, to }) => {
      const first = lastWindowFrom(points, { from, to }, windowSeconds);
      const last = Array.from({ length: to - first + 1 }, (_, nth) => at.get(first + nth) ?? Number.NaN);
      return { from, to, last };
    }),
  }));
  const existing = objects && listed ? presencesBy(objects.by, listed, indexOf) : null;
  const history: PartHistory = {
    windowSeconds,
    parts,
    objects:
      objects && existing
        ? {
            labels: objects.by.map((label) => by.indexOf(label)),
            listed: existing.map(({ name, at }) => ({ name, seen: presencesIn(at) })),
          }
        : null,
  };
  const all = [...history.parts, ...(history.objects?.listed ?? [])];
  return all.reduce((sum, { seen }) => sum + seen.length, 0) > PRESENCES_AT_MOST ? null : history;
}

/** From which point on a presence's values are kept: a window before the last that the evaluator looks at, and one point more. */
function lastWindowFrom(
  points: readonly Pick<ReplayPoint, "atMs" | "reading">[],
  { from, to }: Presence,
  windowSeconds: number,
): number {
  let last = to;
  while (last > from && points[last]?.reading.kind !== "value") last -= 1;
  const sinceMs = (points[last]?.atMs ?? 0) - windowSeconds * 1000;
  let first = last;
  while (first > from && ((points[first]?.atMs ?? 0) >= sinceMs || points[first]?.reading.kind !== "value"))
    first -= 1;
  return first;
}

/** By name, the finite values at the points. The queries are grouped by these labels, so that each name has one series. */
function presencesBy(
  labels: readonly string[],
  series: readonly Series[],
  indexOf: ReadonlyMap<number, number>,
): { name: string[]; at: Map<number, number> }[] {
  const found = new Map<string, { name: string[]; at: Map<number, number> }>();
  for (const each of series) {
    const name = labels.map((label) => each.labels[label] ?? "");
    const known = found.get(partKey(name)) ?? { name, at: new Map() };
    for (const [atMs, value] of each.points) {
      const index = indexOf.get(atMs);
      if (index !== undefined && Number.isFinite(value)) known.at.set(index, value);
    }
    if (known.at.size > 0) found.set(partKey(name), known);
  }
  return [...found.values()];
}

function presencesIn(at: ReadonlyMap<number, number>): Presence[] {
  const presences: Presence[] = [];
  for (const index of [...at.keys()].sort((a, b) => a - b)) {
    const last = presences.at(-1);
    if (last && last.to === index - 1) last.to = index;
    else presences.push({ from: index, to: index });
  }
  return presences;
}

/** A stretch of points, and what is known of its parts; null: they could not be asked. */
export type PartStretch = { points: readonly ReplayPoint[]; parts: PartHistory | null };

/**
 * Gives points what was seen of their parts. Only parts that were missing at some point, neither seen nor deleted, are looked at: no
 * other can change a judgement, and most capabilities have none.
 * @param stretches that follow each other, oldest first
 */
export function withSeenParts(stretches: readonly PartStretch[]): ReplayPoint[] {
  const points = stretches.flatMap((stretch) => stretch.points);
  const timeline = timelineOf(stretches, points.length);
  const vanishing = timeline.parts.filter((part) => goesMissing(part, timeline, points));
  if (vanishing.length === 0) return points;
  const byKey = new Map(vanishing.map((part) => [partKey(part.name), part]));
  return points.map((point, index) => ({
    ...point,
    seenParts: () => (timeline.isAsked[index] ? seenAt(byKey, timeline, index) : null),
  }));
}

type Timeline = {
  /** By point, whether the parts could be asked. */
  isAsked: boolean[];
  parts: TimelinePart[];
  /** By point, whether any object is listed. */
  isListing: Uint8Array;
  windowMs: number;
};
/** By runs of points and not by each point, of which a preview has 10,000. listed: null where that isn't known. */
type TimelinePart = { name: PartName; seen: SeenRun[]; listed: Presence[] | null };
type SeenRun = Presence & { last: readonly number[] };

function timelineOf(stretches: readonly PartStretch[], length: number): Timeline {
  const isAsked: boolean[] = [];
  const isListing = new Uint8Array(length);
  const parts = new Map<string, { name: PartName; seen: SeenRun[] }>();
  const listed = new Map<string, Presence[]>();
  let labels: number[] | null = null;
  let windowMs = 0;
  for (const { points, parts: history } of stretches) {
    const start = isAsked.length;
    for (const _ of points) isAsked.push(history !== null);
    for (const { name, seen } of history?.parts ?? []) {
      const known = parts.get(partKey(name)) ?? { name, seen: [] };
      parts.set(partKey(name), known);
      for (const { from, to, last } of seen) known.seen.push({ from: start + from, to: start + to, last });
    }
    labels = history?.objects?.labels ?? labels;
    windowMs = history ? history.windowSeconds * 1000 : windowMs;
    for (const { name, seen } of history?.objects?.listed ?? []) {
      const runs = listed.get(partKey(name)) ?? [];
      listed.set(partKey(name), runs);
      for (const { from, to } of seen) {
        runs.push({ from: start + from, to: start + to });
        isListing.fill(1, start + from, start + to + 1);
      }
    }
  }
  const listedOf = (name: PartName) =>
    labels && (listed.get(partKey(labels.map((place) => name[place] ?? ""))) ?? []);
  const all = [...parts.values()].map((part) => ({ ...part, listed: listedOf(part.name) }));
  return { isAsked, parts: all, isListing, windowMs };
}

/** The run that a point is in. @param runs in order, none of which overlap */
function runAt<R extends Presence>(runs: readonly R[], index: number): R | undefined {
  let [low, high] = [0, runs.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((runs[middle]?.to ?? 0) < index) low = middle + 1;
    else high = middle;
  }
  const run = runs[low];
  return run && run.from <= index ? run : undefined;
}

/** The value of a part at a point; NaN where it isn't seen. Before a run's last window it is the first that was kept. */
function valueAt({ seen }: TimelinePart, index: number): number {
  const run = runAt(seen, index);
  if (!run) return Number.NaN;
  return run.last[Math.max(0, index - (run.to + 1 - run.last.length))] ?? Number.NaN;
}

/** A part is gone where its object isn't listed while others of its tenant are, as in alerting/fleet/part-questions.ts. */
const isGoneAt = ({ listed }: TimelinePart, { isListing }: Timeline, index: number): boolean =>
  listed !== null && isListing[index] === 1 && !runAt(listed, index);

function goesMissing(part: TimelinePart, timeline: Timeline, points: readonly ReplayPoint[]): boolean {
  const first = part.seen[0]?.from ?? points.length;
  for (let index = first; index < points.length; index += 1) {
    if (points[index]?.reading.kind !== "value" || !Number.isNaN(valueAt(part, index))) continue;
    if (!timeline.isAsked[index] || !isGoneAt(part, timeline, index)) return true;
  }
  return false;
}

function seenAt(parts: ReadonlyMap<string, TimelinePart>, timeline: Timeline, index: number): SeenParts {
  return {
    values: [...parts.values()].flatMap((part) => {
      const value = valueAt(part, index);
      return Number.isNaN(value) ? [] : [{ name: part.name, value }];
    }),
    isGone: (name) => {
      const part = parts.get(partKey(name));
      return part !== undefined && isGoneAt(part, timeline, index);
    },
    windowMs: timeline.windowMs,
  };
}
