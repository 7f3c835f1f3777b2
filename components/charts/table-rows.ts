import { consecutiveRunsOf, runWords } from "@/lib/wording/event-words";
import { formatValue } from "@/lib/wording/format";
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
