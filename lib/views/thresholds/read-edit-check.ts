import { catalogueStore } from "@/lib/catalogue/store";
import { healthInstant } from "@/lib/evaluation/grid";
import { WITHOUT_BUNDLE } from "@/lib/evaluation/without-bundle";
import { environment } from "@/lib/infra/env";
import type { Answer } from "@/lib/prometheus/answer";
import { prometheus } from "@/lib/prometheus/client";
import type { TenantScope } from "@/lib/tenant/scope";
import { askHighest } from "@/lib/thresholds/ask-highest";
import { type CheckedEdit, checkEdit, type EditDraft } from "@/lib/thresholds/edit";
import type { ThresholdLine } from "@/lib/thresholds/view";

/** A threshold is saved all the same: its owner may need it most while the metrics are away. */
const UNCHECKED = "Whether values can be that high wasn't checked.";

/**
 * Judges what an owner wants to save, also by what the store has now of the scope's tenant: a threshold above the highest value that
 * the line can have is refused. The store is asked once, within the client's deadline, and not at all for an alert that is off.
 * @returns `unchecked`: in words, why the store couldn't be asked; null where it was, or needn't be
 * @throws where the database can't be asked for the bundle
 */
export async function readEditCheck(
  scope: TenantScope,
  line: ThresholdLine,
  draft: EditDraft,
  nowMs: number,
): Promise<{ checked: CheckedEdit; unchecked: string | null }> {
  const alone = checkEdit(draft, line);
  if (!alone.ok || !alone.edit.enabled) return { checked: alone, unchecked: null };
  const highest = await readHighest(scope, line, nowMs);
  if (!highest.ok) return { checked: alone, unchecked: `${UNCHECKED} ${highest.failure.message}` };
  return { checked: checkEdit(draft, { ...line, highest: highest.data }), unchecked: null };
}

async function readHighest(
  scope: TenantScope,
  line: ThresholdLine,
  nowMs: number,
): Promise<Answer<number | null>> {
  const bundle = await catalogueStore.readBundle();
  if (!bundle) return { ok: false, failure: WITHOUT_BUNDLE, last: null };
  const sources = { bundle, tenantLabel: environment().TENANT_LABEL, prometheus: prometheus() };
  return askHighest(sources, scope, line, healthInstant(nowMs, bundle.scrapeIntervalSeconds));
}
