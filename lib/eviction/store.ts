import type { Pool, PoolClient } from "pg";
import { APPLY_LOCK } from "@/lib/catalogue/apply-lock";
import { storedEviction } from "@/lib/catalogue/eviction";
import { connectionPool, inTransaction } from "@/lib/infra/db";
import { type DeletionNotice, deletedTenantDigest, isDeletionDue } from "./deletion-notice";

/** How many rows were deleted, by table. */
export type DeletedRows = Record<string, number>;

/** The proof of a deletion, for the operator's log. Instants are milliseconds since the epoch. */
export type Receipt = { idDigest: string; deletedAtMs: number; deleted: DeletedRows } & Pick<
  DeletionNotice,
  "notServingFromMs" | "overAtMs"
>;

type EvictedRow = { id: string; time_zone: string; leaving: unknown; now_ms: number };

// The database's clock decides, which all workers share: what one of them deletes can't come back.
const EVICTED = `
  SELECT id, time_zone, leaving, (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now_ms
  FROM tenant WHERE leaving -> 'eviction' IS NOT NULL`;
const LOCKED = `SELECT id, time_zone, leaving FROM tenant WHERE id = $1 FOR UPDATE`;
const CLOCK = `SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now_ms`;

/** Whatever names a tenant, as the database itself knows it: a table that is added later is deleted from without a word here. */
const TABLES = `
  SELECT table_name AS name, quote_ident(table_name) AS quoted
  FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
  WHERE table_schema = current_schema() AND column_name = 'tenant_id' AND table_type = 'BASE TABLE' ORDER BY table_name`;
const ALL_TABLES = `
  SELECT table_name AS name, quote_ident(table_name) AS quoted FROM information_schema.tables
  WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' ORDER BY table_name`;
const BOUNCES = `SELECT count(*)::int AS rows FROM bounce JOIN mail ON mail.id = bounce.mail_id WHERE mail.tenant_id = $1`;
/** What the operator is told of a failed cycle may name a tenant (two series of it, say), and a relay may repeat an address. */
const UNNAME = [
  ["cycle", "detail"],
  ["relay_check", "reason"],
].map(
  ([table, column]) => `
  UPDATE ${table} SET ${column} = regexp_replace(${column}, pattern, '(deleted)', 'g')
  FROM (SELECT '(?<![a-z0-9-])' || $1 || '(?![a-z0-9-])' AS pattern) AS named WHERE ${column} ~ pattern`,
);
const DEPART = `
  INSERT INTO departure (id_digest, not_serving_from, over_at, time_zone, issue_url, deleted_at, deleted)
  VALUES ($1, $2, $3, $4, $5, $6, $7)
  ON CONFLICT (id_digest) DO UPDATE SET not_serving_from = excluded.not_serving_from, over_at = excluded.over_at,
    time_zone = excluded.time_zone, issue_url = excluded.issue_url, deleted_at = excluded.deleted_at,
    deleted = excluded.deleted, receipt_at = NULL`;

/**
 * The tenants that are to be deleted by now. To be decided again under the lock.
 * @throws the driver's error when the database can't be asked
 */
export async function readOver(pool: Pool = connectionPool()): Promise<string[]> {
  const { rows } = await pool.query<EvictedRow>(EVICTED);
  return rows.filter((row) => isDeletionDue(evictionOf(row), row.now_ms)).map(({ id }) => id);
}

/**
 * Deletes all that the portal holds about a tenant whose 30 days are over, in one transaction, and leaves a departure without a
 * name. Where a pause has been applied meanwhile, or the tenant is gone already, it does nothing; so any number of workers may try.
 * @returns whether this call deleted it
 * @throws the driver's error; after a COMMIT whose answer was lost, the deletion may stand all the same
 */
export async function deleteOver(tenantId: string, pool: Pool = connectionPool()): Promise<boolean> {
  return inTransaction(pool, async (client) => {
    await client.query("SET LOCAL lock_timeout = '20s'");
    // An apply that has begun may be about to write a pause.
    await client.query("SELECT pg_advisory_xact_lock($1)", [APPLY_LOCK]);
    const { rows } = await client.query<EvictedRow>(LOCKED, [tenantId]);
    const [row] = rows;
    const nowMs = await clock(client);
    const deletionNotice = row && isDeletionDue(evictionOf(row), nowMs);
    if (!deletionNotice) return false;
    const deleted = await deleteAll(client, tenantId);
    await client.query(DEPART, [
      deletedTenantDigest(tenantId),
      new Date(deletionNotice.notServingFromMs),
      new Date(deletionNotice.overAtMs),
      deletionNotice.zone,
      deletionNotice.issueUrl,
      new Date(nowMs),
      JSON.stringify(deleted),
    ]);
    return true;
  });
}

/**
 * Where a word stands in the database, in whatever column and kind of column: by table, in how many rows. It reads every row of
 * every table, so it is for the operator and for tests.
 * @param word a tenant's id, say
 */
export async function rowsNaming(
  word: string,
  pool: Pool = connectionPool(),
): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  const { rows: tables } = await pool.query<{ name: string; quoted: string }>(ALL_TABLES);
  for (const { name, quoted } of tables) {
    // A row as text has bytes as hexadecimal digits, and JSON and lists as they are.
    const { rows } = await pool.query<{ rows: number }>(
      `SELECT count(*)::int AS rows FROM ${quoted} AS t
       WHERE strpos(lower(t::text), lower($1)) > 0 OR strpos(t::text, encode(convert_to($1, 'UTF8'), 'hex')) > 0`,
      [word],
    );
    if (rows[0]?.rows) found[name] = rows[0].rows;
  }
  return found;
}

const evictionOf = ({ leaving, time_zone }: Pick<EvictedRow, "leaving" | "time_zone">) => ({
  eviction: storedEviction(leaving).eviction,
  timeZone: time_zone,
});

async function clock(client: PoolClient): Promise<number> {
  const { rows } = await client.query<{ now_ms: number }>(CLOCK);
  if (!rows[0]) throw new Error("The database did not tell the time.");
  return rows[0].now_ms;
}

/** Counted before anything is deleted: a row that goes with another one counts as well. */
async function deleteAll(client: PoolClient, tenantId: string): Promise<DeletedRows> {
  const deleted: DeletedRows = { tenant: 1 };
  const count = async (table: string, sql: string) => {
    const { rows } = await client.query<{ rows: number }>(sql, [tenantId]);
    deleted[table] = rows[0]?.rows ?? 0;
  };
  const { rows: tables } = await client.query<{ name: string; quoted: string }>(TABLES);
  await count("bounce", BOUNCES);
  for (const { name, quoted } of tables)
    await count(name, `SELECT count(*)::int AS rows FROM ${quoted} WHERE tenant_id = $1`);
  for (const { quoted } of tables)
    await client.query(`DELETE FROM ${quoted} WHERE tenant_id = $1`, [tenantId]);
  await client.query("DELETE FROM tenant WHERE id = $1", [tenantId]);
  for (const sql of UNNAME) await client.query(sql, [tenantId]);
  return deleted;
}

/** Another worker's are left to it for a while: it knows whose they are. */
const OWED = `
  SELECT id_digest, not_serving_from, over_at, deleted_at, deleted FROM departure
  WHERE receipt_at IS NULL AND (id_digest = ANY($1::text[]) OR deleted_at < now() - interval '5 minutes')
  FOR UPDATE SKIP LOCKED`;
const RECEIPTED = `UPDATE departure SET receipt_at = now() WHERE id_digest = ANY($1::text[])`;

/**
 * Hands over each receipt that is still owed, and records that it was: after a crash in between it is handed over once more, and
 * none is lost.
 * @param own the tenants that this worker tried to delete
 * @param write puts a receipt into the log
 */
export async function writeReceipts(
  own: readonly string[],
  write: (receipt: Receipt) => void,
  pool: Pool = connectionPool(),
): Promise<void> {
  type Row = Record<"not_serving_from" | "over_at" | "deleted_at", Date> & {
    id_digest: string;
    deleted: DeletedRows;
  };
  await inTransaction(pool, async (client) => {
    const { rows } = await client.query<Row>(OWED, [own.map(deletedTenantDigest)]);
    for (const { id_digest: idDigest, deleted, ...at } of rows)
      write({
        idDigest,
        deleted,
        notServingFromMs: at.not_serving_from.getTime(),
        overAtMs: at.over_at.getTime(),
        deletedAtMs: at.deleted_at.getTime(),
      });
    if (rows.length > 0) await client.query(RECEIPTED, [rows.map(({ id_digest }) => id_digest)]);
  });
}

/** The farewells of those among these tenants that have departed, by tenant id. */
export async function readDepartures(
  tenantIds: readonly string[],
  pool: Pool = connectionPool(),
): Promise<Map<string, DeletionNotice>> {
  const byDigest = new Map(tenantIds.map((id) => [deletedTenantDigest(id), id]));
  type Row = {
    id_digest: string;
    not_serving_from: Date;
    over_at: Date;
    time_zone: string;
    issue_url: string;
  };
  const { rows } = await pool.query<Row>(
    `SELECT id_digest, not_serving_from, over_at, time_zone, issue_url FROM departure WHERE id_digest = ANY($1::text[])`,
    [[...byDigest.keys()]],
  );
  return new Map(
    rows.flatMap((row) => {
      const id = byDigest.get(row.id_digest);
      if (id === undefined) return [];
      const { time_zone: zone, issue_url: issueUrl } = row;
      const notServingFromMs = row.not_serving_from.getTime();
      return [[id, { notServingFromMs, overAtMs: row.over_at.getTime(), zone, issueUrl }] as const];
    }),
  );
}
