import { type Forecast, forecastOf } from "./forecast";
import { type ForecastPoint, isKnown } from "./slopes";

/** What a line is the fullest of, or the line itself where nothing is known of its parts. */
export type Filling = { labels: Readonly<Record<string, string>>; points: readonly ForecastPoint[] };

/** A line's forecast, and the labels of the part that it is of; null where it is of the line. */
export type LineForecast = { forecast: Forecast; part: Filling["labels"] | null };

/** The parts that were full are worse than the line, which only shows the fullest: one that grows faster overtakes it. */
const WORST_FIRST: readonly Forecast["kind"][] = [
  "full-now",
  "full",
  "uneven",
  "too-few",
  "later",
  "not-growing",
];

/**
 * The forecast of a line by that of each of its parts, and by the highest of them all: parts may take turns, as the pods of
 * releases do. The earliest date counts. Without one, a line isn't growing only where no part is.
 * @param parts their points by slot, oldest first
 */
export function lineForecastOf(parts: readonly Filling[], toMs: number): LineForecast {
  const whole: LineForecast = { forecast: forecastOf(highest(parts), toMs), part: null };
  if (whole.forecast.kind === "too-few" || whole.forecast.kind === "full-now") return whole;
  if (parts.length === 1) return whole;
  const ofParts = parts.map(({ labels, points }) => ({ forecast: forecastOf(points, toMs), part: labels }));
  // A part that is new, gone or not among the fullest has too few points, and says nothing about the line.
  const known = ofParts.filter(({ forecast }) => forecast.kind !== "too-few");
  return [...known, whole].sort(bySeverity)[0] ?? whole;
}

function bySeverity({ forecast: a }: LineForecast, { forecast: b }: LineForecast): number {
  if (a.kind === "full" && b.kind === "full") return a.atMs - b.atMs;
  return WORST_FIRST.indexOf(a.kind) - WORST_FIRST.indexOf(b.kind);
}

function highest(parts: readonly Filling[]): ForecastPoint[] {
  const bySlot = new Map<number, number>();
  for (const { points } of parts)
    for (const [atMs, value] of points.filter(isKnown))
      bySlot.set(atMs, Math.max(bySlot.get(atMs) ?? value, value));
  return [...bySlot].sort(([a], [b]) => a - b);
}
