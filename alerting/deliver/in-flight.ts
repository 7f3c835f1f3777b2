import type { LeasedMail, MailState } from "@/lib/delivery/mail";
import type { SmtpOutcome } from "@/lib/delivery/smtp/outcome";
import { log } from "@/lib/infra/log";
import type { Attempts } from "./attempt";

export type InFlightOptions = Attempts & {
  /** Takes in what a try says of the relay, and writes down what changed. */
  learn(outcome: SmtpOutcome): Promise<void>;
  /** A connection or an order came free. */
  hint(): void;
  /** Called after each try was recorded; state is null where the lease had been lost. */
  onOutcome?: (mail: LeasedMail, outcome: SmtpOutcome, state: MailState | null) => void;
};

export type InFlight = {
  /** Tries a mail and records what came of it. It never throws: what can't be recorded is logged. */
  begin(mail: LeasedMail, leaseEndsAtMs: number): void;
  /** Mails that have a connection now. */
  trying(): number;
  /** Mails that are tried or recorded now. */
  size(): number;
  /** Once all of them have ended, those that begin meanwhile as well. */
  ended(): Promise<void>;
};

/** The mails that are being tried, or whose outcome is being recorded. */
export function createInFlight({ attempt, record, learn, hint, onOutcome }: InFlightOptions): InFlight {
  const works = new Set<Promise<void>>();
  let trying = 0;

  async function deliver(mail: LeasedMail, leaseEndsAtMs: number): Promise<void> {
    trying += 1;
    const outcome = await attempt(mail, leaseEndsAtMs).finally(() => {
      trying -= 1;
      hint(); // its connection is free while the outcome is being recorded
    });
    if (outcome === null) return;
    const learned = learn(outcome);
    const state = await record(mail, outcome, leaseEndsAtMs);
    const { class: word, replyCode, enhancedCode } = outcome;
    const { id, tenantId, kind, attempts } = mail;
    log.info(
      { mail: id, tenant: tenantId, kind, attempts, outcome: word, replyCode, enhancedCode, state },
      "A mail was tried.",
    );
    onOutcome?.(mail, outcome, state);
    await learned;
  }

  function begin(mail: LeasedMail, leaseEndsAtMs: number): void {
    const work = deliver(mail, leaseEndsAtMs)
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
    trying: () => trying,
    size: () => works.size,
    ended: async () => {
      while (works.size > 0) await Promise.all(works);
    },
  };
}
