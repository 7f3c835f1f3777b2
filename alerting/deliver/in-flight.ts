import { mailsRenderedTotal } from "@/alerting/runtime/metrics";
import type { LeasedMail, MailState } from "@/lib/delivery/mail";
import type { SmtpOutcome } from "@/lib/delivery/smtp/outcome";
import { log } from "@/lib/infra/log";
import type { Attempts } from "./attempt";

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
  /** Tries a mail and records what came of it. It never throws: what can't be recorded is logged. */
  begin(mail: LeasedMail, leaseEndsAtMs: number): void;
  /**
   * Mails that have a connection now, without those that the relay has kept waiting: a recipient whose server is slow must not take
   * the connections of the others.
   */
  quick(): number;
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
  let quick = 0;

  /** @returns what ends it, at most once; slowness does so by itself */
  function enterQuick(): () => void {
    let isQuick = true;
    quick += 1;
    const leave = () => {
      clearTimeout(timer);
      if (isQuick) quick -= 1;
      isQuick = false;
      hint(); // its connection is free while the outcome is being recorded
    };
    const timer = setTimeout(leave, SLOW_MS).unref();
    return leave;
  }

  async function deliver(mail: LeasedMail, leaseEndsAtMs: number): Promise<void> {
    if (mail.isShort) {
      log.warn(
        { mail: mail.id, tenant: mail.tenantId, kind: mail.kind },
        "A mail was not rendered in time; it leaves as its short text.",
      );
      mailsRenderedTotal.inc({ form: "short" });
    }
    const leaveQuick = enterQuick();
    const outcome = await attempt(mail, leaseEndsAtMs).finally(leaveQuick);
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
    quick: () => quick,
    size: () => works.size,
    ended: async () => {
      while (works.size > 0) await Promise.all(works);
    },
  };
}
