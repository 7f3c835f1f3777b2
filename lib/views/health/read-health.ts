import { readAlerting } from "@/lib/alerting-chain/read-alerting";
import { alertingWithoutWorker } from "@/lib/alerting-chain/without-worker";
import { alertStore } from "@/lib/alerts/store";
import { applicableTo } from "@/lib/catalogue/applicable";
import type { EvictionAndExport } from "@/lib/catalogue/eviction";
import { catalogueStore } from "@/lib/catalogue/store";
import { healthInstant } from "@/lib/evaluation/grid";
import { missingParts } from "@/lib/evaluation/parts";
import { WITHOUT_BUNDLE } from "@/lib/evaluation/without-bundle";
import { isServing, notServingFrom } from "@/lib/eviction/phase";
import { environment } from "@/lib/infra/env";
import { prometheus } from "@/lib/prometheus/client";
import type { TenantScope } from "@/lib/tenant/scope";
import { thresholdStore } from "@/lib/thresholds/store";
import type { Evaluated } from "./evaluated";
import { healthOf, type RecordedHealth } from "./health";
import { readingsTotal } from "./metrics";
import { notServing } from "./not-serving";
import type { HealthView } from "./view";

/** The slot of a view that has no bundle to say how often the platform scrapes. */
const SLOT_SECONDS_WITHOUT_BUNDLE = 15;

/** What the view shows and depends on beside the data. */
type HealthTenant = {
  id: string;
  name: string;
  without: readonly string[];
  timeZone: string;
  leaving: EvictionAndExport;
};

/**
 * The health view of the scope's tenant. It answers also when the metrics store doesn't: each reading then says so.
 * @param tenant what to show as its name, and the lines that it doesn't have; the data is the scope's
 * @throws where the database can't be asked
 */
export async function readHealth(
  scope: TenantScope,
  { id, name, without, timeZone, leaving }: HealthTenant,
  nowMs: number,
): Promise<HealthView> {
  const tenant = { id, name };
  const applied = await catalogueStore.readBundle();
  if (!applied) return withoutBundle(tenant, nowMs);
  const bundle = applicableTo(applied, without);
  const sources = { bundle, tenantLabel: environment().TENANT_LABEL, prometheus: prometheus() };
  const recorded = readRecorded(scope, without);
  const judged = await healthOf(sources, scope, tenant, nowMs, recorded, timeZone);
  const view =
    leaving.eviction && !isServing(leaving, timeZone, nowMs)
      ? notServing(judged, notServingFrom(leaving.eviction, timeZone), timeZone)
      : judged;
  for (const signal of view.signals)
    for (const { status } of signal.lines) readingsTotal.inc({ signal: signal.id, status });
  return view;
}

async function readRecorded(scope: TenantScope, without: readonly string[]): Promise<RecordedHealth> {
  const [settings, evaluated] = await Promise.all([
    thresholdStore.readSettings(scope),
    readEvaluated(scope, without),
  ]);
  return { settings, evaluated };
}

async function readEvaluated(scope: TenantScope, without: readonly string[]): Promise<Evaluated> {
  const [{ alerting, judgedLately, names }, judgements, last] = await Promise.all([
    readAlerting(scope, without),
    alertStore.readJudgements(scope),
    alertStore.readLastEnded(scope),
  ]);
  const conditions: Evaluated["conditions"] = new Map(
    judgements.flatMap(({ lineKey, condition, conditionSinceMs }) =>
      condition === null || conditionSinceMs === null
        ? []
        : [[lineKey, { condition, sinceMs: conditionSinceMs }]],
    ),
  );
  const missing: Evaluated["missingParts"] = new Map(
    judgements.flatMap(({ lineKey, data, badParts }) =>
      data === "missing" ? [[lineKey, missingParts(badParts).map(({ name }) => name)]] : [],
    ),
  );
  const atZero = new Set(judgements.flatMap((each) => (each.isAtZero ? [each.lineKey] : [])));
  const name = last && names.get(last.lineKey);
  const lastAlert = name ? { name, endedAtMs: last.endedAtMs } : null;
  return { alerting, judgedLately, conditions, missingParts: missing, atZero, lastAlert };
}

function withoutBundle(tenant: { id: string; name: string }, nowMs: number): HealthView {
  const asOfMs = healthInstant(nowMs, SLOT_SECONDS_WITHOUT_BUNDLE);
  return {
    tenant,
    asOfMs,
    asOf: new Date(asOfMs).toISOString(),
    overall: {
      state: "unknown",
      headline: "Unknown",
      sentence: WITHOUT_BUNDLE.message,
    },
    runtime: {
      versions: null,
      replicas: null,
      rollingOut: null,
      lastDeployment: null,
      lastKnown: { reason: WITHOUT_BUNDLE, asOfMs: null },
    },
    signals: [],
    alerting: alertingWithoutWorker([]),
  };
}
