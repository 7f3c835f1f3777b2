import { setTimeout as sleep } from "node:timers/promises";
import { withDeadline } from "@/alerting/runtime/deadline";
import type { LeasedMail, MailState } from "@/lib/delivery/mail";
import { retryDelayMs } from "@/lib/delivery/smtp/backoff";
import type { SmtpOutcome } from "@/lib/delivery/smtp/outcome";
import type { RelayLately } from "@/lib/delivery/smtp/refusal";
import type { Outbox } from "@/lib/delivery/store";
import { createAcceptances } from "./acceptances";
import type { Relay } from "./relay";

/** Each is read whole: so many fit into memory whatever is in them. */
export const READDRESSED_AT_ONCE = 20;

export type AttemptOptions = {
  outbox: Outbox;
  relay: Pick<Relay, "send">;
  /** A digest of the relay's settings. */
  relaySettings: string;
  /** What else the relay did lately, for the refusal of a mail to this recipient. */
  lately(recipient: string): RelayLately;
  /** The envelope's sender, by the mail's id. */
  senderOf(mailId: string): string;
  clock: { nowMs(): number };
  jitter: () => number;
  pollMs: number;
  sendTimeoutMs: number;
  /** No new try begins. */
  stopping: AbortSignal;
  /** Tries in flight are given up. */
  givingUp: AbortSignal;
};

export type Attempts = {
  /** One try of a leased mail. null when there was none, and the lease was given back. */
  attempt(mail: LeasedMail, leaseEndsAtMs: number): Promise<SmtpOutcome | null>;
  /**
   * Records an outcome, again and again while the lease lasts: a repeat after a lost COMMIT finds it done.
   * @returns the mail's state; null where the lease had been lost
   */
  record(mail: LeasedMail, outcome: SmtpOutcome, leaseEndsAtMs: number): Promise<MailState | null>;
};

/** Tries of leased mails through one relay, and the record of what came of each. */
export function createAttempts(options: AttemptOptions): Attempts {
  const { outbox, relay, lately, senderOf, clock, jitter, pollMs, sendTimeoutMs, stopping, givingUp } =
    options;
  const accepted = createAcceptances(outbox, options.relaySettings);

  async function attempt(mail: LeasedMail, leaseEndsAtMs: number): Promise<SmtpOutcome | null> {
    // A process that was frozen comes back with leases that are no longer its own. What isn't begun in time is given back.
    const isLate = clock.nowMs() + sendTimeoutMs > leaseEndsAtMs;
    if (!isLate && !mail.isMisaddressed && !stopping.aborted) {
      const envelope = { from: senderOf(mail.id), to: mail.recipient, raw: mail.raw };
      const outcome = await withDeadline(sendTimeoutMs, givingUp, (signal) =>
        relay.send(envelope, signal, () => lately(mail.recipient)),
      );
      const endedByUs = givingUp.aborted && outcome.class === "transport";
      if (!endedByUs) return outcome;
    }
    await outbox.release([mail]);
    if (mail.isMisaddressed) await outbox.readdressMails(READDRESSED_AT_ONCE);
    return null;
  }

  async function record(
    mail: LeasedMail,
    outcome: SmtpOutcome,
    leaseEndsAtMs: number,
  ): Promise<MailState | null> {
    const { class: word, words } = outcome;
    for (;;) {
      try {
        if (word !== "accepted") {
          return await outbox.complete(mail, { class: word, words }, retryDelayMs(mail.attempts, jitter()));
        }
        await accepted({ id: mail.id, words });
        return "accepted";
      } catch (error) {
        if (clock.nowMs() > leaseEndsAtMs || givingUp.aborted) throw error;
        await sleep(pollMs);
      }
    }
  }

  return { attempt, record };
}
