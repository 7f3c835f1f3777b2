import { readBundle } from "@/lib/definitions/store";
import { environment } from "@/lib/env";
import { prometheus } from "@/lib/prometheus/client";
import type { TenantScope } from "@/lib/tenancy/scope";
import { applicableTo } from "./applicable";
import type { SignalId } from "./bundle";
import type { RangeId } from "./ranges";
import { type SeriesAnswer, seriesOf } from "./series";
import { WITHOUT_BUNDLE } from "./without-bundle";

/**
 * One signal of the scope's tenant over a range.
 * @param without the lines that this capability doesn't have, as signal/line
 * @returns the series, or why they can't be had, with the last ones of this process
 * @throws where the database can't be asked for the bundle
 */
export async function readSeries(
  scope: TenantScope,
  signal: SignalId,
  range: RangeId,
  without: readonly string[],
  nowMs: number,
): Promise<SeriesAnswer> {
  const applied = await readBundle();
  if (!applied) return { ok: false, failure: WITHOUT_BUNDLE, last: null };
  const bundle = applicableTo(applied, without);
  const sources = { bundle, tenantLabel: environment().TENANT_LABEL, prometheus: prometheus() };
  return seriesOf(sources, scope, signal, range, nowMs);
}
