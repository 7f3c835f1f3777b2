import type { MigrationSeries } from "@/lib/data-migrations/series";
import type { Usage } from "@/lib/data-migrations/usage";
import type { MigrationCard, MigrationView, RunSummary, RunView } from "@/lib/data-migrations/view";
import type { RunStatus } from "@/lib/data-migrations/words";
import { MINUTE_MS, NOW_MS } from "./health";

const HOUR_MS = 60 * MINUTE_MS;

export const MIGRATION: MigrationCard = {
  job: "migrate-photos",
  title: "Move the photo archive",
  source: "The old NAS in the basement",
  issueUrl: "https://git.example/acme/infra/issues/31",
  rerun: "safe-on-existing-data",
  items: "photos",
};

const used = (resource: Usage["resource"], steady: number, change: Partial<Usage> = {}): Usage => ({
  resource,
  now: steady,
  peak: { value: steady * 1.2, atMs: NOW_MS - HOUR_MS },
  declared: steady * 1.5,
  steady,
  most: steady * 2,
  passed: "nothing",
  ...change,
});

/** One resource within what was declared, one beyond it, one beyond what the platform allows. */
export const USAGE: Usage[] = [
  used("cpuCores", 2),
  used("memoryBytes", 2e9, { peak: { value: 3.5e9, atMs: NOW_MS - HOUR_MS }, passed: "declared" }),
  used("storageBytes", 5e10, { peak: { value: 1.2e11, atMs: NOW_MS - HOUR_MS }, passed: "most" }),
];

/** A run that gets on and reports everything that a job can report. */
export function runView(change: Partial<RunView> = {}): RunView {
  return {
    id: "migrate-photos.1795257735",
    jobName: "migrate-photos",
    migration: MIGRATION,
    state: "running",
    createdAtMs: NOW_MS - 2 * HOUR_MS,
    startedAtMs: NOW_MS - 2 * HOUR_MS,
    endedAtMs: null,
    endedExactly: false,
    clockDoubted: false,
    present: true,
    elapsedMs: 2 * HOUR_MS,
    progress: {
      share: 0.62,
      basis: "items",
      items: { done: 31_204, expected: 50_329, perSecond: 4 },
      bytes: { done: 1.2e10, expected: 2e10, perSecond: 4.2e6 },
      advancedAtMs: NOW_MS - MINUTE_MS,
      reportedAtMs: NOW_MS - MINUTE_MS,
    },
    estimate: {
      kind: "between",
      fromMs: NOW_MS + HOUR_MS,
      atMs: NOW_MS + 2 * HOUR_MS,
      toMs: NOW_MS + 3 * HOUR_MS,
    },
    stalledSinceMs: null,
    silentSinceMs: null,
    errors: 3,
    lastError: { text: "IMG_0042.jpg: checksum differs", atMs: NOW_MS - 5 * MINUTE_MS },
    usage: USAGE,
    others: [{ name: "migration_files_skipped_total", value: 7 }],
    oddities: [],
    ...change,
  };
}

const ENDED = { endedAtMs: NOW_MS - MINUTE_MS, endedExactly: true } as const;
const NOT_RUNNING = { kind: "none", reason: "not-running" } as const;

/** A run in each way that it can stand. */
export const RUNS: Record<RunStatus, RunView> = {
  waiting: runView({
    state: "waiting",
    startedAtMs: null,
    elapsedMs: null,
    progress: null,
    estimate: NOT_RUNNING,
    errors: null,
    lastError: null,
  }),
  running: runView(),
  stalled: runView({
    stalledSinceMs: NOW_MS - HOUR_MS,
    estimate: { kind: "none", reason: "standing" },
  }),
  silent: runView({ silentSinceMs: NOW_MS - HOUR_MS, estimate: { kind: "none", reason: "silent" } }),
  succeeded: runView({ state: "succeeded", ...ENDED, estimate: NOT_RUNNING }),
  failed: runView({ state: "failed", ...ENDED, estimate: NOT_RUNNING }),
  gone: runView({ state: "gone", ...ENDED, endedExactly: false, present: false, estimate: NOT_RUNNING }),
};

export function runSummary(change: Partial<RunSummary> = {}): RunSummary {
  const { id, state, createdAtMs, startedAtMs, endedAtMs } = runView();
  const { job, title } = MIGRATION;
  return { id, job, title, state, createdAtMs, startedAtMs, endedAtMs, share: 0.62, ...change };
}

/** One migration, which runs. */
export function migrationView(change: Partial<MigrationView> = {}): MigrationView {
  return {
    tenant: { id: "photos" },
    asOfMs: NOW_MS,
    waiting: [],
    runs: [runSummary()],
    shown: runView(),
    failed: null,
    migrateUrl: "https://git.example/acme/infra/issues/new",
    mails: { wanted: true, address: "owner@photos.example" },
    ...change,
  };
}

/** The charts of the run: of its progress, and of CPU beside what was declared. */
export function migrationSeries(change: Partial<MigrationSeries> = {}): MigrationSeries {
  const fromMs = NOW_MS - 2 * HOUR_MS;
  const at = (share: number) => fromMs + share * (NOW_MS - fromMs);
  return {
    runId: runView().id,
    fromMs,
    toMs: NOW_MS,
    stepSeconds: 3_600,
    charts: [
      {
        id: "progress",
        title: "Progress",
        unit: "share",
        lines: [
          {
            id: "done",
            label: "done",
            points: [
              [at(0), 0],
              [at(0.5), 0.3],
              [at(1), 0.62],
            ],
          },
        ],
      },
      {
        id: "cpuCores",
        title: "CPU, cores",
        unit: "cores",
        lines: [
          {
            id: "used",
            label: "used",
            points: [
              [at(0), null],
              [at(0.5), null],
              [at(1), null],
            ],
          },
          {
            id: "declared",
            label: "declared peak",
            points: [
              [at(0), 3],
              [at(0.5), 3],
              [at(1), 3],
            ],
          },
        ],
      },
    ],
    ...change,
  };
}
