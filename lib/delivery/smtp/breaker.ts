/** Failures in a row that open the breaker. One alone may be a relay that is just restarting. */
const OPENS_AFTER = 3;
/** One probe per this time while the relay is failing. */
export const PROBE_INTERVAL_MS = 30_000;

/** Set where the connection and the login work, and MAIL FROM is refused. */
type Cause = { cause?: "sender" };

/** The circuit breaker of one relay. While it isn't closed, one try at a time finds out whether the relay is back. */
export type Breaker =
  | ({ state: "closed"; failures: number } & Cause)
  | ({ state: "open"; sinceMs: number; probeAtMs: number } & Cause)
  | ({ state: "probing"; sinceMs: number; startedAtMs: number } & Cause);

/**
 * proof: it accepted a mail, or refused a recipient because of the recipient. answered: it took connection, login and sender, and
 * refused a recipient or a content for whatever reason. connects: connection and login work, no more is known. not-asked: the same, as
 * the relay was asked nothing about the mail. trouble: no connection or no login. sender-refused: MAIL FROM failed. unclear: a lost
 * reply, which proves nothing.
 */
export type BreakerEvent =
  | "proof"
  | "answered"
  | "connects"
  | "not-asked"
  | "trouble"
  | "sender-refused"
  | "unclear"
  | "probe-started";

export const CLOSED: Breaker = { state: "closed", failures: 0 };

/** What may be sent now. */
export function permitted(breaker: Breaker, nowMs: number): "all" | "probe" | "none" {
  if (breaker.state === "closed") return "all";
  if (breaker.state === "open") return nowMs >= breaker.probeAtMs ? "probe" : "none";
  // A probe whose end was never reported must not hold mail back for ever.
  return nowMs >= breaker.startedAtMs + 4 * PROBE_INTERVAL_MS ? "probe" : "none";
}

/** The breaker after an event. Mails that were in flight when it opened may still report: a late failure changes nothing. */
export function nextBreaker(breaker: Breaker, event: BreakerEvent, nowMs: number): Breaker {
  // Whatever is refused after a recipient was named keeps nobody else's mail: each waits out its own backoff.
  if (event === "proof" || event === "answered") return CLOSED;
  // A connection that works is no proof against a refused MAIL FROM.
  if ((event === "connects" || event === "not-asked") && breaker.cause !== "sender") return CLOSED;
  if (event === "probe-started") {
    if (breaker.state === "closed") return breaker;
    return { state: "probing", sinceMs: breaker.sinceMs, startedAtMs: nowMs, ...causeOf(breaker) };
  }
  const isTrouble = event === "trouble" || event === "sender-refused";
  const cause =
    event === "sender-refused" ? ({ cause: "sender" } as const) : isTrouble ? {} : causeOf(breaker);
  // Else the mails of one owner that this relay can't be asked about would take the probes of all.
  const probeAtMs = event === "not-asked" ? nowMs : nowMs + PROBE_INTERVAL_MS;
  if (breaker.state === "probing") return { state: "open", sinceMs: breaker.sinceMs, probeAtMs, ...cause };
  if (breaker.state === "open" || !isTrouble) return breaker;
  const failures = breaker.failures + 1;
  if (failures < OPENS_AFTER) return { state: "closed", failures, ...cause };
  return { state: "open", sinceMs: nowMs, probeAtMs, ...cause };
}

const causeOf = ({ cause }: Breaker): Cause => (cause === undefined ? {} : { cause });
