import { slotAt } from "@/lib/clock";
import { readBundle } from "@/lib/definitions/store";
import { environment } from "@/lib/env";
import type { Answer } from "@/lib/prometheus/answer";
import { prometheus } from "@/lib/prometheus/client";
import type { TenantScope } from "@/lib/tenancy/scope";
import { thresholdEditEvents } from "@/lib/thresholds/edit-events";
import { readEdits } from "@/lib/thresholds/store";
import { askFor } from "./ask";
import { askEvents } from "./ask-events";
import { mapAnswer } from "./combine";
import { eventStepSeconds } from "./grid";
import type { CapabilityEvent } from "./view";
import { WITHOUT_BUNDLE } from "./without-bundle";

const RECENT_SECONDS = 86_400;

/**
 * The deployments, restarts and threshold edits of the scope's tenant in the last 24 hours, newest first.
 * @throws where the database can't be asked for the bundle and the edits
 */
export async function readRecentEvents(
  scope: TenantScope,
  nowMs: number,
): Promise<Answer<CapabilityEvent[]>> {
  const [bundle, edits] = await Promise.all([
    readBundle(),
    readEdits(scope, { sinceMs: nowMs - RECENT_SECONDS * 1000 }),
  ]);
  if (!bundle) return { ok: false, failure: WITHOUT_BUNDLE, last: null };
  const ask = askFor({ bundle, tenantLabel: environment().TENANT_LABEL, prometheus: prometheus() }, scope);
  const arrivedMs = nowMs - bundle.scrapeIntervalSeconds * 1000;
  const toMs = slotAt(arrivedMs, eventStepSeconds(RECENT_SECONDS));
  const answer = await askEvents(ask, bundle, toMs, RECENT_SECONDS);
  return mapAnswer(answer, (events) =>
    [...events, ...thresholdEditEvents(bundle, edits)].sort((a, b) => b.atMs - a.atMs),
  );
}
