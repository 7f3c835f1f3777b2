import { readBundle } from "@/lib/definitions/store";
import { environment } from "@/lib/env";
import { prometheus } from "@/lib/prometheus/client";
import type { TenantScope } from "@/lib/tenancy/scope";
import type { SignalId } from "./bundle";
import type { RangeId } from "./ranges";
import { type SeriesAnswer, seriesOf } from "./series";
import { WITHOUT_BUNDLE } from "./without-bundle";

/**
 * One signal of the scope's tenant over a range.
 * @returns the series, or why they can't be had, with the last ones of this process
 * @throws where the database can't be asked for the bundle
 */
export async function readSeries(
  scope: TenantScope,
  signal: SignalId,
  range: RangeId,
  nowMs: number,
): Promise<SeriesAnswer> {
  const bundle = await readBundle();
  if (!bundle) return { ok: false, failure: WITHOUT_BUNDLE, last: null };
  const sources = { bundle, tenantLabel: environment().TENANT_LABEL, prometheus: prometheus() };
  return seriesOf(sources, scope, signal, range, nowMs);
}
