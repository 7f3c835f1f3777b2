import { applicableTo } from "@/lib/catalogue/applicable";
import { catalogueStore } from "@/lib/catalogue/store";
import { environment } from "@/lib/infra/env";
import type { TenantScope } from "@/lib/tenant/scope";
import { type ThresholdExport, thresholdExport } from "@/lib/thresholds/export";
import { thresholdLines } from "@/lib/thresholds/lines";
import { thresholdStore } from "@/lib/thresholds/store";

/**
 * What the scope's tenant can take along of its thresholds.
 * @param without the lines that this capability doesn't have, as signal/line
 * @returns null before the definitions were first applied
 * @throws where the database can't be asked
 */
export async function readThresholdExport(
  scope: TenantScope,
  without: readonly string[],
): Promise<ThresholdExport | null> {
  const [applied, settings] = await Promise.all([
    catalogueStore.readBundle(),
    thresholdStore.readSettings(scope),
  ]);
  if (!applied) return null;
  const bundle = applicableTo(applied, without);
  const { TENANT_LABEL: label, EVALUATION_INTERVAL_SECONDS: intervalSeconds } = environment();
  return thresholdExport(bundle, thresholdLines(bundle, settings), scope, { label, intervalSeconds });
}
