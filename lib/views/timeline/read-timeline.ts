import { alertStore } from "@/lib/alerts/store";
import { titleOf } from "@/lib/alerts/title";
import type { Bundle } from "@/lib/catalogue/bundle";
import { catalogueStore } from "@/lib/catalogue/store";
import { askFor } from "@/lib/evaluation/ask";
import { askEvents } from "@/lib/evaluation/ask-events";
import type { CapabilityEvent } from "@/lib/evaluation/event";
import { eventStepSeconds } from "@/lib/evaluation/grid";
import { WITHOUT_BUNDLE } from "@/lib/evaluation/without-bundle";
import { slotAt } from "@/lib/infra/clock";
import { environment } from "@/lib/infra/env";
import { prometheus } from "@/lib/prometheus/client";
import type { TenantScope } from "@/lib/tenant/scope";
import { noticesDoubt } from "@/lib/timeline/notices-doubt";
import { lastingNow, sectionOf, type TimelineSection, type TimelineView } from "@/lib/timeline/timeline";
import { readNotices } from "../notices/read-notices";
import { noticesIn, readRecordedEvents } from "./read-recorded";

const DAY_SECONDS = 86_400;
const BEFORE_SECONDS = 6 * DAY_SECONDS;

/**
 * What happened to the scope's tenant in the last 24 hours. Where Prometheus can't be asked, what the portal itself recorded
 * stands there with what was last known, and the section says so.
 * @throws where the database can't be asked
 */
export async function readDay(scope: TenantScope, nowMs: number): Promise<TimelineSection> {
  const period = { fromMs: nowMs - DAY_SECONDS * 1000, toMs: nowMs };
  const bundle = await catalogueStore.readBundle();
  if (!bundle) return sectionOf(period, [], WITHOUT_BUNDLE.message);
  const [measured, recorded] = await Promise.all([
    measuredEvents(scope, bundle, { endMs: nowMs, seconds: DAY_SECONDS, nowMs }),
    readRecordedEvents(scope, bundle, { sinceMs: period.fromMs, nowMs }),
  ]);
  return sectionOf(period, [measured.events, recorded], measured.failed);
}

/** The timeline of the scope's tenant: what lasts, the last 24 hours, and the six days before. @throws as readDay */
export async function readTimeline(scope: TenantScope, nowMs: number): Promise<TimelineView> {
  const bundle = await catalogueStore.readBundle();
  const dayFromMs = nowMs - DAY_SECONDS * 1000;
  const before = { fromMs: dayFromMs - BEFORE_SECONDS * 1000, toMs: dayFromMs };
  const [day, alerts, notices, measured, recorded] = await Promise.all([
    readDay(scope, nowMs),
    alertStore.readAlertTimes(scope, nowMs),
    readNotices(scope, nowMs),
    bundle
      ? measuredEvents(scope, bundle, { endMs: dayFromMs, seconds: BEFORE_SECONDS, nowMs })
      : { events: [], failed: WITHOUT_BUNDLE.message },
    bundle ? readRecordedEvents(scope, bundle, { sinceMs: before.fromMs, nowMs }) : [],
  ]);
  const open = alerts.filter(({ ended }) => ended === null);
  return {
    tenant: { id: scope.tenantId },
    asOfMs: nowMs,
    now: lastingNow(
      open.map(({ id, lineKey, firedAtMs }) => ({ id, name: titleOf(lineKey, bundle), sinceMs: firedAtMs })),
      noticesIn(notices),
    ),
    day,
    week: sectionOf(before, [measured.events, recorded], measured.failed),
    notices: noticesDoubt(notices),
  };
}

async function measuredEvents(
  scope: TenantScope,
  bundle: Bundle,
  { endMs, seconds, nowMs }: { endMs: number; seconds: number; nowMs: number },
): Promise<{ events: CapabilityEvent[]; failed: string | null }> {
  const ask = askFor({ bundle, tenantLabel: environment().TENANT_LABEL, prometheus: prometheus() }, scope);
  const arrivedMs = Math.min(endMs, nowMs - bundle.scrapeIntervalSeconds * 1000);
  const answer = await askEvents(ask, bundle, slotAt(arrivedMs, eventStepSeconds(seconds)), seconds);
  if (answer.ok) return { events: answer.data, failed: null };
  return { events: answer.last?.data ?? [], failed: answer.failure.message };
}
