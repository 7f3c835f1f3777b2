import { migrateIssueUrl } from "@/lib/catalogue/issue-links";
import { catalogueStore } from "@/lib/catalogue/store";
import { migrationOf, migrationSeriesOf } from "@/lib/data-migrations/migration";
import type { MigrationSeries } from "@/lib/data-migrations/series";
import { dataMigrationStore } from "@/lib/data-migrations/store";
import type { MigrationView } from "@/lib/data-migrations/view";
import { WITHOUT_BUNDLE } from "@/lib/evaluation/without-bundle";
import { environment } from "@/lib/infra/env";
import type { Answer } from "@/lib/prometheus/answer";
import { prometheus } from "@/lib/prometheus/client";
import type { TenantScope } from "@/lib/tenant/scope";

/**
 * The migrations of the scope's tenant, and one run of them in full.
 * @param tenant what a new issue is filled in with, and where mails go; the data is the scope's
 * @param runId null shows the newest
 * @returns null where there is no such run
 * @throws where the database can't be asked
 */
export async function readMigration(
  scope: TenantScope,
  tenant: { id: string; name: string; contactAddress: string },
  runId: string | null,
  nowMs: number,
): Promise<MigrationView | null> {
  const [bundle, platform, definitions, wanted] = await Promise.all([
    catalogueStore.readBundle(),
    catalogueStore.readPlatform(),
    dataMigrationStore.readMigrations(scope),
    dataMigrationStore.readMailsWanted(scope),
  ]);
  const frame = {
    tenant: { id: scope.tenantId },
    migrateUrl: platform.infraRepositoryUrl && migrateIssueUrl(platform.infraRepositoryUrl, tenant),
    mails: { wanted, address: tenant.contactAddress },
  };
  if (!bundle)
    return { ...frame, asOfMs: nowMs, waiting: [], runs: [], shown: null, failed: WITHOUT_BUNDLE.message };
  const sources = { bundle, tenantLabel: environment().TENANT_LABEL, prometheus: prometheus() };
  const view = await migrationOf(sources, scope, definitions, runId, nowMs);
  return view && { ...frame, ...view };
}

/** The charts of one run of the scope's tenant. @returns null where there is no such run @throws as readMigration */
export async function readMigrationSeries(
  scope: TenantScope,
  runId: string,
  nowMs: number,
): Promise<Answer<MigrationSeries> | null> {
  const [bundle, definitions] = await Promise.all([
    catalogueStore.readBundle(),
    dataMigrationStore.readMigrations(scope),
  ]);
  if (!bundle) return { ok: false, failure: WITHOUT_BUNDLE, last: null };
  const sources = { bundle, tenantLabel: environment().TENANT_LABEL, prometheus: prometheus() };
  return migrationSeriesOf(sources, scope, definitions, runId, nowMs);
}
