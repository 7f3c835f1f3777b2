import { APPLY_LOCK } from "@/lib/catalogue/apply-lock";
import { storedEviction } from "@/lib/catalogue/eviction";
import { type Database, database } from "@/lib/infra/db";
import type { Connection, RowOf } from "@/lib/infra/statement";
import { type DeletionNotice, deletedTenantDigest, isDeletionDue } from "./deletion-notice";
import * as sql from "./statements";

/** It may wait for an apply, and reads all of a tenant's mails. */
const DELETED_WITHIN_MS = 60_000;

/** How many rows were deleted, by table. */
export type DeletedRows = Record<string, number>;

/** The proof of a deletion, for the operator's log. Instants are milliseconds since the epoch. */
export type Receipt = { idDigest: string; deletedAtMs: number; deleted: DeletedRows } & Pick<
  DeletionNotice,
  "notServingFromMs" | "overAtMs"
>;

const evictionOf = ({ leaving, time_zone }: Pick<RowOf<typeof sql.EVICTED>, "leaving" | "time_zone">) => ({
  eviction: storedEviction(leaving).eviction,
  timeZone: time_zone,
});

async function clock(tx: Connection): Promise<number> {
  const [row] = await tx.rows(sql.CLOCK);
  if (!row) throw new Error("The database returned no time.");
  return row.now_ms;
}

/** Counted before anything is deleted: a row that goes with another one counts as well. */
async function deleteAll(tx: Connection, tenantId: string): Promise<DeletedRows> {
  const deleted: DeletedRows = { tenant: 1 };
  const tables = await tx.rows(sql.TABLES);
  deleted.bounce = rowsIn(await tx.rows(sql.BOUNCES, tenantId));
  for (const { name, quoted } of tables)
    deleted[name] = rowsIn(await tx.rows(sql.forTable(sql.ROWS_OF_TENANT, quoted), tenantId));
  for (const { quoted } of tables) await tx.run(sql.forTable(sql.DELETE_OF_TENANT, quoted), tenantId);
  await tx.run(sql.DELETE_TENANT, tenantId);
  await tx.run(sql.UNNAME_CYCLES, tenantId);
  await tx.run(sql.UNNAME_RELAY_CHECKS, tenantId);
  return deleted;
}

const rowsIn = ([row]: { rows: number }[]) => row?.rows ?? 0;

/** Deletions and what remains of them, in a database. */
export function createEvictionStore(db: Database = database) {
  /**
   * The tenants that are to be deleted by now. To be decided again under the lock.
   * @throws the driver's error when the database can't be asked
   */
  async function readOver(): Promise<string[]> {
    const rows = await db.rows(sql.EVICTED);
    return rows.filter((row) => isDeletionDue(evictionOf(row), row.now_ms)).map(({ id }) => id);
  }

  /**
   * Deletes all that the portal holds about a tenant whose 30 days are over, in one transaction, and leaves a departure without a
   * name. Where a pause has been applied meanwhile, or the tenant is gone already, it does nothing; so any number of workers may try.
   * @returns whether this call deleted it
   * @throws the driver's error; after a COMMIT whose answer was lost, the deletion may stand all the same
   */
  async function deleteOver(tenantId: string): Promise<boolean> {
    const remove = async (tx: Connection): Promise<boolean> => {
      await tx.run(sql.LIMIT_LOCK_WAIT);
      // An apply that has begun may be about to write a pause.
      await tx.run(sql.LOCK, APPLY_LOCK);
      const [row] = await tx.rows(sql.LOCKED, tenantId);
      const nowMs = await clock(tx);
      const deletionNotice = row && isDeletionDue(evictionOf(row), nowMs);
      if (!deletionNotice) return false;
      const deleted = await deleteAll(tx, tenantId);
      await tx.run(
        sql.DEPART,
        deletedTenantDigest(tenantId),
        new Date(deletionNotice.notServingFromMs),
        new Date(deletionNotice.overAtMs),
        deletionNotice.zone,
        deletionNotice.issueUrl,
        new Date(nowMs),
        JSON.stringify(deleted),
      );
      return true;
    };
    return db.transaction(remove, { statementWithinMs: DELETED_WITHIN_MS });
  }

  /**
   * Where a word stands in the database, in whatever column and kind of column: by table, in how many rows. It reads every row of
   * every table, so it is for the operator and for tests.
   * @param word a tenant's id, say
   */
  async function rowsNaming(word: string): Promise<Record<string, number>> {
    const found: Record<string, number> = {};
    for (const { name, quoted } of await db.rows(sql.ALL_TABLES)) {
      const [row] = await db.rows(sql.forTable(sql.ROWS_NAMING, quoted), word);
      if (row?.rows) found[name] = row.rows;
    }
    return found;
  }

  /**
   * Hands over each receipt that is still pending, and records that it was: after a crash in between it is handed over once more,
   * and none is lost.
   * @param own the tenants that this worker tried to delete
   * @param write puts a receipt into the log
   */
  async function writeReceipts(own: readonly string[], write: (receipt: Receipt) => void): Promise<void> {
    await db.transaction(async (tx) => {
      const rows = await tx.rows(sql.UNLOGGED_RECEIPTS, own.map(deletedTenantDigest));
      for (const { id_digest: idDigest, deleted, ...at } of rows)
        write({
          idDigest,
          deleted: deleted as DeletedRows,
          notServingFromMs: at.not_serving_from.getTime(),
          overAtMs: at.over_at.getTime(),
          deletedAtMs: at.deleted_at.getTime(),
        });
      const written = rows.map(({ id_digest }) => id_digest);
      if (written.length > 0) await tx.run(sql.RECEIPTED, written);
    });
  }

  /** The deletion notices of those among these tenants that have departed, by tenant id. */
  async function readDepartures(tenantIds: readonly string[]): Promise<Map<string, DeletionNotice>> {
    const byDigest = new Map(tenantIds.map((id) => [deletedTenantDigest(id), id]));
    const rows = await db.prisma.departure.findMany({
      where: { idDigest: { in: [...byDigest.keys()] } },
      select: { idDigest: true, notServingFrom: true, overAt: true, timeZone: true, issueUrl: true },
    });
    return new Map(
      rows.flatMap(({ idDigest, notServingFrom, overAt, timeZone: zone, issueUrl }) => {
        const id = byDigest.get(idDigest);
        if (id === undefined) return [];
        return [
          [
            id,
            { notServingFromMs: notServingFrom.getTime(), overAtMs: overAt.getTime(), zone, issueUrl },
          ] as const,
        ];
      }),
    );
  }

  return { readOver, deleteOver, rowsNaming, writeReceipts, readDepartures };
}

/** This process's instance. */
export const evictionStore = createEvictionStore();
