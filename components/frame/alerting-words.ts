import type { Alerting } from "@/lib/alerting-chain/view";

type Link = Alerting["links"][number];

/** What each link of the chain is called on the page. */
export const LINK_WORDS: Record<Link["id"], string> = {
  metrics: "metrics",
  evaluator: "evaluator",
  queue: "queue",
  relay: "relay",
  address: "your address",
};

/**
 * How alerting stands. An installation whose evaluator has never run sends no alerts at all: that is a plain fact, not a
 * fault. Anything else that isn't trustworthy is degraded, and silence is then no reassurance.
 */
export function alertingState(alerting: Alerting): "on" | "off" | "degraded" {
  if (alerting.trustworthy) return "on";
  const evaluator = alerting.links.find(({ id }) => id === "evaluator");
  return evaluator && !evaluator.ok && evaluator.atMs === null ? "off" : "degraded";
}

/**
 * What the details say of a link.
 * @param stale the view is no longer the present, so that nothing is said of now
 */
export function linkDetail({ ok, reason }: Pick<Link, "ok" | "reason">, stale: boolean): string {
  const words = reason ?? (ok ? "Works." : "Does not work.");
  return stale ? `Last known: ${words}` : words;
}

/** The plain sentence for each standing. */
export const ALERTING_STATE_WORDS: Record<ReturnType<typeof alertingState>, string> = {
  on: "All five alerting steps work.",
  off: "This installation sends no alerts yet.",
  degraded: "Degraded: no alert doesn't mean healthy.",
};
