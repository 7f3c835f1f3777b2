/** A point of a line: null is a gap. */
export type ForecastPoint = readonly [atMs: number, value: number | null];
export type KnownPoint = readonly [atMs: number, value: number];

/** Slopes between pairs of points, per millisecond: the median, and what a tenth of the pairs are below and above. */
export type Slopes = { low: number; mid: number; high: number };

/** Pairs nearer than this share of the window have more noise than slope. */
const LEAST_APART = 1 / 3;

export const isKnown = (point: ForecastPoint): point is KnownPoint =>
  point[1] !== null && Number.isFinite(point[1]);

/** The value at a share of the sorted values. @param sorted at least one */
export function quantileOf(sorted: ArrayLike<number>, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** @param values at least one */
export function medianOf(values: readonly number[]): number {
  return quantileOf(
    [...values].sort((a, b) => a - b),
    0.5,
  );
}

/**
 * The Theil–Sen slope: the median of the slopes of pairs, which a few wrong points change little.
 * @param points oldest first
 * @returns null where no two are a third of the window apart
 */
export function slopesOf(points: readonly KnownPoint[], windowMs: number): Slopes | null {
  const slopes: number[] = [];
  for (let first = 0; first < points.length; first += 1) {
    const [fromMs, from] = points[first] as KnownPoint;
    for (let later = points.length - 1; later > first; later -= 1) {
      const [toMs, to] = points[later] as KnownPoint;
      if (toMs - fromMs < windowMs * LEAST_APART) break;
      slopes.push((to - from) / (toMs - fromMs));
    }
  }
  if (slopes.length === 0) return null;
  // A page makes several of these: sorting numbers as such takes a third of the time.
  const sorted = Float64Array.from(slopes).sort();
  return { low: quantileOf(sorted, 0.1), mid: quantileOf(sorted, 0.5), high: quantileOf(sorted, 0.9) };
}

/** The median of each hour that has points, oldest first: what lasts for minutes has no weight. */
export function hourly(points: readonly KnownPoint[]): KnownPoint[] {
  const hours = new Map<number, KnownPoint[]>();
  for (const point of points) {
    const hour = Math.floor(point[0] / HOUR_MS);
    hours.set(hour, [...(hours.get(hour) ?? []), point]);
  }
  return [...hours.values()].map((hour) => [
    medianOf(hour.map(([atMs]) => atMs)),
    medianOf(hour.map(([, value]) => value)),
  ]);
}

export const HOUR_MS = 3_600_000;
