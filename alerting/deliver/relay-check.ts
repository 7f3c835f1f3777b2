import { withDeadline } from "@/alerting/runtime/deadline";
import { type Breaker, type BreakerEvent, CLOSED, nextBreaker, permitted } from "@/lib/delivery/smtp/breaker";
import type { SmtpOutcome } from "@/lib/delivery/smtp/outcome";
import type { Outbox } from "@/lib/delivery/store";
import { log } from "@/lib/infra/log";
import type { Relay } from "./relay";

/** Nothing heard of a relay for this long: it is asked, so that a quiet night isn't mistaken for a working relay. */
const QUIET_MS = 300_000;
/** After trouble it is asked again this soon, so that the breaker opens within minutes even when there is nothing to send. */
const AFTER_TROUBLE_MS = 30_000;
/** Good news is written down no more often than this. */
const RECORD_EVERY_MS = 30_000;

/** What this process knows of its relay: the breaker, when it was last heard, and the record that the pages read. */
export type RelayWatch = {
  breaker(): Breaker["state"];
  /** What the relay did or said last, where that was trouble; null: it works, or was never asked. Without addresses. */
  trouble(): string | null;
  /** What may be sent now. Whoever takes the probe says so by probing(). */
  permitted(): "all" | "probe" | "none";
  probing(): void;
  /** Whether the relay should be asked by check(): it never was heard of, was quiet for 5 min, or was in trouble 30 s ago. */
  checkDue(): boolean;
  /** Connects and logs in, sends nothing, and learns from it. It proves no more than that. */
  check(timeoutMs: number, stop: AbortSignal): Promise<void>;
  /** Learns from a try, and records what changed. Never throws: a database that is away is told at the next try. */
  learn(outcome: SmtpOutcome): Promise<void>;
};

const eventOf = (outcome: SmtpOutcome): BreakerEvent =>
  outcome.class === "transport" ? "trouble" : outcome.class === "ambiguous" ? "unclear" : "proof";

/** A relay may name the recipient in its reply, whom the operator's log doesn't need to know. */
const withoutAddresses = (words: string) => words.replace(/[^\s<>"'(),;:]+@[^\s<>"'(),;:]+/g, "…");

/** @param clock one that doesn't jump */
export function watchRelay(relay: Relay, outbox: Outbox, clock: { nowMs(): number }): RelayWatch {
  let breaker: Breaker = CLOSED;
  let heard: { atMs: number; ok: boolean; words: string } | null = null;
  let writing = Promise.resolve();
  let recorded: { atMs: number; ok: boolean; breaker: string } | null = null;

  async function take(event: BreakerEvent, words: string): Promise<void> {
    const nowMs = clock.nowMs();
    const before = breaker;
    breaker = nextBreaker(breaker, event, nowMs);
    if (breaker.state !== before.state) {
      log.warn(
        { relay: relay.name, from: before.state, to: breaker.state },
        "The relay's circuit breaker turned.",
      );
    }
    if (event === "unclear") return; // a lost reply proves nothing either way
    const ok = event === "proof";
    if (heard?.ok !== ok && !ok)
      log.warn({ relay: relay.name, reason: withoutAddresses(words) }, "The relay takes no mail.");
    heard = { atMs: nowMs, ok, words };
    const isNews = recorded?.ok !== ok || recorded.breaker !== breaker.state;
    if (ok && !isNews && nowMs - (recorded?.atMs ?? 0) < RECORD_EVERY_MS) return;
    recorded = { atMs: nowMs, ok, breaker: breaker.state };
    const record = { relay: relay.name, ok, reason: ok ? null : words, breaker: breaker.state };
    // One after the other: the newest record is what the pages believe.
    writing = writing.then(() => write(record, ok && before.state !== "closed"));
    await writing;
  }

  async function write(record: Parameters<Outbox["recordRelay"]>[0], isBack: boolean): Promise<void> {
    try {
      await outbox.recordRelay(record);
      // Whatever waits out a backoff only because of the relay goes now, or a night's queue would take another hour.
      if (isBack) await outbox.retryTransportNow();
    } catch (error) {
      recorded = null;
      log.error({ relay: relay.name, err: error }, "What the relay did could not be recorded.");
    }
  }

  return {
    breaker: () => breaker.state,
    trouble: () => (heard && !heard.ok ? withoutAddresses(heard.words) : null),
    permitted: () => permitted(breaker, clock.nowMs()),
    probing: () => {
      breaker = nextBreaker(breaker, "probe-started", clock.nowMs());
    },
    checkDue: () => heard === null || clock.nowMs() - heard.atMs >= (heard.ok ? QUIET_MS : AFTER_TROUBLE_MS),
    check: async (timeoutMs, stop) => {
      const trouble = await withDeadline(timeoutMs, stop, relay.verify);
      if (!stop.aborted) await take(trouble ? "trouble" : "proof", trouble?.words ?? "");
    },
    learn: (outcome) => take(eventOf(outcome), outcome.words),
  };
}
