import type { AlertView } from "@/lib/alerts/view";
import { isLineOfPods } from "@/lib/catalogue/bundle";
import { catalogueStore } from "@/lib/catalogue/store";
import { askFor } from "@/lib/evaluation/ask";
import { healthInstant } from "@/lib/evaluation/grid";
import { type ListedWaiting, waitingOf } from "@/lib/evaluation/waiting";
import { slotAt } from "@/lib/infra/clock";
import { environment } from "@/lib/infra/env";
import type { Failure } from "@/lib/prometheus/answer";
import { prometheus } from "@/lib/prometheus/client";
import type { TenantScope } from "@/lib/tenant/scope";

/** What kept pods from running at an instant: now for an alert that is open, else when it fired. */
export type AlertWaiting = { atMs: number; isNow: boolean } & (
  | { listed: ListedWaiting; failure: null }
  | { listed: null; failure: Failure }
);

/**
 * What explains an alert on the scope's pods. One question, with the client's deadline.
 * @returns null where the alert isn't about pods, or the bundle has no question for it
 * @throws where the database can't be asked for the bundle
 */
export async function readAlertWaiting(
  scope: TenantScope,
  { signal: signalId, line, firedAtMs, ended }: Pick<AlertView, "signal" | "line" | "firedAtMs" | "ended">,
  nowMs: number,
): Promise<AlertWaiting | null> {
  const bundle = await catalogueStore.readBundle();
  const template = bundle?.runtime.waiting;
  if (!bundle || template === undefined) return null;
  const { lines, windowSeconds } = bundle.signals[signalId];
  if (!isLineOfPods(signalId, lines, { id: line })) return null;
  const { scrapeIntervalSeconds } = bundle;
  const isNow = ended === null;
  const atMs = isNow ? healthInstant(nowMs, scrapeIntervalSeconds) : slotAt(firedAtMs, scrapeIntervalSeconds);
  const ask = askFor({ bundle, tenantLabel: environment().TENANT_LABEL, prometheus: prometheus() }, scope);
  const answer = await ask.instant(template, windowSeconds, atMs);
  if (!answer.ok) return { atMs, isNow, listed: null, failure: answer.failure };
  return { atMs, isNow, listed: waitingOf(answer.data), failure: null };
}
