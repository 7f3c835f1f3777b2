import { MOST_TIMES_STEADY, RESOURCES, type Resource, type Resources } from "@/lib/catalogue/migration";
import { fillGaps, type Grid, type Point } from "@/lib/evaluation/grid";

type Labelled = { labels: Record<string, string>; points: [atMs: number, value: number][] };

/** What a run uses of one resource, and how that stands to what was agreed. */
export type Usage = {
  resource: Resource;
  /** The newest value; null where nothing is measured now. */
  now: number | null;
  peak: { value: number; atMs: number } | null;
  declared: number;
  steady: number;
  /** The most that the platform allows: twice the steady state. */
  most: number;
  /** What the peak went over. */
  passed: "nothing" | "declared" | "most";
};

/** The series of the usage query, by resource, each instant of the grid with its value or a gap. */
export function usagePoints(series: readonly Labelled[], grid: Grid): Record<Resource, Point[]> {
  const of = (resource: Resource) =>
    fillGaps(
      series.find(({ labels }) => labels.resource === resource),
      grid,
    );
  return { cpuCores: of("cpuCores"), memoryBytes: of("memoryBytes"), storageBytes: of("storageBytes") };
}

/** @param points by resource, oldest first; the last one counts as now while the run lasts */
export function usageOf(
  points: Record<Resource, readonly Point[]>,
  { declaredPeak, steadyState }: { declaredPeak: Resources; steadyState: Resources },
  lasts: boolean,
): Usage[] {
  return RESOURCES.map((resource) => {
    const declared = declaredPeak[resource];
    const steady = steadyState[resource];
    const most = MOST_TIMES_STEADY * steady;
    let peak: Usage["peak"] = null;
    for (const [atMs, value] of points[resource])
      if (value !== null && value > (peak?.value ?? -1)) peak = { value, atMs };
    const now = lasts ? (points[resource].at(-1)?.[1] ?? null) : null;
    const reached = peak?.value ?? 0;
    const passed = reached > most ? "most" : reached > declared ? "declared" : "nothing";
    return { resource, now, peak, declared, steady, most, passed };
  });
}
