import type { SignalView, Status } from "@/lib/evaluation/view";
import { formatValue, NO_VALUE } from "@/lib/wording/format";

export type SparklinePoint = readonly [atMs: number, value: number | null];
type Judged = Pick<SignalView, "worse" | "threshold">;

/** The values of a series that can be drawn. */
export function numbersOf(points: readonly SparklinePoint[]): number[] {
  return points.flatMap(([, value]) => (value !== null && Number.isFinite(value) ? [value] : []));
}

/**
 * The span of values that a small chart shows. The threshold is always within it: the distance to it is what matters.
 * @returns [bottom, top], top above bottom
 */
export function sparkSpan(points: readonly SparklinePoint[], { worse, threshold }: Judged): [number, number] {
  const values = numbersOf(points);
  if (worse === "lower") {
    const top = Math.max(threshold.value, ...values);
    const bottom = Math.min(threshold.value, ...values);
    return [bottom - Math.max((top - bottom) * 0.25, Math.abs(top) * 1e-6, 1e-9), top];
  }
  return [0, Math.max(threshold.value * 1.15, Math.max(0, ...values) * 1.05, 1e-9)];
}

/**
 * The path of a series in a box. A gap ends a stroke and the next point begins another, so that nothing is drawn where
 * nothing is known; a lone point becomes a dot (a stroke of no length with round caps).
 */
export function sparkPath(
  points: readonly SparklinePoint[],
  [bottom, top]: [number, number],
  width: number,
  height: number,
): string {
  const from = points[0]?.[0] ?? 0;
  const length = (points.at(-1)?.[0] ?? 0) - from || 1;
  let path = "";
  let drawing = false;
  for (const [atMs, value] of points) {
    if (value === null || !Number.isFinite(value)) {
      drawing = false;
      continue;
    }
    const x = (((atMs - from) / length) * width).toFixed(1);
    const y = ((1 - (value - bottom) / (top - bottom)) * height).toFixed(1);
    path += drawing ? `L${x} ${y}` : `M${x} ${y}h0`;
    drawing = true;
  }
  return path;
}

/** What a small chart says to those who don't see it. */
export function sparkWords(
  points: readonly SparklinePoint[],
  { unit, worse, threshold }: Judged & Pick<SignalView, "unit">,
  status: Status,
): string {
  const values = numbersOf(points);
  if (values.length === 0) return "Last hour: no data.";
  const lowest = formatValue(Math.min(...values), unit);
  const highest = formatValue(Math.max(...values), unit);
  const span = lowest === highest ? `steady at ${lowest}` : `between ${lowest} and ${highest}`;
  const missing = points.length - values.length;
  const gaps = missing > 0 ? ` ${missing} of ${points.length} points are missing.` : "";
  const limit = formatValue(threshold.value, unit);
  const side = worse === "higher" ? "above" : "below";
  const judged =
    status === "unknown" || !threshold.enabled || limit === NO_VALUE ? "" : ` Alert ${side} ${limit}.`;
  return `Last hour: ${span}.${gaps}${judged}`;
}
