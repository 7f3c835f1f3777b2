import type { Pool } from "pg";
import { type EvictionAndExport, storedEviction } from "@/lib/catalogue/eviction";
import { type MigrationDefinition, migrationsSchema } from "@/lib/catalogue/migration";
import type { NewMail } from "@/lib/delivery/mail";
import { enqueue } from "@/lib/delivery/store";
import { connectionPool, database, inTransaction } from "@/lib/infra/db";
import type { TenantScope } from "@/lib/tenant/scope";
import type { ReportedRun } from "./reports";
import * as sql from "./statements";

const UNREADABLE =
  "The migrations in the database don't fit this version of the portal. Apply the definitions again: npm run definitions -- apply PATH";

/**
 * The scope's migrations, as last applied.
 * @throws Error when they don't fit this version of the portal: none would look as if there were none
 */
export async function readMigrations(scope: TenantScope): Promise<MigrationDefinition[]> {
  const row = await database().tenant.findUnique({
    where: { id: scope.tenantId },
    select: { migrations: true },
  });
  return migrationsOf(row?.migrations ?? []);
}

function migrationsOf(stored: unknown): MigrationDefinition[] {
  const result = migrationsSchema.safeParse(stored);
  if (result.success) return result.data;
  throw new Error(UNREADABLE);
}

/** Whether the scope's owner wants mails about migrations, which is so until they say otherwise. */
export async function readMailsWanted({ tenantId }: TenantScope): Promise<boolean> {
  const row = await database().migrationMailSetting.findUnique({
    where: { tenantId },
    select: { enabled: true },
  });
  return row?.enabled ?? true;
}

/**
 * Switches the mails about migrations on or off. Once it has returned for off, none is written any more.
 * @param by the owner's label, for the record
 */
export async function saveMailsWanted(
  { tenantId }: TenantScope,
  wanted: boolean,
  by: string,
  pool: Pool = connectionPool(),
): Promise<void> {
  await inTransaction(pool, async (client) => {
    await client.query(sql.LOCK_TENANT, [tenantId]);
    await client.query(sql.SET_WANTED, [tenantId, wanted, by]);
  });
}

/** A live tenant that has migrations, and whose owner wants mails about them. */
export type WatchedTenant = {
  id: string;
  name: string;
  contactAddress: string;
  timeZone: string;
  links: unknown;
  leaving: EvictionAndExport;
  /** Since when its owner wants them again; null: they never switched them off. */
  wantedSinceMs: number | null;
  /** @throws Error as readMigrations */
  migrations(): MigrationDefinition[];
};

/** Of several workers one looks a minute. @returns the database's time; null where it isn't this one's turn */
export async function claimLook(
  pool: Pool = connectionPool(),
): Promise<{ nowMs: number; clocksApart: boolean } | null> {
  const { rows } = await pool.query<{ now_ms: number; clocks_apart: boolean }>(sql.CLAIM_LOOK);
  const [row] = rows;
  return row ? { nowMs: row.now_ms, clocksApart: row.clocks_apart } : null;
}

/** Every tenant whose migrations are to be mailed about, by id. For the worker alone. */
export async function readWatched(pool: Pool = connectionPool()): Promise<WatchedTenant[]> {
  type Row = {
    id: string;
    name: string;
    contact_address: string;
    time_zone: string;
    links: unknown;
    migrations: unknown;
    leaving: unknown;
    wanted_since_ms: number | null;
  };
  const { rows } = await pool.query<Row>(sql.WATCHED);
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    contactAddress: row.contact_address,
    timeZone: row.time_zone,
    links: row.links,
    leaving: storedEviction(row.leaving),
    wantedSinceMs: row.wanted_since_ms,
    migrations: () => migrationsOf(row.migrations),
  }));
}

/** What was told of the runs of the scope's tenant, or recorded as too old. */
export async function readReported(
  { tenantId }: TenantScope,
  pool: Pool = connectionPool(),
): Promise<ReportedRun[]> {
  const { rows } = await pool.query<{ run_id: string; what: string; at_ms: number }>(sql.TOLD, [tenantId]);
  return rows.map(({ run_id: runId, what, at_ms: atMs }) => ({ runId, what, atMs }));
}

/**
 * Records that something was told of a run and writes its mail: both or neither, and once, however many workers try.
 * @param onceADay a pattern of records: where the run has one of the last 24 hours, nothing is written
 * @returns false where nothing was written: it was told already, or isn't wanted any more, or the tenant has left
 */
export async function tell(
  { tenantId }: TenantScope,
  { runId, what, onceADay }: { runId: string; what: string; onceADay: string | null },
  mail: NewMail | null,
  pool: Pool = connectionPool(),
): Promise<boolean> {
  return inTransaction(pool, async (client) => {
    const tenant = await client.query<{ live: boolean }>(sql.LOCK_TENANT, [tenantId]);
    const setting = await client.query<{ enabled: boolean }>(sql.IS_WANTED, [tenantId]);
    if (!tenant.rows[0]?.live || !setting.rows[0]?.enabled) return false;
    const notified = await client.query(sql.TELL, [tenantId, runId, what, mail?.id ?? null, onceADay]);
    if (notified.rowCount === 0) return false;
    if (mail) await enqueue(client, [mail]);
    return true;
  });
}
