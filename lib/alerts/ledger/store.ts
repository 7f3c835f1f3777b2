import { type Attributed, createAttributionStore, type NewAttribution } from "@/lib/attribution/store";
import { storedEviction } from "@/lib/catalogue/eviction";
import { createDrafts, type NewDraft } from "@/lib/delivery/drafts/store";
import { createOutbox, type TenantThread } from "@/lib/delivery/store";
import type { LineKey } from "@/lib/evaluation/effective";
import { isServing } from "@/lib/eviction/phase";
import { database } from "@/lib/infra/db";
import type { Connection, RowOf } from "@/lib/infra/statement";
import { isTenantGone } from "@/lib/infra/tenant-gone";
import type { Alert } from "../alert";
import type { CycleRecord } from "../cycle";
import type { LineState } from "../judge";
import { lineStateOf, lineStateText } from "../line-state";
import type { ThreadMails } from "../mails";
import type { ChangedState } from "../plan";
import { alertColumns, alertOf, partsOf } from "../rows";
import * as sql from "../statements";

/** What was written last. `id` grows with every cycle, whatever the clocks do. */
export type Newest = { id: string; slotMs: number | null; beforeMs: number | null };

export type LineStates = Map<LineKey, Map<string, LineState>>;

/** What a cycle goes on from. */
export type LedgerState = {
  newest: Newest;
  unknownUntilMs: Map<LineKey, number>;
  /** By the id of each live tenant that is to serve at the slot, the lines that it doesn't have. */
  live: Map<string, readonly string[]>;
  /** The live tenants whose eviction date has come by the slot. */
  evicted: Set<string>;
  alerts: Alert[];
  threads: Map<string, ThreadMails>;
};

export type TenantAddress = {
  id: string;
  name: string;
  contactAddress: string;
  timeZone: string;
  links: unknown;
};

export type CycleWrite = {
  /** `newest.id` as it was read: nothing is written on top of what wasn't. */
  expectedId: string;
  slotMs: number;
  intervalSeconds: number;
  missed: number;
  judged: number;
  /** Asked within the transaction, which may begin long after the slot was planned. */
  permit(databaseMs: number, newestSlotMs: number | null): WritePermit;
  records: readonly CycleRecord[];
  evaluator: string;
  run: string;
  elapsedMs: number;
  states: readonly ChangedState[];
  alerts: readonly Alert[];
  /** New verdicts on these and on other open alerts. */
  attributions: readonly NewAttribution[];
  /** The threads whose unsent mails are taken back before the new ones are written. */
  superseded: readonly TenantThread[];
  /** The new mails, in the order in which they are to leave. They are made as they are written, so that they are never all in memory. */
  drafts(): AsyncIterable<NewDraft>;
};

/**
 * What is to be done by the database's clock of now. after-removal: cycles of this slot and of later ones were written by a clock
 * that ran ahead, and are deleted. lost, late and clock: nothing is written.
 */
export type WritePermit = "write" | "after-removal" | "lost" | "late" | "clock";

/**
 * lost: another evaluator has judged the slot. late: it isn't current any more. clock: the database's clock can't be trusted.
 * superseded: something changed since it was read, and `because` says what; read again.
 * `newestId` is the last of the cycles written; null where that was only read back.
 */
export type CommitResult =
  | { kind: "committed"; newestId: string | null }
  | { kind: "lost" | "late" | "clock" }
  | { kind: "superseded"; because: string };

/** The connection broke in COMMIT: only the database knows whether it came through. */
export class CommitUnclearError extends Error {
  override name = "CommitUnclearError";
}

/** The evaluator's book. Every method throws the driver's error when the database can't be asked. */
export type Ledger = {
  /** The database's clock in ms: all evaluators share it, so they agree on what slot it is. */
  nowMs(): Promise<number>;
  newest(slotMs: number): Promise<Newest>;
  read(slotMs: number, lines: readonly LineKey[]): Promise<LedgerState>;
  states(): Promise<LineStates>;
  /** Since when the bundle of now is judged here; null: nothing was judged, and none was applied. */
  lookedSinceMs(): Promise<number | null>;
  addresses(tenantIds: readonly string[]): Promise<Map<string, TenantAddress>>;
  /** What was last said of these alerts, where anything was. */
  attributed(alertIds: readonly string[]): Promise<Map<string, Attributed>>;
  /** Writes a cycle whole or not at all. @throws CommitUnclearError */
  commit(write: CycleWrite): Promise<CommitResult>;
  /** Whether the transaction of that run came through. */
  isCommitted(run: string, slotMs: number): Promise<boolean>;
  /** Whether that run's cycles are there, as far as one look can say: what was committed is gone after a failover that lost it. */
  isRecorded(run: string, slotMs: number): Promise<boolean>;
  recordHeartbeat(worker: string, version: string): Promise<void>;
};

function byEviction(
  rows: readonly RowOf<typeof sql.LIVE_TENANTS>[],
  slotMs: number,
): Pick<LedgerState, "live" | "evicted"> {
  const live: LedgerState["live"] = new Map();
  const evicted: LedgerState["evicted"] = new Set();
  for (const { id, without, leaving, time_zone } of rows) {
    if (isServing(storedEviction(leaving), time_zone, slotMs)) live.set(id, without);
    else evicted.add(id);
  }
  return { live, evicted };
}

/** The ledger in a database, which is the process's own unless it is said. */
export function createLedger(db: Connection = database): Ledger {
  async function newest(slotMs: number): Promise<Newest> {
    const [row] = await db.rows(sql.NEWEST, new Date(slotMs));
    return {
      id: row?.id ?? "0",
      slotMs: row?.slot?.getTime() ?? null,
      beforeMs: row?.before?.getTime() ?? null,
    };
  }

  return {
    newest,
    nowMs: () => clockOn(db),

    // `newest` first: a cycle that is written after it makes the commit find another id, and read all of this again.
    read: async (slotMs, lines) => {
      const read = { newest: await newest(slotMs) };
      const parts = lines.map(partsOf);
      const [unknown, live, alerts, threads] = await Promise.all([
        db.rows(
          sql.UNKNOWN_UNTIL,
          parts.map(([signal]) => signal),
          parts.map(([, line]) => line),
          new Date(slotMs),
        ),
        db.rows(sql.LIVE_TENANTS),
        db.rows(sql.OPEN_ALERTS),
        db.rows(sql.THREAD_MAILS),
      ]);
      return {
        ...read,
        unknownUntilMs: new Map(
          unknown.map(({ signal, line, slot }) => [`${signal}/${line}` as LineKey, slot.getTime()]),
        ),
        ...byEviction(live, slotMs),
        alerts: alerts.map(alertOf),
        threads: new Map(
          threads.map(({ thread_id, may_have_left, ...mails }) => [
            thread_id,
            { ...mails, mayHaveLeft: may_have_left },
          ]),
        ),
      };
    },

    lookedSinceMs: async () => (await db.rows(sql.LOOKED_SINCE))[0]?.looked_since?.getTime() ?? null,

    states: async () => {
      const rows = await db.rows(sql.STATES);
      const states: LineStates = new Map();
      for (const { tenant_id, signal, line, state } of rows) {
        const key = `${signal}/${line}` as LineKey;
        const ofLine = states.get(key) ?? new Map<string, LineState>();
        states.set(key, ofLine);
        ofLine.set(tenant_id, lineStateOf(state));
      }
      return states;
    },

    addresses: async (tenantIds) => {
      if (tenantIds.length === 0) return new Map();
      const rows = await db.rows(sql.TENANT_CARDS, tenantIds);
      return new Map(
        rows.map(({ contact_address, time_zone, ...row }) => [
          row.id,
          { ...row, contactAddress: contact_address, timeZone: time_zone },
        ]),
      );
    },

    attributed: (alertIds) => createAttributionStore(db).readAttributed(alertIds),

    commit: async (write) => {
      try {
        return await db.transaction((tx) => writeAll(tx, write), {
          statementWithinMs: WRITTEN_WITHIN_MS,
          isKept: ({ kind }) => kind === "committed",
          commitFailed: (cause) => new CommitUnclearError("The connection broke in COMMIT.", { cause }),
        });
      } catch (error) {
        // The other tenants are not to wait for their next slot.
        if (isTenantGone(error)) return { kind: "superseded", because: "a tenant was deleted" };
        throw error;
      }
    },

    // With the writer's lock: while the lost transaction may still come through, it isn't known that it won't.
    isCommitted: (id, slotMs) =>
      db.transaction(
        async (tx) => {
          await tx.run(sql.LIMIT_LOCK_WAIT);
          await tx.run(sql.LOCK);
          const [row] = await tx.rows(sql.RUN_IS_WRITTEN, id, new Date(slotMs));
          return row?.written === true;
        },
        { statementWithinMs: WRITTEN_WITHIN_MS },
      ),
    isRecorded: async (run, slotMs) => {
      const [row] = await db.rows(sql.RUN_IS_WRITTEN, run, new Date(slotMs));
      return row?.written === true;
    },
    recordHeartbeat: async (worker, version) => {
      await db.run(sql.HEARTBEAT, worker, version);
    },
  };
}

/** A little more than the server lets a statement of the writer's take, so that it is the server which says so. */
const WRITTEN_WITHIN_MS = 23_000;
/** The first cycle writes every line of every tenant. Each statement has a time limit of its own. */
const ROWS_AT_ONCE = 5_000;

async function clockOn(connection: Connection): Promise<number> {
  const [row] = await connection.rows(sql.CLOCK);
  if (!row) throw new Error("The database returned no time.");
  return row.now_ms;
}

async function writeAll(tx: Connection, write: CycleWrite): Promise<CommitResult> {
  const slot = new Date(write.slotMs);
  await tx.run(sql.LIMIT_STATEMENT);
  await tx.run(sql.LOCK);
  const [newest] = await tx.rows(sql.NEWEST, slot);
  if (newest?.id !== write.expectedId) return { kind: "superseded", because: "another cycle was written" };
  const permit = write.permit(await clockOn(tx), newest.slot?.getTime() ?? null);
  if (permit === "after-removal") await tx.run(sql.REMOVE_FUTURE, slot);
  else if (permit !== "write") return { kind: permit };
  const parts = write.records.map(({ lineKey }) => partsOf(lineKey));
  const cycles = await tx.rows(
    sql.INSERT_CYCLES,
    parts.map(([signal]) => signal),
    parts.map(([, line]) => line),
    write.records.map(({ outcome }) => outcome),
    write.records.map(({ reason }) => reason),
    write.records.map(({ detail }) => detail),
    write.records.map(({ answered }) => answered),
    write.records.map(({ dropped }) => dropped),
    slot,
    write.intervalSeconds,
    write.missed,
    write.judged,
    write.evaluator,
    write.run,
    write.elapsedMs,
  );
  if (cycles.length !== write.records.length) return { kind: "lost" };
  for (let from = 0; from < write.states.length; from += ROWS_AT_ONCE)
    await writeStates(tx, write.states.slice(from, from + ROWS_AT_ONCE), slot);
  for (let from = 0; from < write.alerts.length; from += ROWS_AT_ONCE)
    await tx.run(sql.UPSERT_ALERTS, ...alertColumns(write.alerts.slice(from, from + ROWS_AT_ONCE)));
  await createAttributionStore(tx).insertAttributions(write.attributions);
  if (!(await takeBack(tx, write.superseded)))
    return { kind: "superseded", because: "a mail that was to be replaced had been sent" };
  await createDrafts(tx).enqueue(write.drafts());
  const newestId = cycles.reduce((max, { id }) => (BigInt(id) > max ? BigInt(id) : max), 0n);
  return { kind: "committed", newestId: String(newestId) };
}

/** @returns false when a mail of one of the threads has left meanwhile: then there must be other mails */
async function takeBack(tx: Connection, threads: readonly TenantThread[]): Promise<boolean> {
  if (threads.length === 0) return true;
  await createOutbox(tx).cancelUnsent(threads);
  const [row] = await tx.rows(
    sql.MAY_HAVE_LEFT,
    threads.map(({ tenantId }) => tenantId),
    threads.map(({ threadId }) => threadId),
  );
  return row?.may_have_left === false;
}

async function writeStates(tx: Connection, states: readonly ChangedState[], slot: Date): Promise<void> {
  const column = <T>(read: (change: ChangedState) => T) => states.map(read);
  const dateOf = (atMs: number | null) => (atMs === null ? null : new Date(atMs));
  await tx.run(
    sql.UPSERT_JUDGEMENTS,
    column(({ tenantId }) => tenantId),
    column(({ lineKey }) => partsOf(lineKey)[0]),
    column(({ lineKey }) => partsOf(lineKey)[1]),
    column(({ state }) => lineStateText(state)),
    column(({ state }) => state.step.judged.condition),
    column(({ state }) => dateOf(state.step.judged.sinceMs)),
    column(({ state }) => state.step.data.kind),
    column(({ state }) => dateOf(state.step.data.sinceMs)),
    column(({ state }) => state.version),
    column(({ value }) => value),
    slot,
  );
}
