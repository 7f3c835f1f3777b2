import type { CapabilityEvent } from "@/lib/evaluation/event";
import type { EventKind } from "@/lib/evaluation/event-kinds";
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

/** Events of one kind that fall so close together on the axis that they share a marker. */
export type Marker = { kind: EventKind; atMs: number; events: CapabilityEvent[] };

/**
 * Events as markers: those of a kind within a twenty-fourth of the axis become one with a count, or a crash loop would be a
 * black bar.
 */
export function markersOf(events: readonly CapabilityEvent[], fromMs: number, toMs: number): Marker[] {
  const nearMs = (toMs - fromMs) / 24;
  const markers: Marker[] = [];
  const last: Partial<Record<EventKind, Marker>> = {};
  for (const event of [...events].sort((a, b) => a.atMs - b.atMs)) {
    if (event.atMs < fromMs || event.atMs > toMs) continue;
    const open = last[event.kind];
    if (open && event.atMs - open.atMs <= nearMs) {
      open.events.push(event);
      continue;
    }
    const marker: Marker = { kind: event.kind, atMs: event.atMs, events: [event] };
    last[event.kind] = marker;
    markers.push(marker);
  }
  return markers;
}

/** The markers whose events fall onto a row: those that the crosshair points at while it stands there. */
export function markersAt(markers: readonly Marker[], rows: readonly Row[], row: Row): Marker[] {
  return markers.filter(({ events }) => events.some(({ atMs }) => nearestRow(rows, atMs) === row));
}

/** Where an instant lies on the axis, 0 to 1. */
export function fractionAt(atMs: number, fromMs: number, toMs: number): number {
  return Math.min(1, Math.max(0, (atMs - fromMs) / (toMs - fromMs || 1)));
}
