import { askSome } from "@/alerting/fleet/some-tenants";
import type { Budget, TimeLimit } from "@/alerting/runtime/budget";
import type { Alert } from "@/lib/alerts/alert";
import type { Evidence } from "@/lib/attribution/evidence";
import type { Bundle } from "@/lib/catalogue/bundle";
import { log } from "@/lib/infra/log";
import type { Fleet } from "@/lib/prometheus/fleet";
import { fleetQuery } from "@/lib/promql/fleet";

const TRAFFIC_SECONDS = 600;
const EARLIER_MS = [20 * 60_000, 60 * 60_000];
/** Breaches that are reported in one slot began in at most so many slots; the traffic of further ones isn't known. */
const ONSETS_AT_MOST = 6;
/** For more tenants than this everybody is asked at once: one question in place of many with their names. */
const NAMED_AT_MOST = 250;

/** evidenceWithinMs: all questions are given up after this. */
type TrafficOptions = { fleet: Fleet; label: string; evidenceWithinMs: number };

type TrafficOf = (alert: Alert) => Evidence["traffic"];

/**
 * Requests a second in the ten minutes before each breach, and in ten minutes of the hour before. Asked for all tenants whose breach
 * began at the same instant at once, so that a slot in which everybody fires asks as little as one with a few.
 *
 * Not known where an hour ago nothing was counted yet: a capability that has just begun has no ordinary traffic.
 */
export async function trafficAround(
  options: TrafficOptions,
  { bundle, budget }: { bundle: Bundle; budget: Budget },
  alerts: readonly Alert[],
): Promise<TrafficOf> {
  const traffic = bundle.signals["error-rate"].traffic ?? bundle.signals.latency.traffic;
  if (!traffic || alerts.length === 0) return () => null;
  const byOnset = new Map<number, Set<string>>();
  for (const { breachedAtMs, tenantId } of alerts)
    byOnset.set(breachedAtMs, (byOnset.get(breachedAtMs) ?? new Set()).add(tenantId));
  const onsets = [...byOnset].sort(([, a], [, b]) => b.size - a.size).slice(0, ONSETS_AT_MOST);
  const known = await budget("traffic", options.evidenceWithinMs, async (limit) => {
    const asked = onsets.map(async ([onsetMs, tenants]) => {
      const at = (beforeMs: number) =>
        perSecond(options, traffic.query, [...tenants], onsetMs - beforeMs, limit);
      return [onsetMs, await Promise.all([0, ...EARLIER_MS].map(at))] as const;
    });
    return new Map(await Promise.all(asked));
  });
  return ({ tenantId, breachedAtMs }) => {
    const [atOnset, ...earlier] = (known.get(breachedAtMs) ?? []).map((by) => by.get(tenantId));
    const before = earlier.filter((each) => each !== undefined);
    if (atOnset === undefined || before.length < EARLIER_MS.length) return null;
    return { before: before.reduce((sum, each) => sum + each, 0) / before.length, atOnset };
  };
}

/** By tenant. A tenant that isn't in it has no such series, or could not be asked. */
async function perSecond(
  { fleet, label }: Pick<TrafficOptions, "fleet" | "label">,
  template: string,
  tenantIds: readonly string[],
  atMs: number,
  limit: TimeLimit,
): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  const take = (tenantId: string, value: number) => {
    if (Number.isFinite(value) && !found.has(tenantId)) found.set(tenantId, value / TRAFFIC_SECONDS);
  };
  try {
    if (tenantIds.length > NAMED_AT_MOST) {
      const query = fleetQuery(template, { label, windowSeconds: TRAFFIC_SECONDS });
      const answer = await fleet.ask(query, atMs, limit.signal);
      for (const { tenantId, value } of answer.ok ? answer.samples : []) take(tenantId, value);
    } else {
      const question = { template, windowSeconds: TRAFFIC_SECONDS, tenantIds };
      for (const [tenantId, samples] of await askSome(fleet, question, { label, atMs, limit }))
        for (const { value } of samples) take(tenantId, value);
    }
  } catch (error) {
    log.error({ err: error, query: template }, "Traffic can't be asked for all tenants.");
  }
  return found;
}
