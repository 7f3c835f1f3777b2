import { z } from "zod";
import { database } from "@/lib/infra/db";
import type { Connection, RowOf } from "@/lib/infra/statement";
import type { TenantScope } from "@/lib/tenant/scope";
import { type Evidence, evidenceSchema } from "./evidence";
import type { Hold } from "./hold";
import type { Outage, RecordedVerdict } from "./recorded-verdict";
import * as sql from "./statements";
import { SIDES, type Side, type Verdict, verdictSchema } from "./verdict";

type Given = { verdict: Verdict; evidence: Evidence };
/** What the evaluator goes on from: the newest verdict, and the side that is kept. */
export type Attributed = Given & { keptSide: Side };
export type NewAttribution = Given & { alertId: string; tenantId: string; atMs: number };

const rowSchema = verdictSchema.extend({ alertId: z.string(), atMs: z.number() });

/** What another version of the portal wrote, and this one can't read, is as if it weren't there. */
function givenOf(row: RowOf<typeof sql.OF_ALERT>): RecordedVerdict | null {
  const { episode_id: alertId, at, would_decide: wouldDecide, ...rest } = row;
  return rowSchema.safeParse({ ...rest, alertId, atMs: at.getTime(), wouldDecide }).data ?? null;
}

/** An open alert with its verdict as it stands; null: nothing was said of it. */
export type OpenVerdict = {
  alertId: string;
  signal: string;
  line: string;
  breachedAtMs: number;
  firedAtMs: number;
  /** The platform incident that holds the mail about it back now; null: none does. */
  hold: Hold | null;
  verdict: RecordedVerdict | null;
  /** The side that is kept of it. */
  keptSide: Side | null;
};

function openVerdictOf({ at, side, sentence, ...row }: RowOf<typeof sql.OF_OPEN>): RecordedVerdict | null {
  return at && side !== null && sentence !== null ? givenOf({ ...row, at, side, sentence }) : null;
}

/** A hold as the ledger wrote it, where it hasn't ended. */
function lastingHold(stored: unknown): Hold | null {
  const hold = stored as Hold | null;
  return hold?.ended === null ? hold : null;
}

/** Rows of one statement: evidence is some kilobytes each. */
const ROWS_AT_ONCE = 1_000;

/** The verdicts on alerts, in a database or in one transaction on it. */
export function createAttributionStore(db: Connection = database) {
  /** The newest verdict of each of these alerts, with its evidence. For the evaluator alone: the alerts may be anybody's. */
  async function readAttributed(alertIds: readonly string[]): Promise<Map<string, Attributed>> {
    if (alertIds.length === 0) return new Map();
    const rows = await db.rows(sql.CURRENT, alertIds);
    return new Map(
      rows.flatMap(({ evidence: stored, kept_side, ...row }) => {
        const given = givenOf(row);
        const evidence = evidenceSchema.safeParse(stored).data;
        if (!given || !evidence) return [];
        const { alertId, atMs: _, ...verdict } = given;
        const keptSide = SIDES.find((side) => side === kept_side) ?? verdict.side;
        return [[alertId, { verdict, evidence, keptSide }] as const];
      }),
    );
  }

  /** Writes verdicts, in the transaction that writes the alerts that they are about, and after those. */
  async function insertAttributions(rows: readonly NewAttribution[]): Promise<void> {
    for (let from = 0; from < rows.length; from += ROWS_AT_ONCE)
      await insert(rows.slice(from, from + ROWS_AT_ONCE));
  }

  async function insert(rows: readonly NewAttribution[]): Promise<void> {
    const column = <T>(read: (row: NewAttribution) => T) => rows.map(read);
    await db.run(
      sql.INSERT,
      column(({ alertId }) => alertId),
      column(({ tenantId }) => tenantId),
      column(({ atMs }) => new Date(atMs)),
      column(({ verdict }) => verdict.side),
      column(({ verdict }) => verdict.sentence),
      column(({ verdict }) => JSON.stringify(verdict.reasons)),
      column(({ verdict }) => verdict.wouldDecide),
      column(({ evidence }) => JSON.stringify(evidence)),
    );
  }

  /** Every verdict that was given on one alert of the tenant, oldest first. Empty: none was. @param alertId a UUID */
  async function readVerdicts({ tenantId }: TenantScope, alertId: string): Promise<RecordedVerdict[]> {
    const rows = await db.rows(sql.OF_ALERT, tenantId, alertId);
    return rows.flatMap((row) => givenOf(row) ?? []);
  }

  /** The side that is kept of each of these alerts; one without a verdict isn't in it. */
  async function readSides(
    { tenantId }: TenantScope,
    alertIds: readonly string[],
  ): Promise<Map<string, Side>> {
    const rows = await db.rows(sql.SIDES_OF, tenantId, alertIds);
    const known = rows.map(
      ({ episode_id, side }) => [episode_id, SIDES.find((each) => each === side)] as const,
    );
    return new Map(known.flatMap(([id, side]) => (side ? [[id, side] as const] : [])));
  }

  /** The tenant's open alerts with their verdicts, the newest alert first. */
  async function readOpenVerdicts({ tenantId }: TenantScope): Promise<OpenVerdict[]> {
    const rows = await db.rows(sql.OF_OPEN, tenantId);
    return rows
      .map((row) => ({
        alertId: row.episode_id,
        signal: row.signal,
        line: row.line,
        breachedAtMs: row.breached_at.getTime(),
        firedAtMs: row.fired_at.getTime(),
        hold: lastingHold(row.hold),
        verdict: openVerdictOf(row),
        keptSide: SIDES.find((side) => side === row.kept_side) ?? null,
      }))
      .sort((a, b) => b.firedAtMs - a.firedAtMs);
  }

  /**
   * The tenant's availability alerts that end after `sinceMs`, or last, oldest first.
   * @param otherLines lines of availability that don't show whether the capability can be reached; their alerts are no downtime
   */
  async function readOutages(
    { tenantId }: TenantScope,
    { sinceMs, otherLines }: { sinceMs: number; otherLines: readonly string[] },
  ): Promise<Outage[]> {
    const rows = await db.rows(sql.OUTAGES, tenantId, new Date(sinceMs), otherLines);
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

  return { readAttributed, insertAttributions, readVerdicts, readSides, readOpenVerdicts, readOutages };
}

/** This process's instance. */
export const attributionStore = createAttributionStore();
