import { consecutiveRunsOf, runWords } from "@/lib/wording/event-words";
import { formatValue } from "@/lib/wording/format";
import type { TimeStyle } from "@/lib/wording/time";
import type { ChartView, Row } from "./shape";

/** A row of the table behind a chart: each line's value as text, null where nothing is known, and what happened since the row before. */
export type TableRow = { atMs: number; values: (string | null)[]; events: string };

/** The chart as rows, newest first. */
export function tableRowsOf(
  { unit, stepSeconds, events }: Pick<ChartView, "unit" | "stepSeconds" | "events">,
  rows: readonly Row[],
): TableRow[] {
  const stepMs = stepSeconds * 1000;
  return rows.toReversed().map(({ atMs, values }) => ({
    atMs,
    values: values.map((value) => (value === null ? null : formatValue(value, unit))),
    events: consecutiveRunsOf(events.filter((event) => event.atMs > atMs - stepMs && event.atMs <= atMs))
      .map(runWords)
      .join("; "),
  }));
}

/** How a row's time is written, so that no two rows have the same: with seconds where rows are closer than a minute, or off the grid. */
export function rowTimeStyle(
  atMs: number,
  { fromMs, stepSeconds }: Pick<ChartView, "fromMs" | "stepSeconds">,
): TimeStyle {
  const isOnGrid = (atMs - fromMs) % (stepSeconds * 1000) === 0;
  return stepSeconds < 60 || !isOnGrid ? "clock-seconds" : "day-clock";
}
