import { applicableTo } from "@/lib/catalogue/applicable";
import { catalogueStore } from "@/lib/catalogue/store";
import { systemClock } from "@/lib/infra/clock";
import { environment } from "@/lib/infra/env";
import type { TenantScope } from "@/lib/tenant/scope";
import { editViews, thresholdLines } from "@/lib/thresholds/lines";
import { thresholdStore } from "@/lib/thresholds/store";
import type { ThresholdLine, ThresholdsView } from "@/lib/thresholds/view";

/**
 * What the scope's tenant is watched by, and who changed it when.
 * @param without the lines that this capability doesn't have, as signal/line
 * @returns null before the definitions were first applied
 * @throws where the database can't be asked
 */
export async function readThresholds(
  scope: TenantScope,
  without: readonly string[],
): Promise<ThresholdsView | null> {
  const [bundle, settings, pending] = await Promise.all([
    catalogueStore.readBundle(),
    thresholdStore.readSettings(scope),
    thresholdStore.readPendingPreviews(scope, systemClock.nowMs()),
  ]);
  // After what is pending: a preview that is recorded meanwhile is then known rather than neither.
  const edits = await thresholdStore.readEdits(scope);
  if (!bundle) return null;
  const lines = thresholdLines(applicableTo(bundle, without), settings);
  return {
    tenantId: scope.tenantId,
    lines,
    edits: editViews(lines, edits, pending),
    intervalSeconds: environment().EVALUATION_INTERVAL_SECONDS,
    scrapeIntervalSeconds: bundle.scrapeIntervalSeconds,
  };
}

/** One judged line of the scope's tenant; null where it has none of that name. */
export async function readThresholdLine(
  scope: TenantScope,
  without: readonly string[],
  name: { signal: string; line: string },
): Promise<ThresholdLine | null> {
  const [bundle, settings] = await Promise.all([
    catalogueStore.readBundle(),
    thresholdStore.readSettings(scope),
  ]);
  if (!bundle) return null;
  const lines = thresholdLines(applicableTo(bundle, without), settings);
  return lines.find(({ signal, line }) => signal === name.signal && line === name.line) ?? null;
}
