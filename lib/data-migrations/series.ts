import type { Resource } from "@/lib/catalogue/migration";
import { fillGaps, type Grid, type Point, slotsOf } from "@/lib/evaluation/grid";
import { type JobMoments, jobMoments } from "./facts";
import { progressOf } from "./progress";
import type { Usage } from "./usage";
import { RESOURCE_NAMES } from "./view";

type Labelled = { labels: Record<string, string>; points: [atMs: number, value: number][] };

export type MigrationChart = {
  id: "progress" | Resource;
  title: string;
  unit: "share" | "cores" | "bytes";
  lines: { id: string; label: string; points: Point[] }[];
};

/** The answer of GET /api/migration/series: the charts of one run, all on one grid. */
export type MigrationSeries = Grid & { runId: string; charts: MigrationChart[] };

const CHART_UNITS: Record<Resource, MigrationChart["unit"]> = {
  cpuCores: "cores",
  memoryBytes: "bytes",
  storageBytes: "bytes",
};

/**
 * Progress, and each resource beside what was declared, the steady state and twice of it. A job that names no whole has no chart of
 * progress.
 */
export function chartsOf(
  facts: readonly Labelled[],
  points: Record<Resource, Point[]>,
  usage: readonly Usage[],
  grid: Grid,
): MigrationChart[] {
  const level = (id: string, label: string, value: number) => ({
    id,
    label,
    points: slotsOf(grid).map((atMs): Point => [atMs, value]),
  });
  const resources = usage.map(
    ({ resource, declared, steady, most }): MigrationChart => ({
      id: resource,
      title: resource === "cpuCores" ? `${RESOURCE_NAMES[resource]}, cores` : RESOURCE_NAMES[resource],
      unit: CHART_UNITS[resource],
      lines: [
        {
          id: "used",
          label: resource === "storageBytes" ? "on the volumes" : "used",
          points: points[resource],
        },
        level("declared", "declared peak", declared),
        level("steady", "steady state", steady),
        level("most", "twice the steady state", most),
      ],
    }),
  );
  const shares = shareSeries(jobMoments([facts]));
  if (!shares) return resources;
  const line = { id: "done", label: "done", points: fillGaps({ labels: {}, points: shares }, grid) };
  return [{ id: "progress", title: "Progress", unit: "share", lines: [line] }, ...resources];
}

/** The share at each instant, as it was reported: a fall is drawn, too. */
function shareSeries([job]: JobMoments[]): [number, number][] | null {
  if (!job) return null;
  const basis = progressOf(job.moments)?.basis ?? null;
  if (basis === null) return null;
  return job.moments.flatMap(({ atMs, facts }): [number, number][] => {
    if (basis === "ratio") return facts.ratio === undefined ? [] : [[atMs, facts.ratio]];
    const [done, expected] =
      basis === "items" ? [facts.itemsDone, facts.itemsExpected] : [facts.bytesDone, facts.bytesExpected];
    return done === undefined || !expected ? [] : [[atMs, done / expected]];
  });
}
