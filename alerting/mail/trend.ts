import type { Unit } from "@/lib/catalogue/bundle";
import { valueInWords } from "@/lib/wording/sentence";

type Points = readonly (readonly [atMs: number, value: number | null])[];
type Stretch = { atMs: number; value: number };

const STRETCH_MS = 5 * 60_000;
/** Movements smaller than this part of the hour's span, or of the value itself, are noise. */
const NOISE_OF_SPAN = 0.12;
const NOISE_OF_VALUE = 0.05;

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
  const stretches = stretchesOf(known, last.atMs);
  return `${direction(stretches, last, words)}${gaps(points)}`;
}

/** The newest values that hang together: nothing is said across a gap. */
function sinceTheLastGap(points: Points): Stretch[] {
  let known: Stretch[] = [];
  for (const [atMs, value] of points) {
    if (value === null || !Number.isFinite(value)) continue;
    if (atMs - (known.at(-1)?.atMs ?? atMs) > STRETCH_MS) known = [];
    known.push({ atMs, value });
  }
  return known;
}

/** The values as means of five minutes, counted back from the newest, so that one odd minute makes no trend. */
function stretchesOf(known: Stretch[], untilMs: number): Stretch[] {
  const groups = new Map<number, Stretch[]>();
  for (const point of known) {
    const back = Math.floor((untilMs - point.atMs) / STRETCH_MS);
    groups.set(back, [...(groups.get(back) ?? []), point]);
  }
  return Array.from(groups.values(), (group) => ({
    atMs: Math.min(...group.map(({ atMs }) => atMs)),
    value: group.reduce((total, { value }) => total + value, 0) / group.length,
  }));
}

function direction(stretches: Stretch[], last: Stretch, words: (value: number) => string): string {
  const values = stretches.map(({ value }) => value);
  const highest = Math.max(...values);
  const lowest = Math.min(...values);
  const newest = values.at(-1) ?? last.value;
  const noise = Math.max((highest - lowest) * NOISE_OF_SPAN, Math.abs(newest) * NOISE_OF_VALUE);
  const minutes = (from: number) => `${Math.max(1, Math.round((last.atMs - from) / 60_000))}\u00a0min`;

  let steady = stretches.length - 1;
  while (steady > 0 && Math.abs((values[steady - 1] as number) - newest) <= noise) steady -= 1;
  const since = (stretches[steady] as Stretch).atMs;
  if (steady === 0) return `steady for ${minutes(since)} at about ${words(newest)}`;
  if (stretches.length - steady >= 3) {
    const before = values[steady - 1] as number;
    const verb = newest > before ? "rose" : "fell";
    return `${verb} from ${words(before)} to about ${words(newest)}, and has been steady for ${minutes(since)}`;
  }
  for (const [name, sign] of [
    ["rising", 1],
    ["falling", -1],
  ] as const) {
    let start = stretches.length - 1;
    let extreme = newest * sign;
    for (let index = start - 1; index >= 0; index -= 1) {
      const value = (values[index] as number) * sign;
      if (value > extreme + noise) break;
      if (value < extreme - noise / 2) {
        extreme = value;
        start = index;
      }
    }
    if ((newest - (values[start] as number)) * sign <= noise) continue;
    const middle = stretches[Math.floor((start + stretches.length - 1) / 2)] as Stretch;
    // The very last value may have turned already.
    if ((last.value - middle.value) * sign < 0) continue;
    const path = [values[start] as number, middle.value, last.value].map(words);
    const steps = path.filter((step, index) => step !== path[index - 1]);
    return `${name} for ${minutes((stretches[start] as Stretch).atMs)}: ${steps.join(", ")}`;
  }
  return `up and down, between ${words(lowest)} and ${words(highest)}`;
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
