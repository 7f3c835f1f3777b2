import { type ChartView, isEmptyChart, rowsOf } from "@/components/charts/shape";
import type { MigrationChart, MigrationSeries } from "@/lib/data-migrations/series";

/** A chart that has its place on the page before its series is there. */
export type ChartPlace = Pick<MigrationChart, "id" | "title">;

const RESOURCE_PLACES: ChartPlace[] = [
  { id: "cpuCores", title: "CPU, cores" },
  { id: "memoryBytes", title: "Memory" },
  { id: "storageBytes", title: "Storage" },
];

/**
 * The charts of a run in their order: those of its series, or those that are to be expected of it.
 * @param reportsShare whether the job says how far it is, so that a chart of progress is to be expected
 */
export function chartPlaces(series: MigrationSeries | null, reportsShare: boolean): ChartPlace[] {
  if (series) return series.charts.map(({ id, title }) => ({ id, title }));
  return reportsShare ? [{ id: "progress", title: "Progress" }, ...RESOURCE_PLACES] : RESOURCE_PLACES;
}

/** One chart of a run as the charts draw it; null where the series has none such, or isn't there. */
export function chartViewOf(series: MigrationSeries | null, id: MigrationChart["id"]): ChartView | null {
  const chart = series?.charts.find((each) => each.id === id);
  if (!series || !chart) return null;
  const { fromMs, toMs, stepSeconds } = series;
  const lines = chart.lines.map((line) => ({ ...line, threshold: null }));
  return { unit: chart.unit, worse: "higher", fromMs, toMs, stepSeconds, lines, events: [] };
}

/** Whether anything was measured. The levels beside it (what was declared, the steady state) are always known, and don't count. */
export function isMeasured({ lines, ...view }: ChartView): boolean {
  return !isEmptyChart(rowsOf({ ...view, lines: lines.slice(0, 1) }));
}
