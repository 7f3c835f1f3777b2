import type { Pool, PoolClient } from "pg";
import { z } from "zod";
import { connectionPool } from "@/lib/infra/db";
import type { TenantScope } from "@/lib/tenant/scope";
import { type Evidence, evidenceSchema } from "./evidence";
import type { Hold } from "./hold";
import type { Outage, RecordedVerdict } from "./recorded-verdict";
import { SIDES, type Side, type Verdict, verdictSchema } from "./verdict";

/** What the evaluator goes on from. */
export type Attributed = { verdict: Verdict; evidence: Evidence };
export type NewAttribution = Attributed & { alertId: string; tenantId: string; atMs: number };

type Row = {
  episode_id: string;
  at: Date;
  side: string;
  sentence: string;
  reasons: unknown;
  would_decide: string | null;
  evidence?: unknown;
};

const COLUMNS = "episode_id, at, side, sentence, reasons, would_decide";
const CURRENT = `
  SELECT DISTINCT ON (episode_id) ${COLUMNS}, evidence FROM attribution WHERE episode_id = ANY($1::uuid[])
  ORDER BY episode_id, id DESC`;
/** The lock keeps an alert from being deleted between the look and the insert, which would then fail on its foreign key. */
const INSERT = `
  INSERT INTO attribution (episode_id, tenant_id, at, side, sentence, reasons, would_decide, evidence)
  SELECT new.* FROM unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::text[], $5::text[], $6::jsonb[], $7::text[], $8::jsonb[])
    AS new (episode_id, tenant_id, at, side, sentence, reasons, would_decide, evidence)
  JOIN episode ON episode.id = new.episode_id AND episode.tenant_id = new.tenant_id FOR KEY SHARE OF episode`;
const OF_ALERT = `SELECT ${COLUMNS} FROM attribution WHERE tenant_id = $1 AND episode_id = $2 ORDER BY id`;
const SIDES_OF = `
  SELECT DISTINCT ON (episode_id) episode_id, side FROM attribution WHERE tenant_id = $1 AND episode_id = ANY($2::uuid[])
  ORDER BY episode_id, id DESC`;
const OF_OPEN = `
  SELECT DISTINCT ON (e.id) e.id AS episode_id, a.at, a.side, a.sentence, a.reasons, a.would_decide, e.signal, e.line, e.fired_at, e.hold
  FROM episode e LEFT JOIN attribution a ON a.episode_id = e.id AND a.tenant_id = e.tenant_id
  WHERE e.tenant_id = $1 AND e.ended_at IS NULL ORDER BY e.id, a.id DESC`;
const OUTAGES = `
  SELECT e.id, e.breached_at, e.ended_at, a.at, a.side FROM episode e
  LEFT JOIN attribution a ON a.episode_id = e.id AND a.tenant_id = e.tenant_id
  WHERE e.tenant_id = $1 AND e.signal = 'availability' AND (e.ended_at IS NULL OR e.ended_at > $2)
  ORDER BY e.breached_at, e.id, a.id`;

const rowSchema = verdictSchema.extend({ alertId: z.string(), atMs: z.number() });

/** What another version of the portal wrote, and this one can't read, is as if it weren't there. */
function givenOf(row: Row): RecordedVerdict | null {
  const { episode_id: alertId, at, would_decide: wouldDecide, ...rest } = row;
  return rowSchema.safeParse({ ...rest, alertId, atMs: at.getTime(), wouldDecide }).data ?? null;
}

/** The newest verdict of each of these alerts, with its evidence. For the evaluator alone: the alerts may be anybody's. */
export async function readAttributed(
  alertIds: readonly string[],
  pool: Pool = connectionPool(),
): Promise<Map<string, Attributed>> {
  if (alertIds.length === 0) return new Map();
  const { rows } = await pool.query<Row>(CURRENT, [alertIds]);
  return new Map(
    rows.flatMap((row) => {
      const given = givenOf(row);
      const evidence = evidenceSchema.safeParse(row.evidence).data;
      if (!given || !evidence) return [];
      const { alertId, atMs: _, ...verdict } = given;
      return [[alertId, { verdict, evidence }] as const];
    }),
  );
}

/** Writes verdicts within a transaction of the evaluator, after the alerts that they are about. */
export async function insertAttributions(
  client: Pick<PoolClient, "query">,
  rows: readonly NewAttribution[],
): Promise<void> {
  if (rows.length === 0) return;
  const column = (read: (row: NewAttribution) => unknown) => rows.map(read);
  await client.query(INSERT, [
    column(({ alertId }) => alertId),
    column(({ tenantId }) => tenantId),
    column(({ atMs }) => new Date(atMs)),
    column(({ verdict }) => verdict.side),
    column(({ verdict }) => verdict.sentence),
    column(({ verdict }) => JSON.stringify(verdict.reasons)),
    column(({ verdict }) => verdict.wouldDecide),
    column(({ evidence }) => JSON.stringify(evidence)),
  ]);
}

/** Every verdict that was given on one alert of the tenant, oldest first. Empty: none was. @param alertId a UUID */
export async function readVerdicts({ tenantId }: TenantScope, alertId: string): Promise<RecordedVerdict[]> {
  const { rows } = await connectionPool().query<Row>(OF_ALERT, [tenantId, alertId]);
  return rows.flatMap((row) => givenOf(row) ?? []);
}

/** Whose each of these alerts was said to be at last; one of which nothing was said isn't in it. */
export async function readSides(
  { tenantId }: TenantScope,
  alertIds: readonly string[],
): Promise<Map<string, Side>> {
  const { rows } = await connectionPool().query<{ episode_id: string; side: string }>(SIDES_OF, [
    tenantId,
    alertIds,
  ]);
  const known = rows.map(
    ({ episode_id, side }) => [episode_id, SIDES.find((each) => each === side)] as const,
  );
  return new Map(known.flatMap(([id, side]) => (side ? [[id, side] as const] : [])));
}

/** An open alert with its verdict as it stands; null: nothing was said of it. */
export type OpenVerdict = {
  alertId: string;
  signal: string;
  line: string;
  firedAtMs: number;
  /** The platform incident that holds the mail about it back now; null: none does. */
  hold: Hold | null;
  verdict: RecordedVerdict | null;
};

/** The tenant's open alerts with their verdicts, the newest alert first. */
export async function readOpenVerdicts({ tenantId }: TenantScope): Promise<OpenVerdict[]> {
  type OpenRow = Omit<Row, "at"> & {
    at: Date | null;
    signal: string;
    line: string;
    fired_at: Date;
    hold: Hold | null;
  };
  const { rows } = await connectionPool().query<OpenRow>(OF_OPEN, [tenantId]);
  return rows
    .map(({ signal, line, fired_at, hold, at, ...row }) => ({
      alertId: row.episode_id,
      signal,
      line,
      firedAtMs: fired_at.getTime(),
      hold: hold?.ended === null ? hold : null,
      verdict: at && givenOf({ ...row, at }),
    }))
    .sort((a, b) => b.firedAtMs - a.firedAtMs);
}

/** The tenant's availability alerts that end after `sinceMs`, or last, oldest first. */
export async function readOutages({ tenantId }: TenantScope, sinceMs: number): Promise<Outage[]> {
  type OutageRow = {
    id: string;
    breached_at: Date;
    ended_at: Date | null;
    at: Date | null;
    side: string | null;
  };
  const { rows } = await connectionPool().query<OutageRow>(OUTAGES, [tenantId, new Date(sinceMs)]);
  const outages = new Map<string, Outage>();
  for (const { id, breached_at, ended_at, at, side } of rows) {
    const outage = outages.get(id) ?? {
      fromMs: breached_at.getTime(),
      toMs: ended_at?.getTime() ?? null,
      verdicts: [],
    };
    outages.set(id, outage);
    if (at !== null && side !== null) outage.verdicts.push({ atMs: at.getTime(), side });
  }
  return [...outages.values()];
}
