/** Transport failures in a row that open the breaker. One alone may be a relay that is just restarting. */
const OPENS_AFTER = 3;
/** One probe per this time while the relay is in trouble. */
export const PROBE_INTERVAL_MS = 30_000;

/** The circuit breaker of one relay. While it isn't closed, one try at a time finds out whether the relay is back. */
export type Breaker =
  | { state: "closed"; failures: number }
  | { state: "open"; sinceMs: number; probeAtMs: number }
  | { state: "probing"; sinceMs: number; startedAtMs: number };

/** proof: the relay answered for itself, be it with a refusal of one recipient. unclear: no reply, which proves neither. */
export type BreakerEvent = "proof" | "trouble" | "unclear" | "probe-started";

export const CLOSED: Breaker = { state: "closed", failures: 0 };

/** What may be sent now. */
export function permitted(breaker: Breaker, nowMs: number): "all" | "probe" | "none" {
  if (breaker.state === "closed") return "all";
  if (breaker.state === "open") return nowMs >= breaker.probeAtMs ? "probe" : "none";
  // A probe whose end was never reported must not hold mail back for ever.
  return nowMs >= breaker.startedAtMs + 4 * PROBE_INTERVAL_MS ? "probe" : "none";
}

/** The breaker after an event. Mails that were in flight when it opened may still report: late trouble changes nothing. */
export function nextBreaker(breaker: Breaker, event: BreakerEvent, nowMs: number): Breaker {
  if (event === "proof") return CLOSED;
  if (event === "probe-started") {
    return breaker.state === "closed"
      ? breaker
      : { state: "probing", sinceMs: breaker.sinceMs, startedAtMs: nowMs };
  }
  if (breaker.state === "probing") {
    return { state: "open", sinceMs: breaker.sinceMs, probeAtMs: nowMs + PROBE_INTERVAL_MS };
  }
  if (breaker.state === "open" || event === "unclear") return breaker;
  const failures = breaker.failures + 1;
  if (failures < OPENS_AFTER) return { state: "closed", failures };
  return { state: "open", sinceMs: nowMs, probeAtMs: nowMs + PROBE_INTERVAL_MS };
}
