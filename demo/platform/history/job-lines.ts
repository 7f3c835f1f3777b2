import { cadvisorLabels } from "../cadvisor";
import {
  type DemoJob,
  isRunning,
  JOB_CONTAINER,
  jobErrorOf,
  jobPlace,
  jobUsageOf,
  reportsOf,
} from "../jobs/job";
import type { Past } from "../scenario";
import { kubeletTarget, migrationTarget } from "../targets";
import { grid, type HistoryStretch, Line } from "./lines";

/** What a migration reported, and what its container took, while it ran. */
export function jobWriter(past: Past, job: DemoJob): (stretch: HistoryStretch) => Generator<string> {
  const { capability, name, pod, node } = job;
  const place = jobPlace(job);
  const container = {
    ...kubeletTarget(node, "/metrics/cadvisor"),
    tenant: capability,
    ...cadvisorLabels(place),
  };
  const cpu = new Line("container_cpu_usage_seconds_total", { ...container, cpu: "total" });
  const memory = new Line("container_memory_working_set_bytes", container);
  const target = { capability, job: name, pod, uid: place.uid, node, container: JOB_CONTAINER };
  const own = { tenant: capability, ...migrationTarget(target) };
  const lines = new Map<string, Line>();
  const line = (metric: string, more: Record<string, string> = {}) => {
    const key = `${metric} ${more.error ?? ""}`;
    const known = lines.get(key) ?? new Line(metric, { ...own, ...more });
    lines.set(key, known);
    return known;
  };
  return function* write(stretch) {
    for (const atMs of withLastScrape(job, stretch, grid(stretch, past.gap, { early: 120, lastDay: 60 }))) {
      const { cpuSeconds, residentBytes } = jobUsageOf(job, atMs);
      let text = cpu.at(atMs, cpuSeconds) + memory.at(atMs, residentBytes);
      for (const [metric, value] of Object.entries(reportsOf(job, atMs)))
        text += line(metric).at(atMs, value);
      const error = jobErrorOf(job, atMs);
      if (error)
        text += line("migration_last_error_timestamp_seconds", { error: error.text }).at(
          atMs,
          Math.floor(error.atMs / 1000),
        );
      yield text;
    }
  };
}

/**
 * The instants of the grid at which it runs, and the last second of its run: a platform that scrapes every 15 s sees what a job says
 * when it fails, which the steps of the history could leave out.
 */
function* withLastScrape(
  job: DemoJob,
  stretch: HistoryStretch,
  instants: Iterable<number>,
): Generator<number> {
  const lastMs = Math.floor((job.endsAtMs - 1) / 1000) * 1000;
  let writtenMs = -Infinity;
  for (const atMs of instants) {
    if (!isRunning(job, atMs)) continue;
    yield atMs;
    writtenMs = atMs;
  }
  if (lastMs > writtenMs && lastMs >= stretch.fromMs && lastMs < stretch.toMs) yield lastMs;
}
