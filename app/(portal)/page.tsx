import type { Metadata } from "next";
import { HealthScreen } from "@/components/health/health-screen";
import { readAlerting } from "@/lib/alerting-chain/read-alerting";
import { SIGNAL_IDS } from "@/lib/catalogue/bundle";
import { modifyIssueUrl, suspectIssueUrl } from "@/lib/catalogue/issue-links";
import { catalogueStore } from "@/lib/catalogue/store";
import { outbox } from "@/lib/delivery/store";
import type { RangeId } from "@/lib/evaluation/ranges";
import { systemClock } from "@/lib/infra/clock";
import type { TenantScope } from "@/lib/tenant/scope";
import { readSilence } from "@/lib/views/alerts/read-silence";
import { readAttribution } from "@/lib/views/attribution/read-attribution";
import { readHasMigrations } from "@/lib/views/data-migration/read-has-migrations";
import { issueLine } from "@/lib/views/health/issue-line";
import { readHealth } from "@/lib/views/health/read-health";
import { readNotices } from "@/lib/views/notices/read-notices";
import { readBarTables, readTables } from "@/lib/views/series/read-tables";
import { readDay } from "@/lib/views/timeline/read-timeline";
import { type Granted, grantedAccess } from "./granted";
import { ownersPage } from "./owners-page";
import { type AskedParameters, tablesAsked } from "./tables-asked";

// No loading.tsx beside this page on purpose: it would send a skeleton first and leave a reader without JavaScript with it.

export async function generateMetadata(): Promise<Metadata> {
  const { tenant } = await grantedAccess();
  return { title: tenant.name };
}

type Props = { searchParams: AskedParameters };

async function HealthPage({ scope, tenant }: Granted, { searchParams }: Props) {
  const nowMs = systemClock.nowMs();
  const range = await tablesAsked(searchParams);
  const [view, attribution, day, platform, silence, missed, notices, hasMigrations, tables] =
    await Promise.all([
      readHealth(scope, tenant, nowMs),
      readAttribution(scope, nowMs),
      readDay(scope, nowMs),
      catalogueStore.readPlatform(),
      proofOfSilence(scope, tenant.without, nowMs),
      outbox.notReceived(scope),
      readNotices(scope, nowMs),
      readHasMigrations(scope),
      range && readHealthTables(scope, tenant.without, range, nowMs),
    ]);
  return (
    <HealthScreen
      view={view}
      renderedAtMs={systemClock.nowMs()}
      attribution={attribution}
      day={day}
      notices={notices}
      silence={silence}
      missed={missed.filter(({ kind }) => kind !== "test")}
      hasMigrations={hasMigrations}
      tables={tables}
      links={{
        capability: tenant.links.capability ?? null,
        documentation: tenant.links.documentation ?? null,
        modify: platform.infraRepositoryUrl && modifyIssueUrl(platform.infraRepositoryUrl, tenant),
        suspect:
          platform.infraRepositoryUrl &&
          suspectIssueUrl(platform.infraRepositoryUrl, tenant, [issueLine(view)]),
      }}
    />
  );
}

export default ownersPage(HealthPage);

/** What stands in place of the charts and bars. */
async function readHealthTables(
  scope: TenantScope,
  without: readonly string[],
  range: RangeId,
  nowMs: number,
) {
  const [bySignal, bars] = await Promise.all([
    readTables(scope, without, { signals: SIGNAL_IDS, range, nowMs }),
    readBarTables(scope, without, nowMs),
  ]);
  return { range, bySignal, bars };
}

/** null where no worker has ever judged anything. */
async function proofOfSilence(scope: TenantScope, without: readonly string[], nowMs: number) {
  const { alerting, names, liveSinceMs } = await readAlerting(scope, without);
  return alerting && readSilence(scope, new Set(names.keys()), liveSinceMs, nowMs);
}
