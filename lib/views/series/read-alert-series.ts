import type { AlertView } from "@/lib/alerts/view";
import { catalogueStore } from "@/lib/catalogue/store";
import { gridAround } from "@/lib/evaluation/grid";
import { WITHOUT_BUNDLE } from "@/lib/evaluation/without-bundle";
import { environment } from "@/lib/infra/env";
import { prometheus } from "@/lib/prometheus/client";
import type { TenantScope } from "@/lib/tenant/scope";
import { readRecordedEvents } from "../timeline/read-recorded";
import { lineSeriesOf, type SeriesAnswer } from "./series";
import { withRecorded } from "./with-recorded";

/**
 * What was measured around an alert of the scope's tenant, with the threshold of then.
 * @throws where the database can't be asked for the bundle
 */
export async function readAlertSeries(
  scope: TenantScope,
  alert: Pick<AlertView, "signal" | "line" | "threshold" | "breachedAtMs" | "ended">,
  nowMs: number,
): Promise<SeriesAnswer> {
  const bundle = await catalogueStore.readBundle();
  if (!bundle) return { ok: false, failure: WITHOUT_BUNDLE, last: null };
  const { signal: signalId, line: lineId, threshold, breachedAtMs, ended } = alert;
  const period = { fromMs: breachedAtMs, toMs: ended?.atMs ?? nowMs };
  const grid = gridAround(period, nowMs, bundle.scrapeIntervalSeconds);
  const sources = { bundle, tenantLabel: environment().TENANT_LABEL, prometheus: prometheus() };
  const [series, recorded] = await Promise.all([
    lineSeriesOf(sources, scope, { signalId, lineId, threshold }, grid),
    readRecordedEvents(scope, bundle, { sinceMs: grid.fromMs, nowMs }),
  ]);
  if (series.ok) return { ok: true, view: withRecorded(series.view, recorded) };
  return { ...series, last: series.last && withRecorded(series.last, recorded) };
}
