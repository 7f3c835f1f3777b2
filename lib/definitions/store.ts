import { APPLY_LOCK } from "@/lib/catalogue/apply-lock";
import { storedEviction } from "@/lib/catalogue/eviction";
import { withNewerKeys, withoutNewerKeys } from "@/lib/catalogue/newer-keys";
import { catalogueStore } from "@/lib/catalogue/store";
import { tenantSchema } from "@/lib/catalogue/tenant";
import { deletedTenantDigest } from "@/lib/eviction/deletion-notice";
import { type Database, database } from "@/lib/infra/db";
import type { RowOf } from "@/lib/infra/statement";
import type { Prisma } from "@/prisma/generated/client";
import { type Current, type DefinitionsPlan, type PlanResult, planDefinitions, type Said } from "./plan";
import type { Definitions } from "./read-definitions";
import * as sql from "./statements";

async function databaseNowMs(transaction: Prisma.TransactionClient): Promise<number> {
  const [row] = await transaction.$queryRawUnsafe<RowOf<typeof sql.CLOCK>[]>(sql.CLOCK.text);
  if (!row) throw new Error("The database did not tell the time.");
  return row.now.getTime();
}

async function readCurrent(transaction: Prisma.TransactionClient, wanted: Definitions): Promise<Current> {
  const rows = await transaction.tenant.findMany({
    omit: { appliedAt: true, liveSince: true },
    orderBy: { id: "asc" },
  });
  const documents = await transaction.definition.findMany();
  const byDigest = new Map(wanted.tenants.map(({ id }) => [deletedTenantDigest(id), id]));
  const departures = await transaction.departure.findMany({ select: { idDigest: true, deletedAt: true } });
  const documentOf = (kind: string) => {
    const row = documents.find((each) => each.kind === kind);
    if (!row) return null;
    const isOfIt = row.newerAppliedAt?.getTime() === row.appliedAt.getTime();
    return withNewerKeys(row.document, isOfIt ? row.newer : null);
  };
  return {
    tenants: rows.map((row) => ({
      ...row,
      links: tenantSchema.shape.links.parse(row.links),
      migrations: tenantSchema.shape.migrations.catch([]).parse(row.migrations),
      leaving: storedEviction(row.leaving),
    })),
    bundle: documentOf("bundle"),
    platform: documentOf("platform"),
    components: documentOf("components"),
    departedAtMs: new Map(
      departures.flatMap(({ idDigest, deletedAt }) => {
        const id = byDigest.get(idDigest);
        return id === undefined ? [] : [[id, deletedAt.getTime()]];
      }),
    ),
  };
}

async function carryOut(transaction: Prisma.TransactionClient, plan: DefinitionsPlan): Promise<void> {
  const appliedAt = new Date();
  await transaction.departure.deleteMany({
    where: { idDigest: { in: plan.returned.map(deletedTenantDigest) } },
  });
  await transaction.tenant.createMany({ data: plan.created.map((tenant) => ({ ...tenant, appliedAt })) });
  for (const { tenant } of plan.changed) {
    const { id, ...data } = tenant;
    await transaction.tenant.update({ where: { id }, data: { ...data, appliedAt }, select: { id: true } });
  }
  await transaction.tenant.updateMany({
    where: { id: { in: plan.removed.map(({ id }) => id) } },
    data: { state: "ended", appliedAt },
  });
  await transaction.tenant.updateMany({
    where: { state: "live", liveSince: null },
    data: { liveSince: appliedAt },
  });
  await transaction.tenant.updateMany({
    where: { state: { not: "live" }, liveSince: { not: null } },
    data: { liveSince: null },
  });
  for (const { kind, document } of plan.documents) {
    const { document: older, newer } = withoutNewerKeys(document);
    const row = { document: older as Prisma.InputJsonObject, newer, newerAppliedAt: appliedAt, appliedAt };
    await transaction.definition.upsert({ where: { kind }, create: { kind, ...row }, update: row });
  }
}

/** The definitions in a database, as a command or a start applies them. */
export function createDefinitionsStore(db: Database = database) {
  /**
   * Brings the database to what the definitions say: all of it or nothing, and never a tenant's row deleted. Two at once go one after the
   * other, and each plans on what it finds then.
   * @param said what the operator says of single tenants beside the files
   * @param dryRun plan only
   * @returns the plan that was carried out, or why it was refused
   */
  async function applyDefinitions(
    wanted: Definitions,
    { dryRun = false, ...said }: Partial<Said> & { dryRun?: boolean } = {},
  ): Promise<PlanResult> {
    const result = await db.prisma.$transaction(
      async (transaction) => {
        await transaction.$executeRaw`SELECT pg_advisory_xact_lock(${APPLY_LOCK})`;
        const current = await readCurrent(transaction, wanted);
        const planned = planDefinitions(
          current,
          wanted,
          { remove: [], delete: [], ...said },
          await databaseNowMs(transaction),
        );
        if (planned.ok && !dryRun) await carryOut(transaction, planned.plan);
        return planned;
      },
      { maxWait: 10_000, timeout: 60_000 },
    );
    catalogueStore.clearAppliedCache();
    return result;
  }

  /** For a command that is done: ends the connections, so that the process can end. */
  const close = db.close;

  return { applyDefinitions, close };
}

/** Of this process. */
export const definitionsStore = createDefinitionsStore();
