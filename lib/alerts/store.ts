import type { SignalId } from "@/lib/catalogue/bundle";
import type { LineKey } from "@/lib/evaluation/effective";
import type { BadPart } from "@/lib/evaluation/parts";
import type { Condition } from "@/lib/evaluation/view";
import { database } from "@/lib/infra/db";
import type { Connection, RowOf } from "@/lib/infra/statement";
import type { TenantScope } from "@/lib/tenant/scope";
import type { Alert } from "./alert";
import type { CycleFault, CycleRecord } from "./cycle";
import type { CycleCount } from "./cycle-count";
import { alertOf, partsOf } from "./rows";
import * as sql from "./statements";
import type { AlertTimes } from "./times";

/** An alert with what was seen in the hour up to its firing; null where it could not be read then. */
export type RecordedAlert = Alert & { trend: Trend | null };
export type Trend = [atMs: number, value: number | null][];

/** Where the evaluator says that a line stands. It is as fresh as the line's last good cycle, not as its own last change. */
export type Judgement = {
  lineKey: LineKey;
  /** null: no fresh value was judged yet. */
  condition: Condition | null;
  conditionSinceMs: number | null;
  data: "fresh" | "no-traffic" | "missing" | null;
  dataSinceMs: number | null;
  thresholdVersion: number;
  /** The parts that were bad since the line was last ok. */
  badParts: readonly BadPart[];
  /** It was last found to be scaled to zero, so that nothing of it was judged. */
  isAtZero: boolean;
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

const keyOf = ({ signal, line }: { signal: string; line: string }) => `${signal}/${line}` as LineKey;
const ms = (date: Date | null) => date?.getTime() ?? null;

const recorded = (row: RowOf<typeof sql.ALERT_OF>): RecordedAlert => ({
  ...alertOf(row),
  trend: row.trend as RecordedAlert["trend"],
});

/** The place of an alert in the list: the next page begins after it. */
export type AlertCursor = { firedAtMs: number; id: string };

/** What pages and the worker read of alerts and of the evaluator's cycles. */
export function createAlertStore(db: Connection = database) {
  /**
   * The tenant's alerts, newest first. Their mails: `outbox.mailsOf(scope, alert.thread.id)`.
   * @param sinceMs leaves out those that ended before; open ones never
   * @param beforeMs only those that fired before, for the next page
   */
  async function readAlerts(
    { tenantId }: TenantScope,
    { sinceMs, beforeMs, limit = 100 }: { sinceMs?: number; beforeMs?: number; limit?: number } = {},
  ): Promise<RecordedAlert[]> {
    const rows = await db.rows(
      sql.ALERTS_OF,
      tenantId,
      beforeMs === undefined ? null : new Date(beforeMs),
      sinceMs === undefined ? null : new Date(sinceMs),
      limit,
    );
    return rows.map(recorded);
  }

  /** When the tenant's alerts began and ended, the newest first: those that lasted at or after `sinceMs`. */
  async function readAlertTimes({ tenantId }: TenantScope, sinceMs: number): Promise<AlertTimes[]> {
    const rows = await db.rows(sql.ALERT_TIMES, tenantId, new Date(sinceMs));
    return rows.map((row) => ({
      id: row.id,
      lineKey: keyOf(row),
      firedAtMs: row.fired_at.getTime(),
      ended: row.ended_at && row.end_reason ? { atMs: row.ended_at.getTime(), reason: row.end_reason } : null,
    }));
  }

  /** One alert, or null when this tenant has none of that id. @param id a UUID */
  async function readAlert({ tenantId }: TenantScope, id: string): Promise<RecordedAlert | null> {
    const [row] = await db.rows(sql.ALERT_OF, tenantId, id);
    return row ? recorded(row) : null;
  }

  /** A page of the tenant's alerts, newest first. @param signal only those of this signal */
  async function readAlertPage(
    { tenantId }: TenantScope,
    { signal, after, limit }: { signal: SignalId | null; after: AlertCursor | null; limit: number },
  ): Promise<Alert[]> {
    const rows = await db.rows(
      sql.ALERT_PAGE,
      tenantId,
      signal,
      after && new Date(after.firedAtMs),
      after?.id ?? null,
      limit,
    );
    return rows.map(alertOf);
  }

  /** One alert by its id or by its thread's, which mails link to; null when this tenant has none. @param id a UUID */
  async function readAlertOrThread({ tenantId }: TenantScope, id: string): Promise<RecordedAlert | null> {
    const [row] = await db.rows(sql.ALERT_OR_THREAD, tenantId, id);
    return row ? recorded(row) : null;
  }

  /** The alerts of these threads. */
  async function readThreads({ tenantId }: TenantScope, threadIds: readonly string[]): Promise<Alert[]> {
    const rows = await db.rows(sql.ALERTS_OF_THREADS, tenantId, threadIds);
    return rows.map(alertOf);
  }

  /** The newest alert that is over; null: there was none. */
  async function readLastEnded({
    tenantId,
  }: TenantScope): Promise<{ lineKey: LineKey; endedAtMs: number } | null> {
    const [row] = await db.rows(sql.LAST_ENDED, tenantId);
    return row ? { lineKey: keyOf(row), endedAtMs: row.ended_at.getTime() } : null;
  }

  /** Where each line of the tenant stands. A line without one was never judged, or its tenant wasn't live. */
  async function readJudgements({ tenantId }: TenantScope): Promise<Judgement[]> {
    const rows = await db.rows(sql.JUDGEMENTS_OF, tenantId);
    return rows.map((row) => ({
      lineKey: keyOf(row),
      condition: row.condition_since === null ? null : (row.condition as Condition),
      conditionSinceMs: ms(row.condition_since),
      data: row.data as Judgement["data"],
      dataSinceMs: ms(row.data_since),
      thresholdVersion: row.threshold_version,
      badParts: (row.bad_parts ?? []) as readonly BadPart[],
      isAtZero: row.at_zero,
      value: row.value,
      changedAtMs: row.slot.getTime(),
    }));
  }

  /** Proof of silence: what the evaluators did after `sinceMs`, by line. Known for 35 days back. */
  async function cyclesSince(sinceMs: number): Promise<CycleCount[]> {
    const rows = await db.rows(sql.CYCLES_SINCE, new Date(sinceMs));
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
  async function lastCycles(lines: readonly LineKey[]): Promise<LastCycle[]> {
    const parts = lines.map(partsOf);
    const rows = await db.rows(
      sql.LAST_CYCLES,
      parts.map(([signal]) => signal),
      parts.map(([, line]) => line),
    );
    return rows.map((row) => ({
      lineKey: keyOf(row),
      goodAtMs: ms(row.good_slot),
      newest:
        row.slot === null || row.outcome === null || row.interval_seconds === null
          ? null
          : {
              atMs: row.slot.getTime(),
              outcome: row.outcome,
              reason: row.reason as CycleFault | null,
              intervalSeconds: row.interval_seconds,
            },
    }));
  }

  /** The slot of the newest good cycle of all these lines: how long ago every one of them was judged. null: one never was. */
  async function lastGoodCycle(lines: readonly LineKey[]): Promise<number | null> {
    const good = (await lastCycles(lines)).map(({ goodAtMs }) => goodAtMs);
    return good.length === 0 || good.includes(null) ? null : Math.min(...good.map((atMs) => atMs ?? 0));
  }

  /** The workers seen in the last week, the newest sign first. Ages are by the database's clock. */
  async function readHeartbeats(): Promise<Heartbeat[]> {
    const rows = await db.rows(sql.HEARTBEATS);
    return rows.map((row) => ({
      id: row.id,
      startedAtMs: row.started_at.getTime(),
      seenAtMs: row.seen_at.getTime(),
      ageMs: row.age_ms,
      version: row.version,
    }));
  }

  /** Records what was seen in the hour up to the firing of these alerts, by id. What is recorded stays. */
  async function recordTrends(trends: ReadonlyMap<string, Trend>): Promise<void> {
    if (trends.size === 0) return;
    await db.run(
      sql.RECORD_TRENDS,
      [...trends.keys()],
      [...trends.values()].map((trend) => JSON.stringify(trend)),
    );
  }

  return {
    readAlerts,
    readAlertTimes,
    readAlert,
    readAlertPage,
    readAlertOrThread,
    readThreads,
    readLastEnded,
    readJudgements,
    cyclesSince,
    lastCycles,
    lastGoodCycle,
    readHeartbeats,
    recordTrends,
  };
}

/** This process's instance. */
export const alertStore = createAlertStore();
