import { storedEviction } from "@/lib/catalogue/eviction";
import { DEFAULT_IDENTITY } from "@/lib/catalogue/identity";
import { withNewerKeys, withoutNewerKeys } from "@/lib/catalogue/newer-keys";
import { catalogueStore } from "@/lib/catalogue/store";
import { type TenantDefinition, tenantSchema } from "@/lib/catalogue/tenant";
import { deletedTenantDigest } from "@/lib/eviction/deletion-notice";
import { type Database, database } from "@/lib/infra/db";
import type { Connection, ValuesOf } from "@/lib/infra/statement";
import {
  type CommandFlags,
  type Current,
  type DefinitionsPlan,
  type PlanResult,
  planDefinitions,
} from "./plan";
import type { Definitions } from "./read-definitions";
import * as sql from "./statements";

/** Rows of one statement: so many fit into memory and into a statement's time. */
const ROWS_AT_ONCE = 5_000;

/** Below a statement's limit, so that the wait ends as one. */
const WAIT_SECONDS = 50;

const busy = (seconds: number) =>
  `Another apply runs on this database, and didn't end within ${seconds} s. Nothing was changed. Run this one again once it is done.`;

/** PostgreSQL's lock_not_available. */
const isLockTimeout = (error: unknown) => (error as { code?: unknown } | null)?.code === "55P03";

async function readCurrent(tx: Connection, wanted: Definitions): Promise<Current> {
  const rows = await tx.rows(sql.TENANTS);
  const documents = await tx.rows(sql.DOCUMENTS);
  const [identity] = await tx.rows(sql.IDENTITY_DOCUMENT);
  const departures = await tx.rows(sql.DEPARTURES);
  const departed = new Map(departures.map((row) => [row.id_digest, row.deleted_at.getTime()]));
  const documentOf = (kind: string) => {
    const row = documents.find((each) => each.kind === kind);
    if (!row) return null;
    const isOfIt = row.newer_applied_at?.getTime() === row.applied_at.getTime();
    return withNewerKeys(row.document, isOfIt ? row.newer : null);
  };
  return {
    tenants: rows.map((row) => ({
      id: row.id,
      name: row.name,
      contactAddress: row.contact_address,
      timeZone: row.time_zone,
      onboardingIssueUrl: row.onboarding_issue_url,
      state: row.state,
      links: tenantSchema.shape.links.parse(row.links),
      without: row.without,
      owners: tenantSchema.shape.owners.catch([]).parse(row.owners),
      migrations: tenantSchema.shape.migrations.catch([]).parse(row.migrations),
      leaving: storedEviction(row.leaving),
    })),
    bundle: documentOf("bundle"),
    platform: documentOf("platform"),
    components: documentOf("components"),
    identity: identity?.document ?? DEFAULT_IDENTITY,
    departedAtMs:
      departed.size === 0
        ? new Map()
        : new Map(
            wanted.tenants.flatMap(({ id }) => {
              const deletedAtMs = departed.get(deletedTenantDigest(id));
              return deletedAtMs === undefined ? [] : [[id, deletedAtMs] as const];
            }),
          ),
  };
}

/** The columns of INSERT_TENANTS and UPDATE_TENANTS. */
function tenantColumns(
  tenants: readonly TenantDefinition[],
  appliedAt: Date,
): ValuesOf<typeof sql.INSERT_TENANTS> {
  const column = <T>(read: (tenant: TenantDefinition) => T) => tenants.map(read);
  return [
    column(({ id }) => id),
    column(({ name }) => name),
    column(({ contactAddress }) => contactAddress),
    column(({ timeZone }) => timeZone),
    column(({ onboardingIssueUrl }) => onboardingIssueUrl),
    column(({ state }) => state),
    column(({ links }) => JSON.stringify(links)),
    column(({ without }) => JSON.stringify(without)),
    column(({ migrations }) => JSON.stringify(migrations)),
    column(({ leaving }) => JSON.stringify(leaving)),
    column(({ owners }) => JSON.stringify(owners)),
    appliedAt,
  ];
}

type Report = (line: string) => void;

async function carryOut(tx: Connection, plan: DefinitionsPlan, report: Report): Promise<void> {
  const appliedAt = new Date();
  const changed = plan.changed.map(({ tenant }) => tenant);
  const most = plan.created.length + changed.length;
  let written = 0;
  const write = async (
    statement: typeof sql.INSERT_TENANTS | typeof sql.UPDATE_TENANTS,
    tenants: TenantDefinition[],
  ) => {
    for (let from = 0; from < tenants.length; from += ROWS_AT_ONCE) {
      const some = tenants.slice(from, from + ROWS_AT_ONCE);
      await tx.run(statement, ...tenantColumns(some, appliedAt));
      written += some.length;
      if (most > ROWS_AT_ONCE) report(`Written: ${written} of ${most} tenants.`);
    }
  };
  if (plan.returned.length > 0) await tx.run(sql.REMOVE_DEPARTURES, plan.returned.map(deletedTenantDigest));
  await write(sql.INSERT_TENANTS, plan.created);
  await write(sql.UPDATE_TENANTS, changed);
  if (plan.removed.length > 0)
    await tx.run(
      sql.END_TENANTS,
      plan.removed.map(({ id }) => id),
      appliedAt,
    );
  await tx.run(sql.LIVE_SINCE, appliedAt);
  for (const { kind, document } of plan.documents) {
    if (kind === "identity") {
      await tx.run(sql.UPSERT_IDENTITY, JSON.stringify(document), appliedAt);
      continue;
    }
    const { document: older, newer } = withoutNewerKeys(document);
    await tx.run(sql.UPSERT_DOCUMENT, kind, JSON.stringify(older), newer && JSON.stringify(newer), appliedAt);
  }
}

/** The definitions in a database, as a command or a start applies them. */
export function createDefinitionsStore(db: Database = database, { waitSeconds = WAIT_SECONDS } = {}) {
  /**
   * Brings the database to what the definitions say: all of it or nothing, and never a tenant's row deleted. Two at once go one after the
   * other, and each plans on what it finds then; one that has waited for `waitSeconds` is refused.
   * @param flags what the operator says of single tenants beside the files
   * @param dryRun plan only
   * @param report takes a line of progress, where there is much to do or another apply is waited for
   * @returns the plan that was carried out, or why it was refused
   * @throws the driver's error when the database can't be used
   */
  async function applyDefinitions(
    wanted: Definitions,
    {
      dryRun = false,
      report = () => {},
      ...flags
    }: Partial<CommandFlags> & { dryRun?: boolean; report?: Report } = {},
  ): Promise<PlanResult> {
    const result = await db.transaction(async (tx): Promise<PlanResult> => {
      await tx.run(sql.LIMIT_STATEMENT);
      if (!(await lock(tx, waitSeconds, report))) return { ok: false, refusals: [busy(waitSeconds)] };
      if (wanted.tenants.length > ROWS_AT_ONCE)
        report(`Read: ${wanted.tenants.length} tenants. They are compared with the database now.`);
      const current = await readCurrent(tx, wanted);
      const [clock] = await tx.rows(sql.CLOCK);
      if (!clock) throw new Error("The database returned no time.");
      const planned = planDefinitions(
        current,
        wanted,
        { remove: [], delete: [], ...flags },
        clock.now.getTime(),
      );
      if (planned.ok && !dryRun) await carryOut(tx, planned.plan, report);
      return planned;
    }, KEPT);
    catalogueStore.clearAppliedCache();
    return result;
  }

  /** For a command that is done: ends the connections, so that the process can end. */
  const close = db.close;

  return { applyDefinitions, close };
}

/** A refusal has written nothing, so that there is nothing to commit. Its statements have limits of their own, of a minute at most. */
const KEPT = { isKept: ({ ok }: PlanResult) => ok, statementWithinMs: 65_000 };

/** @returns whether this is the one apply that runs now */
async function lock(tx: Connection, waitSeconds: number, report: Report): Promise<boolean> {
  const [tried] = await tx.rows(sql.TRY_LOCK);
  if (tried?.got) return true;
  report(`Another apply is running on this database. This one waits for it, for ${waitSeconds} s at most.`);
  await tx.run(sql.LIMIT_LOCK_WAIT, `${waitSeconds}s`);
  try {
    await tx.run(sql.LOCK);
    return true;
  } catch (error) {
    if (isLockTimeout(error)) return false;
    throw error;
  }
}

/** This process's instance. */
export const definitionsStore = createDefinitionsStore();
