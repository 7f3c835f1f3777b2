import type { AlertView } from "@/lib/alerts/view";
import { catalogueStore } from "@/lib/catalogue/store";
import { lineKeyOf } from "@/lib/evaluation/effective";
import { slotAt } from "@/lib/infra/clock";
import { environment } from "@/lib/infra/env";
import { prometheus } from "@/lib/prometheus/client";
import type { TenantScope } from "@/lib/tenant/scope";
import { worstPartInWords } from "@/lib/wording/breakdown-words";
import { askBreakdown } from "../health/ask-breakdown";

/**
 * The worst part of an alert's line at the instant at which it fired, in words, as far back as the metrics store remembers.
 * @returns null where nothing is known of it, or there is only one part
 * @throws where the database can't be asked for the bundle
 */
export async function readAlertWorstPart(
  scope: TenantScope,
  { signal: id, line, firedAtMs, threshold }: Pick<AlertView, "signal" | "line" | "firedAtMs" | "threshold">,
): Promise<string | null> {
  const bundle = await catalogueStore.readBundle();
  const signal = bundle?.signals[id];
  const definition = signal?.lines.find((each) => each.id === line);
  if (!bundle || !signal || !definition) return null;
  const sources = { bundle, tenantLabel: environment().TENANT_LABEL, prometheus: prometheus() };
  const asOf = { key: lineKeyOf(id, line), atMs: slotAt(firedAtMs, bundle.scrapeIntervalSeconds) };
  const answer = await askBreakdown(sources, scope, { signal, definition, threshold }, asOf);
  return answer?.kind === "parts" ? worstPartInWords(answer.breakdown, signal.unit) : null;
}
