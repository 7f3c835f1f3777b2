import type { Metadata } from "next";
import { HealthScreen } from "@/components/health/health-screen";
import { modifyIssueUrl } from "@/components/health/issue-links";
import type { EventsAnswer } from "@/components/health/recent-events";
import { systemClock } from "@/lib/clock";
import { readPlatform } from "@/lib/definitions/store";
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
  const [view, events, platform] = await Promise.all([
    readHealth(scope, tenant, nowMs),
    recentEvents(scope, nowMs),
    readPlatform(),
  ]);
  return (
    <HealthScreen
      view={view}
      renderedAtMs={systemClock.nowMs()}
      events={events}
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
