import type { SignalId } from "@/lib/catalogue/bundle";
import type { LineKey } from "@/lib/evaluation/effective";
import type { Condition } from "@/lib/evaluation/view";
import { connectionPool, type Prepared } from "@/lib/infra/db";
import type { TenantScope } from "@/lib/tenant/scope";
import type { Alert } from "./alert";
import type { CycleFault, CycleRecord } from "./cycle";
import type { CycleCount } from "./cycle-count";
import { type AlertRow, alertOf, partsOf } from "./rows";
import * as sql from "./statements";
import type { AlertTimes } from "./times";

/** An alert with what was seen in the hour up to its firing; null where it could not be read then. */
export type RecordedAlert = Alert & { trend: [atMs: number, value: number | null][] | null };

/** Where the evaluator says that a line stands. It is as fresh as the line's last good cycle, not as its own last change. */
export type Judgement = {
  lineKey: LineKey;
  /** null: no fresh value was judged yet. */
  condition: Condition | null;
  conditionSinceMs: number | null;
  data: "fresh" | "no-traffic" | "missing" | null;
  dataSinceMs: number | null;
  thresholdVersion: number;
  /** What was judged when this last changed, and in which slot that was. */
  value: number | null;
  changedAtMs: number;
};

export type LastCycle = {
  lineKey: LineKey;
  /** The newest slot that was judged; null: none yet. */
  goodAtMs: number | null;
  /** The newest slot of any outcome; null: none yet. */
  newest: {
    atMs: number;
    outcome: CycleRecord["outcome"];
    reason: CycleFault | null;
    intervalSeconds: number;
  } | null;
};

export type Heartbeat = { id: string; startedAtMs: number; seenAtMs: number; ageMs: number; version: string };

const run = async <R extends object>(statement: string | Prepared, values: unknown[] = []): Promise<R[]> => {
  const asked = typeof statement === "string" ? { text: statement } : statement;
  return (await connectionPool().query<R>({ ...asked, values })).rows;
};
const keyOf = ({ signal, line }: { signal: string; line: string }) => `${signal}/${line}` as LineKey;
const ms = (date: Date | null) => date?.getTime() ?? null;

type RecordedRow = AlertRow & { trend: RecordedAlert["trend"] };
const recorded = (row: RecordedRow): RecordedAlert => ({ ...alertOf(row), trend: row.trend });

/**
 * The tenant's alerts, newest first. Their mails: `outbox().mailsOf(scope, alert.thread.id)`.
 * @param sinceMs leaves out those that ended before; open ones never
 * @param beforeMs only those that fired before, for the next page
 */
export async function readAlerts(
  { tenantId }: TenantScope,
  { sinceMs, beforeMs, limit = 100 }: { sinceMs?: number; beforeMs?: number; limit?: number } = {},
): Promise<RecordedAlert[]> {
  const rows = await run<RecordedRow>(sql.ALERTS_OF, [
    tenantId,
    beforeMs === undefined ? null : new Date(beforeMs),
    sinceMs === undefined ? null : new Date(sinceMs),
    limit,
  ]);
  return rows.map(recorded);
}

/** When the tenant's alerts began and ended, the newest first: those that lasted at or after `sinceMs`. */
export async function readAlertTimes({ tenantId }: TenantScope, sinceMs: number): Promise<AlertTimes[]> {
  type Row = Pick<AlertRow, "id" | "signal" | "line" | "fired_at" | "ended_at" | "end_reason">;
  const rows = await run<Row>(sql.ALERT_TIMES, [tenantId, new Date(sinceMs)]);
  return rows.map((row) => ({
    id: row.id,
    lineKey: keyOf(row),
    firedAtMs: row.fired_at.getTime(),
    ended: row.ended_at && row.end_reason ? { atMs: row.ended_at.getTime(), reason: row.end_reason } : null,
  }));
}

/** One alert, or null when this tenant has none of that id. @param id a UUID */
export async function readAlert({ tenantId }: TenantScope, id: string): Promise<RecordedAlert | null> {
  const [row] = await run<RecordedRow>(sql.ALERT_OF, [tenantId, id]);
  return row ? recorded(row) : null;
}

/** The place of an alert in the list: the next page begins after it. */
export type AlertCursor = { firedAtMs: number; id: string };

/** A page of the tenant's alerts, newest first. @param signal only those of this signal */
export async function readAlertPage(
  { tenantId }: TenantScope,
  { signal, after, limit }: { signal: SignalId | null; after: AlertCursor | null; limit: number },
): Promise<Alert[]> {
  const rows = await run<AlertRow>(sql.ALERT_PAGE, [
    tenantId,
    signal,
    after && new Date(after.firedAtMs),
    after?.id ?? null,
    limit,
  ]);
  return rows.map(alertOf);
}

/** One alert by its id or by its thread's, which mails link to; null when this tenant has none. @param id a UUID */
export async function readAlertOrThread(
  { tenantId }: TenantScope,
  id: string,
): Promise<RecordedAlert | null> {
  const [row] = await run<RecordedRow>(sql.ALERT_OR_THREAD, [tenantId, id]);
  return row ? recorded(row) : null;
}

/** The alerts of these threads. */
export async function readThreads({ tenantId }: TenantScope, threadIds: readonly string[]): Promise<Alert[]> {
  const rows = await run<AlertRow>(sql.ALERTS_OF_THREADS, [tenantId, threadIds]);
  return rows.map(alertOf);
}

/** The newest alert that is over; null: there was none. */
export async function readLastEnded({
  tenantId,
}: TenantScope): Promise<{ lineKey: LineKey; endedAtMs: number } | null> {
  const [row] = await run<{ signal: string; line: string; ended_at: Date }>(sql.LAST_ENDED, [tenantId]);
  return row ? { lineKey: keyOf(row), endedAtMs: row.ended_at.getTime() } : null;
}

/** Where each line of the tenant stands. A line without one was never judged, or its tenant wasn't live. */
export async function readJudgements({ tenantId }: TenantScope): Promise<Judgement[]> {
  type Row = {
    signal: string;
    line: string;
    condition: Condition;
    condition_since: Date | null;
    data: Judgement["data"];
    data_since: Date | null;
    threshold_version: number;
    value: number | null;
    slot: Date;
  };
  const rows = await run<Row>(sql.JUDGEMENTS_OF, [tenantId]);
  return rows.map((row) => ({
    lineKey: keyOf(row),
    condition: row.condition_since === null ? null : row.condition,
    conditionSinceMs: ms(row.condition_since),
    data: row.data,
    dataSinceMs: ms(row.data_since),
    thresholdVersion: row.threshold_version,
    value: row.value,
    changedAtMs: row.slot.getTime(),
  }));
}

/** Proof of silence: what the evaluators did after `sinceMs`, by line. Known for 35 days back. */
export async function cyclesSince(sinceMs: number): Promise<CycleCount[]> {
  type Row = Omit<CycleCount, "lineKey" | "newestMs" | "oldestMs"> & {
    signal: string;
    line: string;
    newest: Date;
    oldest: Date;
  };
  const rows = await run<Row>(sql.CYCLES_SINCE, [new Date(sinceMs)]);
  return rows.map((row) => ({
    lineKey: keyOf(row),
    good: row.good,
    failed: row.failed,
    guarded: row.guarded,
    missed: row.missed,
    newestMs: row.newest.getTime(),
    oldestMs: row.oldest.getTime(),
  }));
}

/** The newest cycles of these lines, in the order of the lines. */
export async function lastCycles(lines: readonly LineKey[]): Promise<LastCycle[]> {
  type Row = {
    signal: string;
    line: string;
    good_slot: Date | null;
    slot: Date | null;
    outcome: CycleRecord["outcome"];
    reason: CycleFault | null;
    interval_seconds: number;
  };
  const parts = lines.map(partsOf);
  const rows = await run<Row>(sql.LAST_CYCLES, [
    parts.map(([signal]) => signal),
    parts.map(([, line]) => line),
  ]);
  return rows.map((row) => ({
    lineKey: keyOf(row),
    goodAtMs: ms(row.good_slot),
    newest: row.slot && {
      atMs: row.slot.getTime(),
      outcome: row.outcome,
      reason: row.reason,
      intervalSeconds: row.interval_seconds,
    },
  }));
}

/** The slot of the newest good cycle of all these lines: how long ago every one of them was judged. null: one never was. */
export async function lastGoodCycle(lines: readonly LineKey[]): Promise<number | null> {
  const good = (await lastCycles(lines)).map(({ goodAtMs }) => goodAtMs);
  return good.length === 0 || good.includes(null) ? null : Math.min(...good.map((atMs) => atMs ?? 0));
}

/** The workers seen in the last week, the newest sign first. Ages are by the database's clock. */
export async function readHeartbeats(): Promise<Heartbeat[]> {
  const rows = await run<{ id: string; started_at: Date; seen_at: Date; age_ms: number; version: string }>(
    sql.HEARTBEATS,
  );
  return rows.map((row) => ({
    id: row.id,
    startedAtMs: row.started_at.getTime(),
    seenAtMs: row.seen_at.getTime(),
    ageMs: row.age_ms,
    version: row.version,
  }));
}
