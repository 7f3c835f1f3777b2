import { downtimeOf } from "@/lib/attribution/downtime";
import type { Outage } from "@/lib/attribution/recorded-verdict";
import { attributionStore } from "@/lib/attribution/store";
import { applicableTo } from "@/lib/catalogue/applicable";
import { type Bundle, isReachabilityLine, type SignalId } from "@/lib/catalogue/bundle";
import { catalogueStore } from "@/lib/catalogue/store";
import { RANGES, type RangeId } from "@/lib/evaluation/ranges";
import { WITHOUT_BUNDLE } from "@/lib/evaluation/without-bundle";
import { environment } from "@/lib/infra/env";
import { prometheus } from "@/lib/prometheus/client";
import type { TenantScope } from "@/lib/tenant/scope";
import { thresholdStore } from "@/lib/thresholds/store";
import { readRecordedEvents } from "../timeline/read-recorded";
import { type SeriesAnswer, seriesOf } from "./series";
import type { SeriesView } from "./view";
import { withRecorded } from "./with-recorded";

/**
 * One signal of the scope's tenant over a range.
 * @param without the lines that this capability doesn't have, as signal/line
 * @returns the series, or why they can't be had, with the last ones of this process
 * @throws where the database can't be asked for the bundle and the thresholds
 */
export async function readSignalSeries(
  scope: TenantScope,
  signal: SignalId,
  range: RangeId,
  without: readonly string[],
  nowMs: number,
): Promise<SeriesAnswer> {
  const sinceMs = nowMs - RANGES[range].seconds * 1000;
  const [applied, settings] = await Promise.all([
    catalogueStore.readBundle(),
    thresholdStore.readSettings(scope),
  ]);
  if (!applied) return { ok: false, failure: WITHOUT_BUNDLE, last: null };
  const bundle = applicableTo(applied, without);
  const sources = { bundle, settings, tenantLabel: environment().TENANT_LABEL, prometheus: prometheus() };
  const [series, recorded, outages] = await Promise.all([
    seriesOf(sources, scope, signal, range, nowMs),
    readRecordedEvents(scope, bundle, { sinceMs, nowMs }),
    signal === "availability"
      ? attributionStore.readOutages(scope, { sinceMs, otherLines: otherLinesOf(applied) })
      : [],
  ]);
  const whole = (view: SeriesView): SeriesView => ({
    ...withRecorded(view, recorded),
    bars: attributed(view, outages),
  });
  if (series.ok) return { ok: true, view: whole(series.view) };
  return { ...series, last: series.last && whole(series.last) };
}

/** Missing replicas are no downtime: the lines of availability that don't show whether it can be reached. */
function otherLinesOf({ signals: { availability } }: Bundle): string[] {
  const { lines } = availability;
  return lines.filter((line) => !isReachabilityLine("availability", lines, line)).map(({ id }) => id);
}

function attributed({ bars }: SeriesView, outages: readonly Outage[]): SeriesView["bars"] {
  return bars && { ...bars, downtime: downtimeOf(bars.bars, outages, bars.bars.at(-1)?.toMs ?? 0) };
}
