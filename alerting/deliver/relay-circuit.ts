import { type Breaker, type BreakerEvent, CLOSED, nextBreaker, permitted } from "@/lib/delivery/smtp/breaker";
import type { RelayRefusals } from "@/lib/delivery/smtp/relay-refusals";

/** What may be sent to one relay: its breaker, together with what this process knows of refusals and other workers know of the relay. */
export type RelayCircuit = {
  /** open also while the relay refuses everybody; closed while it accepts another worker's mails. */
  state(): Breaker["state"];
  /** What may be sent now. A caller that takes the probe says so by probing(). */
  permitted(): "all" | "probe" | "none";
  probing(): void;
  take(event: BreakerEvent): void;
  /** Whether the relay refuses everybody, as far as this process and the other workers know. */
  refusesEverybody(): boolean;
  isAcceptedElsewhere(): boolean;
  /**
   * The connection works again.
   * @param isAcceptedWithin whether any worker's mail was accepted by this very relay within so many milliseconds: while a change of
   *   SMTP_URL reaches one worker after the other, another relay's acceptance says nothing of this one
   */
  askOthers(isAcceptedWithin: (ms: number) => Promise<boolean>): Promise<void>;
};

/** Whether an event only proves that connection and login work. */
export const onlyConnects = (event: BreakerEvent): boolean => event === "connects" || event === "not-asked";

/** The circuit of one relay, in memory. @param clock one that doesn't jump */
export function createRelayCircuit(clock: { nowMs(): number }, refusals: RelayRefusals): RelayCircuit {
  let breaker: Breaker = CLOSED;
  /**
   * Since this worker's trouble the relay has accepted another worker's mail, and this one's connection works. Nothing is said against
   * the relay then; but until it takes a mail of this worker's, one at a time is tried.
   */
  let isAcceptedElsewhere = false;
  let troubleAtMs = clock.nowMs();
  return {
    state: () => {
      if (isAcceptedElsewhere) return "closed";
      return breaker.state === "closed" && refusals.refusesEverybody() ? "open" : breaker.state;
    },
    permitted: () => permitted(breaker, clock.nowMs()),
    probing: () => {
      breaker = nextBreaker(breaker, "probe-started", clock.nowMs());
    },
    take: (event) => {
      const nowMs = clock.nowMs();
      if (!onlyConnects(event)) isAcceptedElsewhere = false;
      if (!onlyConnects(event) && event !== "proof") troubleAtMs = nowMs;
      breaker = nextBreaker(breaker, event, nowMs);
    },
    refusesEverybody: () => refusals.refusesEverybody() && !isAcceptedElsewhere,
    isAcceptedElsewhere: () => isAcceptedElsewhere,
    askOthers: async (isAcceptedWithin) => {
      // A database that is away must not leave the probe open, which would keep all mail.
      isAcceptedElsewhere = await isAcceptedWithin(clock.nowMs() - troubleAtMs).catch(() => false);
    },
  };
}
