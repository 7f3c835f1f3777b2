import type { CapabilityEvent } from "@/lib/evaluation/event";
import type { SeriesView } from "./view";

/** A stretch of a series: the worst value of each line in it, null where it has none, and what happened. */
export type CoarseRow = {
  fromMs: number;
  toMs: number;
  worst: (number | null)[];
  events: CapabilityEvent[];
};

/**
 * A series as a few rows, newest first. Each has the worst of its points, so that no incident falls between two rows.
 * @param atMost rows
 */
export function coarseRowsOf(
  {
    fromMs,
    toMs,
    lines,
    worse,
    stepSeconds,
    events,
  }: Pick<SeriesView, "fromMs" | "toMs" | "lines" | "worse" | "stepSeconds" | "events">,
  atMost: number,
): CoarseRow[] {
  const stepMs = stepSeconds * 1000;
  const points = Math.floor((toMs - fromMs) / stepMs) + 1;
  const spanMs = Math.ceil(points / atMost) * stepMs;
  const worstOf = worse === "higher" ? Math.max : Math.min;
  const rows: CoarseRow[] = [];
  // From the end, so that the newest row is a whole one.
  for (let endMs = toMs; endMs >= fromMs; endMs -= spanMs) {
    const isWithin = (atMs: number) => atMs > endMs - spanMs && atMs <= endMs;
    rows.push({
      fromMs: Math.max(fromMs, endMs - spanMs),
      toMs: endMs,
      worst: lines.map((line) => {
        const values = line.points.flatMap(([atMs, value]) =>
          value !== null && Number.isFinite(value) && isWithin(atMs) ? [value] : [],
        );
        return values.length === 0 ? null : worstOf(...values);
      }),
      events: events.filter(({ atMs }) => isWithin(atMs)),
    });
  }
  return rows;
}
