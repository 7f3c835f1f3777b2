import type { Metadata } from "next";
import { HealthScreen } from "@/components/health/health-screen";
import type { EventsAnswer } from "@/components/health/recent-events";
import { readAttribution } from "@/lib/attribution/read-attribution";
import { systemClock } from "@/lib/clock";
import { modifyIssueUrl } from "@/lib/definitions/issue-links";
import { readPlatform } from "@/lib/definitions/store";
import { outbox } from "@/lib/delivery/store";
import { readSilence } from "@/lib/episodes/read-silence";
import { readAlerting } from "@/lib/signals/read-alerting";
import { readRecentEvents } from "@/lib/signals/read-events";
import { readHealth } from "@/lib/signals/read-health";
import type { TenantScope } from "@/lib/tenancy/scope";
import { grantedAccess } from "./granted";

// No loading.tsx beside this page on purpose: it would send a skeleton first and leave a reader without JavaScript with it.

export async function generateMetadata(): Promise<Metadata> {
  const { tenant } = await grantedAccess();
  return { title: tenant.name };
}

export default async function HealthPage() {
  const { scope, tenant } = await grantedAccess();
  const nowMs = systemClock.nowMs();
  const [view, attribution, events, platform, silence, missed] = await Promise.all([
    readHealth(scope, tenant, nowMs),
    readAttribution(scope, nowMs),
    recentEvents(scope, nowMs),
    readPlatform(),
    proofOfSilence(scope, tenant.without, nowMs),
    outbox().notReceived(scope),
  ]);
  return (
    <HealthScreen
      view={view}
      renderedAtMs={systemClock.nowMs()}
      attribution={attribution}
      componentIssues={null}
      events={events}
      silence={silence}
      missed={missed.filter(({ kind }) => kind !== "test")}
      links={{
        capability: tenant.links.capability ?? null,
        documentation: tenant.links.documentation ?? null,
        modify: platform.infraRepositoryUrl && modifyIssueUrl(platform.infraRepositoryUrl, tenant),
      }}
    />
  );
}

async function recentEvents(scope: TenantScope, nowMs: number): Promise<EventsAnswer> {
  const answer = await readRecentEvents(scope, nowMs);
  if (answer.ok) return { ok: true, events: answer.data, atMs: answer.atMs };
  const last = answer.last && { events: answer.last.data, atMs: answer.last.atMs };
  return { ok: false, reason: answer.failure.message, last };
}

/** null where no worker has ever judged anything. */
async function proofOfSilence(scope: TenantScope, without: readonly string[], nowMs: number) {
  const { alerting, names, liveSinceMs } = await readAlerting(scope, without);
  return alerting && readSilence(scope, new Set(names.keys()), liveSinceMs, nowMs);
}
