import { type Components, componentsSchema } from "@/lib/attribution/components";
import { closeDatabase, database } from "@/lib/db";
import { type Bundle, bundleSchema } from "@/lib/signals/bundle";
import type { Prisma } from "@/prisma/generated/client";
import { type Current, type Plan, type PlanResult, planDefinitions } from "./plan";
import { DEFAULT_PLATFORM, type Platform, platformSchema } from "./platform-file";
import type { Definitions } from "./read-definitions";
import { tenantSchema } from "./tenant-file";

/** What was applied can't be used as it is: it was written by another version of the portal. */
export class AppliedDefinitionError extends Error {
  override name = "AppliedDefinitionError";
}

/** How long a process may go on with what it read. An apply is seen everywhere within this time. */
const CACHED_MS = 10_000;
/** Any fixed number: two applies at once wait for each other. */
const ADVISORY_LOCK = 7_310_262_115_842_002n;

type Cached<T> = { untilMs: number; value: Promise<T> };
const cache: {
  bundle?: Cached<Bundle | null>;
  platform?: Cached<Platform>;
  components?: Cached<Components | null>;
} = {};

function cached<T>(entry: Cached<T> | undefined, keep: (entry?: Cached<T>) => void, read: () => Promise<T>) {
  if (entry && entry.untilMs > performance.now()) return entry.value;
  const value = read();
  keep({ untilMs: performance.now() + CACHED_MS, value });
  value.catch(() => keep(undefined)); // a failure is never kept: the next reader asks again
  return value;
}

async function readDocument(kind: "bundle" | "platform" | "components"): Promise<unknown> {
  const row = await database().definition.findUnique({ where: { kind }, select: { document: true } });
  return row?.document ?? null;
}

/**
 * The health bundle as last applied, at most 10 s old; null before the first apply.
 * @throws AppliedDefinitionError when it doesn't fit this version of the portal
 */
export function readBundle(): Promise<Bundle | null> {
  return cached(
    cache.bundle,
    (entry) => {
      cache.bundle = entry;
    },
    async () => {
      const document = await readDocument("bundle");
      if (document === null) return null;
      const result = bundleSchema.safeParse(document);
      if (result.success) return result.data;
      throw new AppliedDefinitionError(
        "The bundle in the database doesn't fit this version of the portal. Apply the definitions again: npm run definitions -- apply PATH",
      );
    },
  );
}

/** What the definitions say about the platform, at most 10 s old; defaults before the first apply. */
export function readPlatform(): Promise<Platform> {
  return cached(
    cache.platform,
    (entry) => {
      cache.platform = entry;
    },
    async () => platformSchema.parse((await readDocument("platform")) ?? DEFAULT_PLATFORM),
  );
}

/**
 * The platform's components as last applied, at most 10 s old; null before an apply that knew of them, and where they don't fit
 * this version of the portal: then nothing is known of them, which attribution says.
 */
export function readComponents(): Promise<Components | null> {
  return cached(
    cache.components,
    (entry) => {
      cache.components = entry;
    },
    async () => componentsSchema.safeParse(await readDocument("components")).data ?? null,
  );
}

/**
 * Brings the database to what the definitions say: all of it or nothing, and never a deleted row. Two at once go one after the
 * other, and each plans on what it finds then.
 * @param remove ids of tenants that left and are no longer in the files
 * @param dryRun plan only
 * @returns the plan that was carried out, or why it was refused
 */
export async function applyDefinitions(
  wanted: Definitions,
  { remove = [], dryRun = false }: { remove?: readonly string[]; dryRun?: boolean } = {},
): Promise<PlanResult> {
  const result = await database().$transaction(
    async (transaction) => {
      await transaction.$executeRaw`SELECT pg_advisory_xact_lock(${ADVISORY_LOCK})`;
      const planned = planDefinitions(await readCurrent(transaction), wanted, remove);
      if (planned.ok && !dryRun) await carryOut(transaction, planned.plan);
      return planned;
    },
    { maxWait: 10_000, timeout: 60_000 },
  );
  cache.bundle = undefined;
  cache.platform = undefined;
  cache.components = undefined;
  return result;
}

async function readCurrent(transaction: Prisma.TransactionClient): Promise<Current> {
  const rows = await transaction.tenant.findMany({
    omit: { appliedAt: true, liveSince: true },
    orderBy: { id: "asc" },
  });
  const documents = await transaction.definition.findMany({ select: { kind: true, document: true } });
  const documentOf = (kind: string) => documents.find((row) => row.kind === kind)?.document ?? null;
  return {
    tenants: rows.map((row) => ({ ...row, links: tenantSchema.shape.links.parse(row.links) })),
    bundle: documentOf("bundle"),
    platform: documentOf("platform"),
    components: documentOf("components"),
  };
}

async function carryOut(transaction: Prisma.TransactionClient, plan: Plan): Promise<void> {
  const appliedAt = new Date();
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
