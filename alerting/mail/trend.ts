import type { Unit } from "@/lib/catalogue/bundle";
import { valueInWords } from "@/lib/wording/sentence";

type Points = readonly (readonly [atMs: number, value: number | null])[];
type Point = { atMs: number; value: number };

/** Nothing is said across a longer gap. */
const GAP_MS = 5 * 60_000;
/** Movements smaller than this part of the hour's span, or of the value itself, are noise. */
const NOISE_OF_SPAN = 0.12;
const NOISE_OF_VALUE = 0.05;
/** A value that has stood still for so long is called steady, whatever came before. */
const STEADY_MS = 10 * 60_000;
/** So many points say what is usual. */
const USUAL_POINTS = 5;
/** Of the median absolute deviation; it is some three standard deviations of ordinary noise. */
const BAND = 4.5;

/**
 * The last hour in one sentence without its full stop: "rising for 20 min: 1.2 %, 3.4 %, 8 %"; null where there is too
 * little to say anything.
 * @param points oldest first; null is a gap
 */
export function trendInWords(points: Points | null, unit: Unit): string | null {
  const known = sinceTheLastGap(points ?? []);
  const last = known.at(-1);
  if (!points || !last || known.length < 3) return null;
  const words = (value: number) => valueInWords(value, unit);
  return `${direction(known, last, words)}${gaps(points)}`;
}

/** The newest values that hang together. */
function sinceTheLastGap(points: Points): Point[] {
  let known: Point[] = [];
  for (const [atMs, value] of points) {
    if (value === null || !Number.isFinite(value)) continue;
    if (atMs - (known.at(-1)?.atMs ?? atMs) > GAP_MS) known = [];
    known.push({ atMs, value });
  }
  return known;
}

function direction(known: Point[], last: Point, words: (value: number) => string): string {
  const values = known.map(({ value }) => value);
  const [lowest, highest] = [Math.min(...values), Math.max(...values)];
  const noise = Math.max((highest - lowest) * NOISE_OF_SPAN, Math.abs(last.value) * NOISE_OF_VALUE);
  const minutes = (from: number) => `${Math.max(1, Math.round((last.atMs - from) / 60_000))}\u00a0min`;

  const steady = steadyFrom(values, noise);
  const since = (known[steady] as Point).atMs;
  const level = median(values.slice(steady));
  if (steady === 0) return `steady for ${minutes(since)} at about ${words(level)}`;
  if (last.atMs - since >= STEADY_MS) {
    const before = median(values.slice(Math.max(0, steady - USUAL_POINTS), steady));
    return `${level > before ? "rose" : "fell"} from ${words(before)} to about ${words(level)}, and has been steady for ${minutes(since)}`;
  }
  for (const [name, sign] of [
    ["rising", 1],
    ["falling", -1],
  ] as const) {
    const found = crossing(values, sign, noise);
    if (!found) continue;
    const { start, level: first } = found;
    const middle = values[Math.ceil((start + values.length - 1) / 2)] as number;
    if ((last.value - first) * sign <= noise) continue;
    // It may have turned already.
    if ((last.value - middle) * sign < -noise) continue;
    const steps = [first, middle, last.value].map(words);
    return `${name} for ${minutes((known[start] as Point).atMs)}: ${steps.filter((step, nth) => step !== steps[nth - 1]).join(", ")}`;
  }
  return `up and down, between ${words(lowest)} and ${words(highest)}`;
}

/** From where on all values are about the same; one odd minute between two that are is none. */
function steadyFrom(values: readonly number[], noise: number): number {
  const newest = values.at(-1) ?? 0;
  const isNear = (value: number | undefined) => value !== undefined && Math.abs(value - newest) <= noise;
  let from = values.length - 1;
  while (from > 0 && (isNear(values[from - 1]) || isNear(values[from - 2]))) from -= 1;
  // The odd minute itself begins nothing.
  return isNear(values[from]) ? from : from + 1;
}

/**
 * The last value within the usual band before the values left it for good: the raw point at which a rise or a fall begins. What is
 * usual is what came before the movement, with its own spread.
 * @returns that point, and the usual value; null where nothing left what is usual
 * @param sign 1 for a rise, -1 for a fall
 */
function crossing(
  values: readonly number[],
  sign: 1 | -1,
  noise: number,
): { start: number; level: number } | null {
  const turned = values.map((value) => value * sign);
  const end = turned.length - 1;
  const newest = turned[end] as number;
  // Back to the extreme from which it moves: as long as nothing was clearly above what came later.
  let extreme = end;
  for (let at = end - 1; at >= 0; at -= 1) {
    const value = turned[at] as number;
    if (value > newest + noise) break;
    if (value < (turned[extreme] as number)) extreme = at;
  }
  const usual = usualBefore(turned, extreme, noise);
  if (usual === null) return { start: extreme, level: (turned[extreme] as number) * sign };
  const { level, spread } = usual;
  // Within what is usual there is no movement at all.
  if (newest - level <= spread) return null;
  const limit = level + Math.max(spread, noise / 12);
  const start = turned.findLastIndex((value) => value <= limit);
  return { start: Math.max(extreme, start), level: level * sign };
}

/** What came before the movement; where that is too little, the beginning of it, if that stood still. null: it moved all along. */
function usualBefore(
  turned: readonly number[],
  extreme: number,
  noise: number,
): { level: number; spread: number } | null {
  const before = turned.slice(0, extreme + 1);
  const upTo = turned.findLastIndex((value) => value <= (turned[extreme] as number) + noise);
  const usual = before.length >= USUAL_POINTS ? before : turned.slice(0, upTo + 1);
  const half = Math.ceil(usual.length / 2);
  const moved = Math.abs(median(usual.slice(half)) - median(usual.slice(0, half)));
  if (usual.length < USUAL_POINTS || (before.length < USUAL_POINTS && moved > noise / 3)) return null;
  const level = median(usual);
  return { level, spread: median(usual.map((value) => Math.abs(value - level))) * BAND };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}

/** A gap is said, because it could hide anything. */
function gaps(points: Points): string {
  const missing = points.filter(([, value]) => value === null).length;
  const [first, last] = [points.at(0), points.at(-1)];
  if (!first || !last || missing * 10 < points.length) return "";
  const minutes = (last[0] - first[0]) / 60_000;
  const without = Math.round((missing / points.length) * minutes);
  return `; no data for ${without} of the last ${Math.round(minutes)}\u00a0min`;
}
