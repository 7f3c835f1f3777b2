import { setTimeout as sleep } from "node:timers/promises";
import { createLogOnce } from "@/alerting/runtime/log-once";
import type { LeasedMail, MailState } from "@/lib/delivery/mail";
import { parseSender } from "@/lib/delivery/message";
import type { Breaker } from "@/lib/delivery/smtp/breaker";
import type { SmtpOutcome } from "@/lib/delivery/smtp/outcome";
import { returnPath, returnPathKey } from "@/lib/delivery/smtp/return-path";
import { parseSmtpUrl } from "@/lib/delivery/smtp/smtp-url";
import { type Outbox, outbox as processOutbox } from "@/lib/delivery/store";
import { createAlarm } from "./alarm";
import { createAttempts, MOVED_AT_ONCE } from "./attempt";
import { createInFlight } from "./in-flight";
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
    outbox = processOutbox,
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
  const alarm = createAlarm(pollMs, stopping.signal);
  const senderOf = (mailId: string) => returnPath(mailId, key, domain);
  const inFlight = createInFlight({
    ...createAttempts({
      ...{ outbox, relay, senderOf, clock, jitter, pollMs, sendTimeoutMs },
      stopping: stopping.signal,
      givingUp: givingUp.signal,
    }),
    learn: watch.learn,
    hint: alarm.hint,
    onOutcome: options.onOutcome,
  });

  /** Leases what there are free connections for, and no more; and little while outcomes wait for the database. */
  async function look(): Promise<void> {
    if (inFlight.trying() > concurrency / 2) await sleep(GATHER_MS);
    const permit = watch.permitted();
    const free = Math.min(concurrency - inFlight.trying(), 2 * concurrency - inFlight.size());
    const limit = permit === "all" ? free : permit === "probe" ? Math.min(1, free) : 0;
    if (limit <= 0) return;
    const leaseEndsAtMs = clock.nowMs() + leaseSeconds * 1_000;
    const mails = await outbox.leaseDue(limit, leaseSeconds);
    if (permit === "probe") watch.probing();
    for (const mail of mails) inFlight.begin(mail, leaseEndsAtMs);
    const idle = mails.length === 0 && inFlight.size() === 0;
    if (idle && (permit === "probe" || watch.checkDue())) {
      await watch.check(Math.min(sendTimeoutMs, CHECK_TIMEOUT_MS), stopping.signal);
    }
  }

  async function run(): Promise<void> {
    let housekeptAtMs = Number.NEGATIVE_INFINITY;
    const once = createLogOnce("The outbox can't be read; delivery waits for the database.");
    while (!stopping.signal.aborted) {
      alarm.reset();
      try {
        await look();
        if (clock.nowMs() - housekeptAtMs >= HOUSEKEEPING_MS) {
          housekeptAtMs = clock.nowMs();
          await outbox.clearProvenAddresses(addressProofMs);
          while ((await outbox.moveMails(MOVED_AT_ONCE)) === MOVED_AT_ONCE && !stopping.signal.aborted);
        }
        once.worked();
      } catch (error) {
        once.failed(error);
        alarm.reset();
      }
      await alarm.pause();
    }
  }

  const running = run();
  return {
    breaker: watch.breaker,
    trouble: watch.trouble,
    certificateEndsAtMs: relay.certificateEndsAtMs,
    hint: alarm.hint,
    stop: async () => {
      stopping.abort();
      const ended = running.then(inFlight.ended);
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
