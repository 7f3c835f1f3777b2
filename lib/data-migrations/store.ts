import { type EvictionAndExport, storedEviction } from "@/lib/catalogue/eviction";
import { type MigrationDefinition, migrationsSchema } from "@/lib/catalogue/migration";
import type { NewMail } from "@/lib/delivery/mail";
import { createOutbox } from "@/lib/delivery/store";
import { type Database, database } from "@/lib/infra/db";
import type { TenantScope } from "@/lib/tenant/scope";
import type { ReportedRun } from "./reports";
import * as sql from "./statements";

const UNREADABLE =
  "The migrations in the database don't fit this version of the portal. Apply the definitions again: npm run definitions -- apply PATH";

function migrationsOf(stored: unknown): MigrationDefinition[] {
  const result = migrationsSchema.safeParse(stored);
  if (result.success) return result.data;
  throw new Error(UNREADABLE);
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

/** One worker's look at everybody's runs: when it began and the time of then, both by the database's clock. */
export type LookTurn = { begunAt: Date; nowMs: number; clocksApart: boolean };

/** Data migrations and the mails about them, in a database. */
export function createDataMigrationStore(db: Database = database) {
  /**
   * The scope's migrations, as last applied.
   * @throws Error when they don't fit this version of the portal: none would look as if there were none
   */
  async function readMigrations(scope: TenantScope): Promise<MigrationDefinition[]> {
    const row = await db.prisma.tenant.findUnique({
      where: { id: scope.tenantId },
      select: { migrations: true },
    });
    return migrationsOf(row?.migrations ?? []);
  }

  /** Whether the scope has migrations, readable or not. */
  async function hasMigrations({ tenantId }: TenantScope): Promise<boolean> {
    const where = { id: tenantId, migrations: { not: [] } };
    return (await db.prisma.tenant.findFirst({ where, select: { id: true } })) !== null;
  }

  /** Whether the scope's owner wants mails about migrations, which is so until they say otherwise. */
  async function readMailsWanted({ tenantId }: TenantScope): Promise<boolean> {
    const row = await db.prisma.migrationMailSetting.findUnique({
      where: { tenantId },
      select: { enabled: true },
    });
    return row?.enabled ?? true;
  }

  /**
   * Switches the mails about migrations on or off. Once it has returned for off, none is written any more.
   * @param by the owner's label, for the record
   */
  async function saveMailsWanted({ tenantId }: TenantScope, wanted: boolean, by: string): Promise<void> {
    await db.transaction(async (tx) => {
      await tx.run(sql.LOCK_TENANT, tenantId);
      await tx.run(sql.SET_WANTED, tenantId, wanted, by);
    });
  }

  /** One of several workers looks a minute. @returns its turn; null where it isn't this one's */
  async function claimLook(): Promise<LookTurn | null> {
    const [row] = await db.rows(sql.CLAIM_LOOK);
    return row ? { begunAt: row.begun_at, nowMs: row.now_ms, clocksApart: row.clocks_apart } : null;
  }

  /** Every tenant whose migrations are to be mailed about, by id. For the worker alone. */
  async function readWatched(): Promise<WatchedTenant[]> {
    const rows = await db.rows(sql.WATCHED);
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

  /** What was mailed about the runs of the scope's tenant, or recorded as too old. */
  async function readReported({ tenantId }: TenantScope): Promise<ReportedRun[]> {
    const rows = await db.rows(sql.REPORTS_OF, tenantId);
    return rows.map(({ run_id: runId, what, at_ms: atMs }) => ({ runId, what, atMs }));
  }

  /**
   * Records that something about a run was reported and writes its mail: both or neither, and once, however many workers try.
   * @param turn in which the run was looked at: a worker that stood still since must not report what was so before another's turn
   * @param onceADay a pattern of records: where the run has one of the last 24 hours, nothing is written
   * @returns false where nothing was written: it was reported already, or isn't wanted any more, or the tenant has left, or
   *   the turn is over
   */
  async function recordReport(
    { tenantId }: TenantScope,
    turn: Pick<LookTurn, "begunAt">,
    { runId, what, onceADay }: { runId: string; what: string; onceADay: string | null },
    mail: NewMail | null,
  ): Promise<boolean> {
    return db.transaction(async (tx) => {
      if ((await tx.run(sql.IN_TURN, turn.begunAt)) === 0) return false;
      const [tenant] = await tx.rows(sql.LOCK_TENANT, tenantId);
      const [setting] = await tx.rows(sql.IS_WANTED, tenantId);
      if (!tenant?.live || !setting?.enabled) return false;
      const notified = await tx.run(sql.INSERT_REPORT, tenantId, runId, what, mail?.id ?? null, onceADay);
      if (notified === 0) return false;
      if (mail) await createOutbox(tx).enqueue([mail]);
      return true;
    });
  }

  return {
    readMigrations,
    hasMigrations,
    readMailsWanted,
    saveMailsWanted,
    claimLook,
    readWatched,
    readReported,
    recordReport,
  };
}

/** This process's instance. */
export const dataMigrationStore = createDataMigrationStore();
