import type { MigrationDefinition, RerunContract, Resource } from "@/lib/catalogue/migration";
import { type Estimate, estimateOf } from "./estimate";
import type { Oddity, Progress } from "./progress";
import { progressOf } from "./progress";
import { REPORTS_WITHIN_MS, type Run } from "./runs";
import { type RunState, type RunTimes, stateOf } from "./state";
import type { Usage } from "./usage";

/** What an owner reads of a migration's definition. */
export type MigrationCard = {
  job: string;
  title: string;
  source: string;
  issueUrl: string;
  rerun: RerunContract;
  items: string;
};

/** A run in a line of the list. */
export type RunSummary = {
  id: string;
  job: string;
  title: string;
  state: RunState;
  createdAtMs: number | null;
  startedAtMs: number | null;
  endedAtMs: number | null;
  share: number | null;
};

/** The last error that a job reported, with the time by its own clock. */
export type LastError = { text: string; atMs: number | null };

export type RunView = RunTimes & {
  id: string;
  jobName: string;
  migration: MigrationCard;
  createdAtMs: number | null;
  /** null: it isn't known now whether the job is still there. */
  present: boolean | null;
  elapsedMs: number | null;
  progress: Omit<Progress, "points" | "oddities"> | null;
  estimate: Estimate;
  /** Nothing was done since then, for longer than the definition allows; null while it gets on. */
  stalledSinceMs: number | null;
  /** It runs, and has reported nothing since then. */
  silentSinceMs: number | null;
  errors: number | null;
  lastError: LastError | null;
  usage: Usage[];
  /** What the job emits beside the contract. */
  others: { name: string; value: number }[];
  oddities: (Oddity | { kind: "same-name" })[];
};

/** Whether the owner is mailed about migrations, and where to. The answer of PUT /api/migration/mails. */
export type MigrationMails = { wanted: boolean; address: string };

/** The answer of GET /api/migration, and the props of the migration page. */
export type MigrationView = {
  tenant: { id: string };
  asOfMs: number;
  /** Migrations that are defined and have no run that is known of. */
  waiting: MigrationCard[];
  /** Newest first. */
  runs: RunSummary[];
  /** The run that was asked for, else the newest. */
  shown: RunView | null;
  /** Why what is shown is what was last known, or why nothing is; null where it is as of now. */
  failed: string | null;
  /** null: the repository isn't defined. */
  migrateUrl: string | null;
  mails: MigrationMails;
};

export const RESOURCE_NAMES: Record<Resource, string> = {
  cpuCores: "CPU",
  memoryBytes: "Memory",
  storageBytes: "Storage",
};

export function cardOf({ job, title, source, issueUrl, rerun, items }: MigrationDefinition): MigrationCard {
  return { job, title, source, issueUrl, rerun, items };
}

export function summaryOf(run: Run, { job, title }: MigrationDefinition, nowMs: number): RunSummary {
  const { state, startedAtMs, endedAtMs } = stateOf(run, nowMs);
  return {
    id: run.id,
    job,
    title,
    state,
    createdAtMs: run.createdAtMs,
    startedAtMs,
    endedAtMs,
    share: progressOf(run.moments)?.share ?? null,
  };
}

/** What isn't a run's own series: asked for the one that is shown. */
export type RunExtras = {
  usage: Usage[];
  lastError: LastError | null;
  others: { name: string; value: number }[];
};

/** Everything that is known of one run. Nothing is filled in for what its job doesn't report. */
export function runViewOf(
  run: Run,
  definition: MigrationDefinition,
  { usage, lastError, others }: RunExtras,
  nowMs: number,
): RunView {
  const times = stateOf(run, nowMs);
  const { state, startedAtMs, endedAtMs } = times;
  const progress = progressOf(untilEnd(run.moments, endedAtMs));
  const running = state === "running";
  const stalledAfterMs = definition.stalledAfterMinutes * 60_000;
  const unfinished = progress !== null && (progress.share ?? 0) < 1;
  const stalled = running && unfinished && nowMs - progress.advancedAtMs > stalledAfterMs;
  const silent = running && progress !== null && nowMs - progress.reportedAtMs > REPORTS_WITHIN_MS;
  const errors = run.moments.findLast(({ facts }) => Number.isFinite(facts.errors))?.facts.errors ?? null;
  return {
    ...times,
    id: run.id,
    jobName: run.jobName,
    migration: cardOf(definition),
    createdAtMs: run.createdAtMs,
    present: run.present,
    elapsedMs: startedAtMs === null ? null : Math.max(0, (endedAtMs ?? nowMs) - startedAtMs),
    progress: progress && withoutPoints(progress),
    estimate: estimateFor(),
    stalledSinceMs: stalled ? progress.advancedAtMs : null,
    silentSinceMs: silent ? progress.reportedAtMs : null,
    errors: errors !== null && errors >= 0 ? errors : null,
    lastError,
    usage,
    others,
    oddities: [...(progress?.oddities ?? []), ...(run.sharesItsName ? [{ kind: "same-name" } as const] : [])],
  };

  function estimateFor(): Estimate {
    if (!running || progress === null) return { kind: "none", reason: running ? "no-whole" : "not-running" };
    if (silent) return { kind: "none", reason: "silent" };
    if (stalled) return { kind: "none", reason: "standing" };
    return estimateOf(progress.points, nowMs);
  }
}

/** Up to the first look after the end, which still sees what was reported last. What is reported later is a leftover. */
function untilEnd(moments: Run["moments"], endedAtMs: number | null): Run["moments"] {
  const after = endedAtMs === null ? -1 : moments.findIndex(({ atMs }) => atMs >= endedAtMs);
  return after < 0 ? moments : moments.slice(0, after + 1);
}

function withoutPoints({ points: _, oddities: __, ...rest }: Progress): RunView["progress"] {
  return rest;
}
