import { uidOfPod } from "../cadvisor";
import { type CapabilityId, type NodeId, namespaceOf } from "../characters";
import type { JobView } from "../cluster-view";

const MIB = 1024 * 1024;

/**
 * A migration of the demo. How far it is, what it takes and what it reports are functions of time alone, so that the history
 * and the live series match.
 */
export type DemoJob = {
  capability: CapabilityId;
  name: string;
  pod: string;
  node: NodeId;
  createdAtMs: number;
  endsAtMs: number;
  ending: "complete" | "failed";
  /** The share that is done when it ends. */
  reached: number;
  /** When the operator removed it; null: not yet. */
  removedAtMs: number | null;
  items: number | null;
  bytes: number | null;
  errors: { share: number; text: string }[];
  cpuCores: number;
  memoryBytes: { resting: number; most: number };
};

/** The name of the one container of every migration's pod. */
export const JOB_CONTAINER = "migrate";
/** The same for every migration: the operator's own, whatever the owner declared. */
export const JOB_LIMITS = { cpuCores: 0.1, memoryBytes: 240 * MIB };
export const jobImage = ({ name }: Pick<DemoJob, "name">): string => `registry.platform.example/${name}:1`;

/** Its container, as cAdvisor names it. */
export const jobPlace = (job: Pick<DemoJob, "capability" | "name" | "pod">) => ({
  namespace: namespaceOf(job.capability),
  pod: job.pod,
  uid: uidOfPod(namespaceOf(job.capability), job.pod),
  container: JOB_CONTAINER,
  image: jobImage(job),
  restarts: 0,
});

/** Between the job's creation and its container's start. */
const START_MS = 4_000;

export const startedAtMs = ({ createdAtMs }: DemoJob): number => createdAtMs + START_MS;
export const isThere = (job: DemoJob, atMs: number): boolean =>
  atMs >= job.createdAtMs && (job.removedAtMs === null || atMs < job.removedAtMs);
export const isRunning = (job: DemoJob, atMs: number): boolean =>
  atMs >= startedAtMs(job) && atMs < job.endsAtMs;

/** The done share: it never falls, and goes a little faster and slower by turns. */
export function shareDone(job: DemoJob, atMs: number): number {
  const part = (atMs - startedAtMs(job)) / (job.endsAtMs - startedAtMs(job));
  const even = Math.min(1, Math.max(0, part));
  const wave = (Math.sin(even * 2 * Math.PI * 7) * 0.35) / (2 * Math.PI * 7);
  return job.reached * Math.min(1, Math.max(0, even + wave));
}

/** What it reports by the contract of docs/data-migrations.md, by metric name; its errors apart. */
export function reportsOf(job: DemoJob, atMs: number): Record<string, number> {
  const share = shareDone(job, atMs);
  const { items, bytes } = job;
  return {
    ...(items !== null && {
      migration_items_done: Math.floor(items * share),
      migration_items_expected: items,
    }),
    ...(bytes !== null && {
      migration_bytes_done: Math.floor(bytes * share),
      migration_bytes_expected: bytes,
    }),
    ...(items === null &&
      bytes === null && { migration_progress_ratio: Math.round(share * 10_000) / 10_000 }),
    migration_errors_total: job.errors.filter((error) => error.share <= share).length,
  };
}

/** Its last error, with the time at which it happened. */
export function jobErrorOf(job: DemoJob, atMs: number): { text: string; atMs: number } | null {
  const error = job.errors.findLast(({ share }) => share <= shareDone(job, atMs));
  if (!error) return null;
  const spanMs = job.endsAtMs - startedAtMs(job);
  return { text: error.text, atMs: Math.round(startedAtMs(job) + (spanMs * error.share) / job.reached) };
}

const WAVE_MS = 2 * 3_600_000;

/** Processor time and memory of its container, as cAdvisor counts them. */
export function jobUsageOf(job: DemoJob, atMs: number): { cpuSeconds: number; residentBytes: number } {
  const elapsedMs = atMs - startedAtMs(job);
  const turn = (2 * Math.PI * elapsedMs) / WAVE_MS;
  const wobbleMs = ((1 - Math.cos(turn)) * 0.25 * WAVE_MS) / (2 * Math.PI);
  const { resting, most } = job.memoryBytes;
  return {
    cpuSeconds: Math.round(((elapsedMs + wobbleMs) / 1000) * job.cpuCores * 100) / 100,
    residentBytes: Math.round(
      resting + ((most - resting) * (1 - Math.cos(turn))) / 2 + 2 * MIB * Math.sin(turn * 9),
    ),
  };
}

/** The jobs that are there at an instant, as the cluster's API server reports them. */
export function jobViews(jobs: readonly DemoJob[], atMs: number): JobView[] {
  return jobs
    .filter((job) => isThere(job, atMs))
    .map((job) => ({
      capability: job.capability,
      name: job.name,
      pod: job.pod,
      node: job.node,
      createdAtMs: job.createdAtMs,
      startedAtMs: atMs >= startedAtMs(job) ? startedAtMs(job) : null,
      ended: atMs >= job.endsAtMs ? { atMs: job.endsAtMs, how: job.ending } : null,
    }));
}
