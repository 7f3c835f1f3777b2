import { setTimeout as sleep } from "node:timers/promises";
import { withDeadline } from "@/alerting/runtime/deadline";
import type { LeasedMail, MailState } from "@/lib/delivery/mail";
import { parseSender } from "@/lib/delivery/message";
import { retryDelayMs } from "@/lib/delivery/smtp/backoff";
import type { Breaker } from "@/lib/delivery/smtp/breaker";
import type { SmtpOutcome } from "@/lib/delivery/smtp/outcome";
import { returnPath, returnPathKey } from "@/lib/delivery/smtp/return-path";
import { parseSmtpUrl } from "@/lib/delivery/smtp/smtp-url";
import { type Outbox, outbox as processOutbox } from "@/lib/delivery/store";
import { log } from "@/lib/infra/log";
import { createAcceptances } from "./acceptances";
import { createRelay, type RelayTimes } from "./relay";
import { watchRelay } from "./relay-check";

export type DeliveryOptions = {
  smtpUrl: string;
  /** MAIL_FROM. Its domain is that of the return paths, unless bounceDomain says otherwise. */
  mailFrom: string;
  /** NEXTAUTH_SECRET: the return paths' key is derived from it. */
  secret: string;
  bounceDomain?: string;
  /** Where the mails are; by default this process's database. */
  outbox?: Outbox;
  /** Mails, and so connections, at a time. */
  concurrency?: number;
  pollMs?: number;
  /** A try that takes longer is given up, whatever the relay does. */
  sendTimeoutMs?: number;
  /** Must outlast a try and the recording of what came of it. */
  leaseSeconds?: number;
  /** How long stop() lets tries end by themselves. */
  stopGraceMs?: number;
  /** How long an accepted mail must go without a bounce to prove a bad address good again. */
  addressProofMs?: number;
  relayTimes?: Partial<RelayTimes>;
  /** One that never jumps: breaker and leases hang on it. */
  clock?: { nowMs(): number };
  /** At least 0, less than 1. */
  jitter?: () => number;
  /** Called after each try was recorded; state is null where the lease had been lost. */
  onOutcome?: (mail: LeasedMail, outcome: SmtpOutcome, state: MailState | null) => void;
};

export type Delivery = {
  /** The breaker, for metrics. */
  breaker(): Breaker["state"];
  /** Why the relay takes no mail; null: it does, or was never asked. */
  trouble(): string | null;
  /** When the certificate ends that the relay showed last; null: it never showed one. */
  certificateEndsAtMs(): number | null;
  /** Looks into the outbox now instead of at the next poll. */
  hint(): void;
  /** Takes no more mail, lets tries end, gives back what wasn't tried. Done within stopGraceMs and about a second. */
  stop(): Promise<void>;
};

/**
 * Mails, and so connections, at a time. Each lease takes as many mails as have a free connection: with a few more of them the
 * database is asked less often. Postfix takes 50 from one client unless told otherwise.
 */
export const CONNECTIONS = 20;
/** While most connections are busy, those that come free within this time share one lease: a lease costs the database more. */
const GATHER_MS = 5;
const HOUSEKEEPING_MS = 60_000;
/** The lease must outlast the try by this: time to record what came of it. */
const RECORDING_MS = 10_000;
/** Each is read whole: so many fit into memory whatever is in them. */
const MOVED_AT_ONCE = 20;
/** A check may not keep a mail waiting that is written meanwhile. */
const CHECK_TIMEOUT_MS = 10_000;
/** After giving tries up, this long for recording that. */
const LAST_WORDS_MS = 1_500;

/**
 * Delivers the outbox through one relay until stopped. Any number of processes may do so at once.
 * @throws SmtpUrlError, MailContentError or RangeError when the settings can't be used. Later it never throws: a relay or a database that
 *   is away is waited for.
 */
export function startDelivery(options: DeliveryOptions): Delivery {
  const {
    outbox = processOutbox(),
    concurrency = CONNECTIONS,
    pollMs = 1_000,
    sendTimeoutMs = 60_000,
  } = options;
  const { stopGraceMs = 8_000, addressProofMs = 900_000, jitter = Math.random } = options;
  const { clock = { nowMs: () => performance.now() } } = options;
  const leaseSeconds = options.leaseSeconds ?? (sendTimeoutMs + 3 * RECORDING_MS) / 1_000;
  if (leaseSeconds * 1_000 <= sendTimeoutMs) throw new RangeError("A lease must outlast a try.");
  const domain = options.bounceDomain ?? parseSender(options.mailFrom).domain;
  const key = returnPathKey(options.secret);
  const relay = createRelay(parseSmtpUrl(options.smtpUrl), options.relayTimes);
  const watch = watchRelay(relay, outbox, clock);

  const stopping = new AbortController();
  const givingUp = new AbortController();
  const accepted = createAcceptances(outbox);
  const inFlight = new Set<Promise<void>>();
  let trying = 0;
  let wake = () => {};
  let hinted = false;
  const hint = () => {
    hinted = true;
    wake();
  };

  /** Until the next poll, a hint or the stop. */
  async function pause(): Promise<void> {
    if (hinted || stopping.signal.aborted) return;
    const timer = new AbortController();
    await Promise.race([
      sleep(pollMs, undefined, { signal: timer.signal }).catch(() => {}),
      new Promise<void>((resolve) => {
        wake = resolve;
      }),
    ]);
    timer.abort();
  }

  /** One try of a leased mail. null when there was none, and the lease was given back. */
  async function attempt(mail: LeasedMail, leaseEndsAtMs: number): Promise<SmtpOutcome | null> {
    // A process that was frozen comes back with leases that are no longer its own. What isn't begun in time is given back.
    const isLate = clock.nowMs() + sendTimeoutMs > leaseEndsAtMs;
    if (!isLate && !mail.isMoved && !stopping.signal.aborted) {
      const envelope = { from: returnPath(mail.id, key, domain), to: mail.recipient, raw: mail.raw };
      const outcome = await withDeadline(sendTimeoutMs, givingUp.signal, (signal) =>
        relay.send(envelope, signal),
      );
      const endedByUs = givingUp.signal.aborted && outcome.class === "transport";
      if (!endedByUs) return outcome;
    }
    await outbox.release([mail]);
    if (mail.isMoved) await outbox.moveMails(MOVED_AT_ONCE);
    return null;
  }

  /** Records an outcome, again and again while the lease lasts: a repeat after a lost COMMIT finds it done. */
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
        if (clock.nowMs() > leaseEndsAtMs || givingUp.signal.aborted) throw error;
        await sleep(pollMs);
      }
    }
  }

  async function deliver(mail: LeasedMail, leaseEndsAtMs: number): Promise<void> {
    trying += 1;
    const outcome = await attempt(mail, leaseEndsAtMs).finally(() => {
      trying -= 1;
      hint(); // its connection is free while the outcome is being recorded
    });
    if (outcome === null) return;
    const learned = watch.learn(outcome);
    const state = await record(mail, outcome, leaseEndsAtMs);
    const { class: word, replyCode, enhancedCode } = outcome;
    const { id, tenantId, kind, attempts } = mail;
    log.info(
      { mail: id, tenant: tenantId, kind, attempts, outcome: word, replyCode, enhancedCode, state },
      "A mail was tried.",
    );
    options.onOutcome?.(mail, outcome, state);
    await learned;
  }

  function begin(mail: LeasedMail, leaseEndsAtMs: number): void {
    const work = deliver(mail, leaseEndsAtMs)
      .catch((error) =>
        log.error({ mail: mail.id, err: error }, "What came of a mail could not be recorded."),
      )
      .finally(() => {
        inFlight.delete(work);
        hint(); // the next of its order may leave now
      });
    inFlight.add(work);
  }

  /** Leases what there are free connections for, and no more; and little while outcomes wait for the database. */
  async function look(): Promise<void> {
    if (trying > concurrency / 2) await sleep(GATHER_MS);
    const permit = watch.permitted();
    const free = Math.min(concurrency - trying, 2 * concurrency - inFlight.size);
    const limit = permit === "all" ? free : permit === "probe" ? Math.min(1, free) : 0;
    if (limit <= 0) return;
    const leaseEndsAtMs = clock.nowMs() + leaseSeconds * 1_000;
    const mails = await outbox.leaseDue(limit, leaseSeconds);
    if (permit === "probe") watch.probing();
    for (const mail of mails) begin(mail, leaseEndsAtMs);
    const idle = mails.length === 0 && inFlight.size === 0;
    if (idle && (permit === "probe" || watch.checkDue())) {
      await watch.check(Math.min(sendTimeoutMs, CHECK_TIMEOUT_MS), stopping.signal);
    }
  }

  async function run(): Promise<void> {
    let housekeptAtMs = Number.NEGATIVE_INFINITY;
    let databaseAway = false;
    while (!stopping.signal.aborted) {
      hinted = false;
      try {
        await look();
        if (clock.nowMs() - housekeptAtMs >= HOUSEKEEPING_MS) {
          housekeptAtMs = clock.nowMs();
          await outbox.clearProvenAddresses(addressProofMs);
          while ((await outbox.moveMails(MOVED_AT_ONCE)) === MOVED_AT_ONCE && !stopping.signal.aborted);
        }
        databaseAway = false;
      } catch (error) {
        if (!databaseAway)
          log.error({ err: error }, "The outbox can't be read; delivery waits for the database.");
        databaseAway = true;
        hinted = false;
      }
      await pause();
    }
  }

  const running = run();
  return {
    breaker: watch.breaker,
    trouble: watch.trouble,
    certificateEndsAtMs: relay.certificateEndsAtMs,
    hint,
    stop: async () => {
      stopping.abort();
      wake();
      const ended = running.then(async () => {
        while (inFlight.size > 0) await Promise.all(inFlight);
      });
      const grace = new AbortController();
      const pass = (ms: number) => sleep(ms, undefined, { signal: grace.signal }).catch(() => {});
      await Promise.race([ended, pass(stopGraceMs)]);
      givingUp.abort();
      await Promise.race([ended, pass(LAST_WORDS_MS)]);
      grace.abort();
      relay.close();
    },
  };
}
