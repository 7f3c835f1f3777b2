import { alertStore } from "@/lib/alerts/store";
import type { AlertView } from "@/lib/alerts/view";
import type { Bundle } from "@/lib/catalogue/bundle";
import { catalogueStore } from "@/lib/catalogue/store";
import { askFor, type SignalSources } from "@/lib/evaluation/ask";
import { lineKeyOf } from "@/lib/evaluation/effective";
import { deploymentsOf } from "@/lib/evaluation/events";
import type { BadPart } from "@/lib/evaluation/parts";
import { slotAt } from "@/lib/infra/clock";
import { environment } from "@/lib/infra/env";
import { withinMs } from "@/lib/infra/within";
import { prometheus } from "@/lib/prometheus/client";
import type { TenantScope } from "@/lib/tenant/scope";
import { partInWords } from "@/lib/wording/part-words";

/** The last deployment in the day before a breach began. unknown: nobody could be asked. */
export type ReleaseBefore =
  | { kind: "deployed"; version: string; atMs: number }
  | { kind: "none" | "unknown" };

const DAY_SECONDS = 86_400;
const SLOT_SECONDS = 60;
/** The store has a deployment only once it was scraped, which may be after the breach that it caused. */
const SCRAPED_WITHIN_SECONDS = 120;
/** The page of an alert waits so long for what its other parts don't need. */
const WAIT_AT_MOST_MS = 1_000;

/**
 * What is passed on of an alert beside what its page has: the release before it, and the parts that breach now.
 * @throws where the database can't be asked
 */
export async function readPassOn(
  scope: TenantScope,
  alert: AlertView,
): Promise<{ release: ReleaseBefore; badParts: string[] }> {
  const bundle = await catalogueStore.readBundle();
  if (!bundle) return { release: { kind: "unknown" }, badParts: [] };
  const sources = { bundle, tenantLabel: environment().TENANT_LABEL, prometheus: prometheus() };
  const [release, judgements] = await Promise.all([
    releaseBefore(sources, scope, alert.breachedAtMs),
    alert.ended ? [] : alertStore.readJudgements(scope),
  ]);
  const key = lineKeyOf(alert.signal, alert.line);
  const badParts = judgements.find(({ lineKey }) => lineKey === key)?.badParts ?? [];
  return { release, badParts: partsInWords(bundle, alert, badParts) };
}

/**
 * The last deployment in the 24 hours before an instant: one question.
 * @param waitMs how long its answer is waited for
 */
export async function releaseBefore(
  sources: SignalSources,
  scope: TenantScope,
  atMs: number,
  waitMs = WAIT_AT_MOST_MS,
): Promise<ReleaseBefore> {
  const slotMs = slotAt(atMs + SCRAPED_WITHIN_SECONDS * 1000, SLOT_SECONDS);
  const { deployments } = sources.bundle.events;
  const windowSeconds = DAY_SECONDS + SCRAPED_WITHIN_SECONDS;
  const answer = await withinMs(askFor(sources, scope).instant(deployments, windowSeconds, slotMs), waitMs);
  if (!answer?.ok) return { kind: "unknown" };
  const last = deploymentsOf(answer.data).findLast(
    (each) => each.atMs <= atMs && each.atMs > atMs - DAY_SECONDS * 1000,
  );
  return last ? { kind: "deployed", version: last.version, atMs: last.atMs } : { kind: "none" };
}

/** Those that are seen outside the threshold, the worst first. */
function partsInWords(
  { signals }: Bundle,
  { signal, line, worse }: AlertView,
  badParts: readonly BadPart[],
): string[] {
  const by = signals[signal].lines.find(({ id }) => id === line)?.parts?.by ?? [];
  return badParts
    .filter(({ absentSinceMs, goodSinceMs }) => absentSinceMs === null && goodSinceMs === undefined)
    .sort((a, b) => (worse === "higher" ? b.worst - a.worst : a.worst - b.worst))
    .map(({ name }) => partInWords(by, name));
}
