import { readBundle } from "@/lib/definitions/store";
import { environment } from "@/lib/env";
import { prometheus } from "@/lib/prometheus/client";
import type { TenantScope } from "@/lib/tenancy/scope";
import { readSettings } from "@/lib/thresholds/store";
import { readRecordedEvents } from "@/lib/timeline/read-recorded";
import { applicableTo } from "./applicable";
import type { SignalId } from "./bundle";
import { RANGES, type RangeId } from "./ranges";
import { type SeriesAnswer, seriesOf } from "./series";
import { withRecorded } from "./with-recorded";
import { WITHOUT_BUNDLE } from "./without-bundle";

/**
 * One signal of the scope's tenant over a range.
 * @param without the lines that this capability doesn't have, as signal/line
 * @returns the series, or why they can't be had, with the last ones of this process
 * @throws where the database can't be asked for the bundle and the thresholds
 */
export async function readSeries(
  scope: TenantScope,
  signal: SignalId,
  range: RangeId,
  without: readonly string[],
  nowMs: number,
): Promise<SeriesAnswer> {
  const sinceMs = nowMs - RANGES[range].seconds * 1000;
  const [applied, settings] = await Promise.all([readBundle(), readSettings(scope)]);
  if (!applied) return { ok: false, failure: WITHOUT_BUNDLE, last: null };
  const bundle = applicableTo(applied, without);
  const sources = { bundle, settings, tenantLabel: environment().TENANT_LABEL, prometheus: prometheus() };
  const [series, recorded] = await Promise.all([
    seriesOf(sources, scope, signal, range, nowMs),
    readRecordedEvents(scope, bundle, { sinceMs, nowMs }),
  ]);
  if (series.ok) return { ok: true, view: withRecorded(series.view, recorded) };
  return { ...series, last: series.last && withRecorded(series.last, recorded) };
}
