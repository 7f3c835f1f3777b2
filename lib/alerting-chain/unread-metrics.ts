import type { Alerting } from "./view";

/**
 * The chain of a view that could not read any of its lines. The evaluator finds that out in its next cycle; until then its last good
 * one is no proof that it can read them, so the view says of both the same.
 * @param reason why, as the view says it; null: some line could be read, and the chain stays as it is
 * @param atMs since when, in ms, where the chain was whole and no good cycle is known
 */
export function withUnreadMetrics(alerting: Alerting, reason: string | null, atMs: number): Alerting {
  const metrics = alerting.links.find(({ id }) => id === "metrics");
  if (reason === null || !metrics?.ok) return alerting;
  return {
    trustworthy: false,
    degradedSinceMs: Math.min(alerting.degradedSinceMs ?? Number.POSITIVE_INFINITY, metrics.atMs ?? atMs),
    links: alerting.links.map((link) => (link === metrics ? { ...link, ok: false, reason } : link)),
  };
}
