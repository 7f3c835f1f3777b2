import { mailsRenderedTotal } from "@/alerting/runtime/metrics";
import type { LeasedMail, MailState } from "@/lib/delivery/mail";
import type { SmtpOutcome } from "@/lib/delivery/smtp/outcome";
import { log } from "@/lib/infra/log";
import type { Attempts } from "./attempt";
import type { Try } from "./places";

export type InFlightOptions = Attempts & {
  /** Takes in what a try says of the relay, and writes down what changed. */
  learn(mail: LeasedMail, outcome: SmtpOutcome): Promise<void>;
  /** Takes back that an address is bad, if the relay turned out to refuse everybody. */
  doubt(recipient: string): Promise<void>;
  /** Takes note of what the relay has taken, before that is recorded. */
  remember?(mail: LeasedMail, words: string): void;
  /** A connection or an order came free. */
  hint(): void;
  /** Called after each try was recorded; state is null where the lease had been lost. */
  onOutcome?: (mail: LeasedMail, outcome: SmtpOutcome, state: MailState | null) => void;
};

/** A try that takes longer is slow. Relays answer within a second, unless they ask the recipient's server first. */
const SLOW_MS = 1_500;

export type InFlight = {
  /**
   * Tries a mail and records what came of it. It never throws: what can't be recorded is logged.
   * @param isReserved whether it has a place that is reserved for mails to others than the slow recipients
   */
  begin(mail: LeasedMail, leaseEndsAtMs: number, isReserved: boolean): void;
  /** Mails that have a connection now. */
  tries(): readonly Try[];
  /** Mails that are tried or recorded now. */
  size(): number;
  /** Once all of them have ended, those that begin meanwhile as well. */
  ended(): Promise<void>;
};

/** The mails that are being tried, or whose outcome is being recorded. */
export function createInFlight({
  attempt,
  record,
  learn,
  doubt,
  remember,
  hint,
  onOutcome,
}: InFlightOptions): InFlight {
  const works = new Set<Promise<void>>();
  const tries = new Set<Try>();

  /** @returns what ends the try */
  function enter({ tenantId, recipient }: LeasedMail, isReserved: boolean): () => void {
    const own: Try = { tenantId, recipient, isSlow: false, isReserved };
    tries.add(own);
    const slow = () => {
      own.isSlow = true;
      hint(); // another may be tried beside it
    };
    const timer = setTimeout(slow, SLOW_MS).unref();
    return () => {
      clearTimeout(timer);
      tries.delete(own);
      hint(); // its connection is free while the outcome is being recorded
    };
  }

  async function deliver(mail: LeasedMail, leaseEndsAtMs: number, isReserved: boolean): Promise<void> {
    if (mail.isShort) {
      log.warn(
        { mail: mail.id, tenant: mail.tenantId, kind: mail.kind },
        "A mail was not rendered in time; it leaves as its short text.",
      );
      mailsRenderedTotal.inc({ form: "short" });
    }
    const leave = enter(mail, isReserved);
    const outcome = await attempt(mail, leaseEndsAtMs).finally(leave);
    if (outcome === null) return;
    if (outcome.class === "accepted") remember?.(mail, outcome.words);
    const learned = learn(mail, outcome);
    const state = await record(mail, outcome, leaseEndsAtMs);
    if (outcome.class === "bad-address") await doubt(mail.recipient);
    const { class: word, replyCode, enhancedCode } = outcome;
    const { id, tenantId, kind, attempts } = mail;
    log.info(
      { mail: id, tenant: tenantId, kind, attempts, outcome: word, replyCode, enhancedCode, state },
      "A mail was tried.",
    );
    onOutcome?.(mail, outcome, state);
    await learned;
  }

  function begin(mail: LeasedMail, leaseEndsAtMs: number, isReserved: boolean): void {
    const work = deliver(mail, leaseEndsAtMs, isReserved)
      .catch((error) =>
        log.error({ mail: mail.id, err: error }, "What came of a mail could not be recorded."),
      )
      .finally(() => {
        works.delete(work);
        hint(); // the next of its order may leave now
      });
    works.add(work);
  }

  return {
    begin,
    tries: () => [...tries],
    size: () => works.size,
    ended: async () => {
      while (works.size > 0) await Promise.all(works);
    },
  };
}
