import type { Progress } from "./progress";
import type { RunSummary, RunView } from "./view";
import { runStatusOf } from "./words";

const DAY_MS = 86_400_000;
/** An end that lies further back when it is first seen isn't news. */
const NEWS_MS = DAY_MS;
/** A run's standstill is mailed once within this time. */
const STALLS_APART_MS = DAY_MS;
/** A job that was missed for a scrape or two hasn't gone. */
export const GONE_FOR_MS = 900_000;

/** What reports without being a job has one name for all its runs: gone again after this long, it is another one. */
const ANOTHER_RUN_MS = DAY_MS / 2;

/** What was mailed about a run, or recorded as too old for a mail. */
export type ReportedRun = { runId: string; what: string; atMs: number };

/** `what` names it in the record. mail: false where it is only recorded. */
export type RunReport = { what: string; mail: boolean };

const STALLED = "stalled";

/** The words by which statements find the record of a standstill. */
export const STALLED_LIKE = `${STALLED}%`;

/**
 * What is to be mailed about a run's end: each way of ending once. What ended before the owner wanted mails, or more than a day
 * ago, is recorded without a mail. That a job is gone is mailed once it has been so for a quarter of an hour.
 * @param notified the records about the tenant's runs so far
 * @param wantedSinceMs since when the owner wants mails, where they had switched them off before
 */
export function endToReport(
  { id, state, createdAtMs, endedAtMs }: Pick<RunSummary, "id" | "state" | "createdAtMs" | "endedAtMs">,
  notified: readonly ReportedRun[],
  { nowMs, wantedSinceMs }: { nowMs: number; wantedSinceMs: number | null },
): RunReport | null {
  if (state === "waiting" || state === "running" || endedAtMs === null) return null;
  const before = notified.filter(({ runId, what }) => runId === id && what.startsWith(state));
  const isKnown =
    createdAtMs === null ? before.some(({ atMs }) => atMs > endedAtMs - ANOTHER_RUN_MS) : before.length > 0;
  if (isKnown) return null;
  if (state === "gone" && endedAtMs > nowMs - GONE_FOR_MS) return null;
  const what = createdAtMs === null ? `${state} ${endedAtMs / 1000}` : state;
  return { what, mail: endedAtMs >= Math.max(nowMs - NEWS_MS, wantedSinceMs ?? 0) };
}

/** Whether a run is worth a look at whether it stands still. */
export function mayStall(
  { id, state }: Pick<RunSummary, "id" | "state">,
  notified: readonly ReportedRun[],
  nowMs: number,
): boolean {
  return state === "running" && !stallsOf(id, notified).some(({ atMs }) => atMs > nowMs - STALLS_APART_MS);
}

/**
 * The standstill that is to be mailed: once for each, and at most once a day for each run. One whose job doesn't report now, or
 * isn't known to be there, is none.
 */
export function stallToReport(
  run: Pick<RunView, "id" | "state" | "present" | "stalledSinceMs" | "silentSinceMs" | "progress">,
  notified: readonly ReportedRun[],
  nowMs: number,
): RunReport | null {
  const { id, present, progress } = run;
  if (runStatusOf(run) !== "stalled" || present !== true || !progress) return null;
  if (!mayStall(run, notified, nowMs)) return null;
  const what = `${STALLED} at ${countsOf(progress)}`;
  return stallsOf(id, notified).some((each) => each.what === what) ? null : { what, mail: true };
}

const stallsOf = (id: string, notified: readonly ReportedRun[]) =>
  notified.filter(({ runId, what }) => runId === id && what.startsWith(STALLED));

/**
 * What distinguishes one standstill from the next: where the counts stand. Since when they do is known less exactly as time
 * passes, because older points are asked for in longer steps.
 */
function countsOf({ items, bytes, basis, share }: Pick<Progress, "items" | "bytes" | "basis" | "share">) {
  return [
    ...(items ? [`${items.done} items`] : []),
    ...(bytes ? [`${bytes.done} bytes`] : []),
    ...(basis === "ratio" ? [`${share}`] : []),
  ].join(", ");
}
