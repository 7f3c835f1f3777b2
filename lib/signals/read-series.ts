import { downtimeOf } from "@/lib/attribution/downtime";
import type { Outage } from "@/lib/attribution/given";
import { readOutages } from "@/lib/attribution/store";
import { readBundle } from "@/lib/definitions/store";
import { environment } from "@/lib/env";
import { prometheus } from "@/lib/prometheus/client";
import type { TenantScope } from "@/lib/tenancy/scope";
import { thresholdEditEvents } from "@/lib/thresholds/edit-events";
import { readEdits, readSettings } from "@/lib/thresholds/store";
import { applicableTo } from "./applicable";
import type { SignalId } from "./bundle";
import { eventsIn } from "./events";
import { RANGES, type RangeId } from "./ranges";
import { type SeriesAnswer, seriesOf } from "./series";
import type { CapabilityEvent, SeriesView } from "./view";
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
  const [applied, settings, edits, outages] = await Promise.all([
    readBundle(),
    readSettings(scope),
    readEdits(scope, { sinceMs }),
    signal === "availability" ? readOutages(scope, sinceMs) : [],
  ]);
  if (!applied) return { ok: false, failure: WITHOUT_BUNDLE, last: null };
  const bundle = applicableTo(applied, without);
  const sources = { bundle, settings, tenantLabel: environment().TENANT_LABEL, prometheus: prometheus() };
  const series = await seriesOf(sources, scope, signal, range, nowMs);
  const events = thresholdEditEvents(bundle, edits);
  const withRecords = (view: SeriesView): SeriesView => ({
    ...view,
    events: merged(view, events),
    bars: attributed(view, outages),
  });
  if (series.ok) return { ok: true, view: withRecords(series.view) };
  return { ...series, last: series.last && withRecords(series.last) };
}

function attributed({ bars, toMs }: SeriesView, outages: readonly Outage[]): SeriesView["bars"] {
  return bars && { ...bars, downtime: downtimeOf(bars.bars, outages, toMs) };
}

/** An edit of just now is later than the newest point: it is told with it. */
function merged({ fromMs, toMs, events }: SeriesView, edits: readonly CapabilityEvent[]): CapabilityEvent[] {
  const shown = edits.map((edit) => ({ ...edit, atMs: Math.min(edit.atMs, toMs) }));
  return eventsIn({ fromMs, toMs }, [...events, ...shown]);
}
