import { APPLY_LOCK } from "@/lib/catalogue/apply-lock";
import { type Bundle, bundleSchema } from "@/lib/catalogue/bundle";
import { type Components, componentsSchema } from "@/lib/catalogue/components";
import { storedLeaving } from "@/lib/catalogue/eviction";
import { DEFAULT_PLATFORM, type Platform, platformSchema } from "@/lib/catalogue/platform";
import { tenantSchema } from "@/lib/catalogue/tenant";
import { departureDigest } from "@/lib/eviction/farewell";
import { closeDatabase, connectionPool, database, type Prepared } from "@/lib/infra/db";
import type { Prisma } from "@/prisma/generated/client";
import { type Current, type Plan, type PlanResult, planDefinitions, type Said } from "./plan";
import type { Definitions } from "./read-definitions";

/** What was applied can't be used as it is: it was written by another version of the portal. */
export class AppliedDefinitionError extends Error {
  override name = "AppliedDefinitionError";
}

/** How long a process may go on with what it read. An apply is seen everywhere within this time. */
const CACHED_MS = 10_000;

/** One kind of document as this process knows it: asked for at most every 10 s, and parsed only when its text has changed. */
class Applied<T> {
  private asked: { untilMs: number; value: Promise<T> } | undefined;
  private parsed: { text: string | null; value: T } | undefined;

  constructor(
    private readonly kind: "bundle" | "platform" | "components",
    private readonly parse: (document: unknown) => T,
  ) {}

  read(): Promise<T> {
    const nowMs = performance.now();
    if (this.asked && this.asked.untilMs > nowMs) return this.asked.value;
    const value = this.ask();
    this.asked = { untilMs: nowMs + CACHED_MS, value };
    value.catch(() => this.forget()); // a failure is never kept: the next reader asks again
    return value;
  }

  /** The next reader asks. */
  forget(): void {
    this.asked = undefined;
  }

  private async ask(): Promise<T> {
    const { rows } = await connectionPool().query<{ text: string }>({ ...DOCUMENT_OF, values: [this.kind] });
    const text = rows[0]?.text ?? null;
    if (this.parsed?.text !== text || !this.parsed) {
      this.parsed = { text, value: this.parse(text === null ? null : JSON.parse(text)) };
    }
    return this.parsed.value;
  }
}

const DOCUMENT_OF: Prepared = {
  name: "document_of",
  text: "SELECT document::text AS text FROM definition WHERE kind = $1",
};

const applied = {
  bundle: new Applied<Bundle | null>("bundle", (document) => {
    if (document === null) return null;
    const result = bundleSchema.safeParse(document);
    if (result.success) return result.data;
    throw new AppliedDefinitionError(
      "The bundle in the database doesn't fit this version of the portal. Apply the definitions again: npm run definitions -- apply PATH",
    );
  }),
  platform: new Applied<Platform>("platform", (document) =>
    platformSchema.parse(document ?? DEFAULT_PLATFORM),
  ),
  components: new Applied<Components | null>(
    "components",
    (document) => componentsSchema.safeParse(document).data ?? null,
  ),
};

/**
 * The health bundle as last applied, at most 10 s old; null before the first apply.
 * @throws AppliedDefinitionError when it doesn't fit this version of the portal
 */
export const readBundle = (): Promise<Bundle | null> => applied.bundle.read();

/** What the definitions say about the platform, at most 10 s old; defaults before the first apply. */
export const readPlatform = (): Promise<Platform> => applied.platform.read();

/**
 * The platform's components as last applied, at most 10 s old; null before an apply that knew of them, and where they don't fit
 * this version of the portal: then nothing is known of them, which attribution says.
 */
export const readComponents = (): Promise<Components | null> => applied.components.read();

/**
 * Brings the database to what the definitions say: all of it or nothing, and never a tenant's row deleted. Two at once go one after the
 * other, and each plans on what it finds then.
 * @param said what the operator says of single tenants beside the files
 * @param dryRun plan only
 * @returns the plan that was carried out, or why it was refused
 */
export async function applyDefinitions(
  wanted: Definitions,
  { dryRun = false, ...said }: Partial<Said> & { dryRun?: boolean } = {},
): Promise<PlanResult> {
  const result = await database().$transaction(
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
  for (const kept of Object.values(applied)) kept.forget();
  return result;
}

/** The clock by which the worker deletes: the plan and it must not differ about whose 30 days are over. */
async function databaseNowMs(transaction: Prisma.TransactionClient): Promise<number> {
  const [row] = await transaction.$queryRaw<{ now: Date }[]>`SELECT clock_timestamp() AS now`;
  if (!row) throw new Error("The database did not tell the time.");
  return row.now.getTime();
}

async function readCurrent(transaction: Prisma.TransactionClient, wanted: Definitions): Promise<Current> {
  const rows = await transaction.tenant.findMany({
    omit: { appliedAt: true, liveSince: true },
    orderBy: { id: "asc" },
  });
  const documents = await transaction.definition.findMany({ select: { kind: true, document: true } });
  const byDigest = new Map(wanted.tenants.map(({ id }) => [departureDigest(id), id]));
  const departures = await transaction.departure.findMany({ select: { idDigest: true, deletedAt: true } });
  const documentOf = (kind: string) => documents.find((row) => row.kind === kind)?.document ?? null;
  return {
    tenants: rows.map((row) => ({
      ...row,
      links: tenantSchema.shape.links.parse(row.links),
      migrations: tenantSchema.shape.migrations.catch([]).parse(row.migrations),
      leaving: storedLeaving(row.leaving),
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

async function carryOut(transaction: Prisma.TransactionClient, plan: Plan): Promise<void> {
  const appliedAt = new Date();
  await transaction.departure.deleteMany({ where: { idDigest: { in: plan.returned.map(departureDigest) } } });
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
    const row = { document: document as Prisma.InputJsonObject, appliedAt };
    await transaction.definition.upsert({ where: { kind }, create: { kind, ...row }, update: row });
  }
}

/** For a command that is done: ends the connections, so that the process can end. */
export const closeStore = closeDatabase;
