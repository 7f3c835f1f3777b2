import type { SeriesView } from "@/lib/views/series/view";
import type { ShownUnit } from "@/lib/wording/format";

/** What a chart draws: a signal's series, or anything else on the same terms. */
export type ChartView = Pick<SeriesView, "worse" | "fromMs" | "toMs" | "stepSeconds" | "lines" | "events"> & {
  unit: ShownUnit;
};

/** One instant with the value of each line; null where nothing is known. */
export type Row = { atMs: number; values: (number | null)[] };

/**
 * The lines of a chart side by side, one row per instant of the grid, oldest first. An instant that a line lacks is a gap
 * in it, never a value taken from a neighbour; a number that isn't finite is a gap too.
 */
export function rowsOf(view: Pick<SeriesView, "fromMs" | "toMs" | "stepSeconds" | "lines">): Row[] {
  const rows = new Map<number, (number | null)[]>();
  for (let atMs = view.fromMs; atMs <= view.toMs; atMs += view.stepSeconds * 1000)
    rows.set(
      atMs,
      view.lines.map(() => null),
    );
  view.lines.forEach((line, index) => {
    for (const [atMs, value] of line.points) {
      const row = rows.get(atMs) ?? view.lines.map(() => null);
      row[index] = value !== null && Number.isFinite(value) ? value : null;
      rows.set(atMs, row);
    }
  });
  return [...rows].sort(([a], [b]) => a - b).map(([atMs, values]) => ({ atMs, values }));
}

/** True when no line has a single value: there is nothing to draw, and that has to be said. */
export function isEmptyChart(rows: readonly Row[]): boolean {
  return rows.every(({ values }) => values.every((value) => value === null));
}

/** A value between two gaps has no stroke: it needs a dot to be seen. */
export function isLone(rows: readonly Row[], index: number, line: number): boolean {
  const at = (offset: number) => rows[index + offset]?.values[line] ?? null;
  return at(0) !== null && at(-1) === null && at(1) === null;
}

/** The row nearest to an instant, by a search that halves: the crosshair asks at every move. */
export function nearestRow(rows: readonly Row[], atMs: number): Row | null {
  let low = 0;
  let high = rows.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rows[middle]?.atMs ?? 0) < atMs) low = middle + 1;
    else high = middle;
  }
  const after = rows[low] ?? null;
  const before = rows[low - 1] ?? null;
  if (!after || !before) return after ?? before;
  return atMs - before.atMs < after.atMs - atMs ? before : after;
}

/** Where an instant lies on the axis, 0 to 1. */
export function fractionAt(atMs: number, fromMs: number, toMs: number): number {
  return Math.min(1, Math.max(0, (atMs - fromMs) / (toMs - fromMs || 1)));
}

/** A time in which no line has a value, from the last row that has one to the next. */
type Gap = { fromMs: number; toMs: number };

/** A shorter one is hardly seen, and isn't hatched. */
const WIDE_GAP = 0.08;

/** The times of rows without any value that are long enough to be seen as such. */
export function wideGapsOf(rows: readonly Row[], fromMs: number, toMs: number): Gap[] {
  const gaps: Gap[] = [];
  const isEmpty = ({ values }: Row) => values.every((value) => value === null);
  let index = 0;
  while (index < rows.length) {
    const first = index;
    while (index < rows.length && isEmpty(rows[index] as Row)) index += 1;
    if (index > first) {
      const gap = { fromMs: rows[first - 1]?.atMs ?? fromMs, toMs: rows[index]?.atMs ?? toMs };
      if (gap.toMs - gap.fromMs >= (toMs - fromMs) * WIDE_GAP) gaps.push(gap);
    }
    index += 1;
  }
  return gaps;
}
