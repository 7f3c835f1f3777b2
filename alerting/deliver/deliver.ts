import { setMaxListeners } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { createLogOnce } from "@/alerting/runtime/log-once";
import type { LeasedMail, MailState } from "@/lib/delivery/mail";
import { parseSender } from "@/lib/delivery/message";
import type { Breaker } from "@/lib/delivery/smtp/breaker";
import type { SmtpOutcome } from "@/lib/delivery/smtp/outcome";
import { createRelayRefusals } from "@/lib/delivery/smtp/relay-refusals";
import { returnPath, returnPathKey } from "@/lib/delivery/smtp/return-path";
import { parseSmtpUrl, relaySettings } from "@/lib/delivery/smtp/smtp-url";
import { type Outbox, outbox as processOutbox } from "@/lib/delivery/store";
import { type Alarm, createAlarm } from "./alarm";
import { createAttempts } from "./attempt";
import { createInFlight } from "./in-flight";
import type { LossMending } from "./mend-losses";
import { createRelay, type RelayTimes } from "./relay";
import { watchRelay } from "./relay-check";
import { createDeliveryTurn } from "./turn";

export type DeliveryOptions = {
  smtpUrl: string;
  /** MAIL_FROM. Its domain is that of the return paths, unless bounceDomain says otherwise. */
  mailFrom: string;
  /** NEXTAUTH_SECRET: the return paths' key is derived from it. */
  secret: string;
  bounceDomain?: string;
  /** Where the mails are; by default this process's database. */
  outbox?: Outbox;
  /** What notices that the database has lost what left. Without it nobody looks. */
  mending?: LossMending;
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
  /** What EHLO says, unless SMTP_URL says it by `?name=`: some relays refuse a client without a name of its own. */
  ehloName?: string;
  /** One that never jumps: breaker and leases depend on it. */
  clock?: { nowMs(): number };
  /** At least 0, less than 1. */
  jitter?: () => number;
  /** Called after each try was recorded; state is null where the lease had been lost. */
  onOutcome?: (mail: LeasedMail, outcome: SmtpOutcome, state: MailState | null) => void;
};

export type Delivery = {
  /** The breaker, for metrics. */
  breaker(): Breaker["state"];
  /** Why the relay isn't accepting mail; null: it is, or was never asked. */
  trouble(): string | null;
  /** Why it refuses some mails, where that is or may be about us; null: it doesn't. */
  refusal(): string | null;
  /** When the certificate that the relay showed last ends; null: it never showed one. */
  certificateEndsAtMs(): number | null;
  /** Looks into the outbox now instead of at the next poll. */
  hint(): void;
  /** Takes no more mail, lets tries end, gives back what wasn't tried. Done within stopGraceMs and about a second. */
  stop(): Promise<void>;
};

/**
 * Mails, and so connections, at a time. Each lease takes as many mails as have a free connection: with a few more of them the
 * database is asked less often. By default, Postfix takes 50 from one client.
 */
export const CONNECTIONS = 20;
/** The lease must outlast the try by this: time to record what came of it. */
const RECORDING_MS = 10_000;
/** After giving tries up, this long for recording that. */
const LAST_WORDS_MS = 1_500;

/**
 * Delivers the outbox through one relay until stopped. Any number of processes may do so at once.
 * @throws SmtpUrlError, MailContentError or RangeError when the settings can't be used. Later it never throws: a relay or a database that
 *   is away is waited for.
 */
export function startDelivery(options: DeliveryOptions): Delivery {
  const settings = withDefaults(options);
  const { outbox, clock } = settings;
  const target = parseSmtpUrl(options.smtpUrl);
  const relaySettingsNow = relaySettings(target, parseSender(options.mailFrom).address);
  const relay = createRelay(target, options.relayTimes, options.ehloName);
  const refusals = createRelayRefusals();
  const watch = watchRelay(relay, outbox, clock, refusals, relaySettingsNow);
  const stopping = new AbortController();
  const givingUp = new AbortController();
  setMaxListeners(0, stopping.signal, givingUp.signal); // each try in flight listens, and their number is bounded
  const alarm = createAlarm(settings.pollMs, stopping.signal);
  const signals = { stopping: stopping.signal, givingUp: givingUp.signal };
  const inFlight = createInFlight({
    ...createAttempts({
      ...settings,
      relay,
      relaySettings: relaySettingsNow,
      lately: watch.lately,
      senderOf: senderOf(options),
      ...signals,
    }),
    learn: watch.learn,
    doubt: watch.doubt,
    remember: options.mending?.remember,
    hint: alarm.hint,
    onOutcome: options.onOutcome,
  });
  const turn = createDeliveryTurn({
    ...settings,
    inFlight,
    watch,
    refusals,
    mending: options.mending,
    relaySettings: relaySettingsNow,
    stopping: stopping.signal,
  });
  const running = repeat(turn, alarm, stopping.signal);
  return {
    breaker: watch.breaker,
    trouble: watch.trouble,
    refusal: watch.refusal,
    certificateEndsAtMs: relay.certificateEndsAtMs,
    hint: alarm.hint,
    stop: async () => {
      stopping.abort();
      await endWithin(settings.stopGraceMs, running.then(inFlight.ended), givingUp);
      relay.close();
    },
  };
}

/** @throws RangeError for a lease that doesn't outlast a try */
function withDefaults(options: DeliveryOptions) {
  const { sendTimeoutMs = 60_000 } = options;
  const leaseSeconds = options.leaseSeconds ?? (sendTimeoutMs + 3 * RECORDING_MS) / 1_000;
  if (leaseSeconds * 1_000 <= sendTimeoutMs) throw new RangeError("A lease must outlast a try.");
  return {
    outbox: options.outbox ?? processOutbox,
    concurrency: options.concurrency ?? CONNECTIONS,
    pollMs: options.pollMs ?? 1_000,
    sendTimeoutMs,
    leaseSeconds,
    stopGraceMs: options.stopGraceMs ?? 8_000,
    addressProofMs: options.addressProofMs ?? 900_000,
    clock: options.clock ?? { nowMs: () => performance.now() },
    jitter: options.jitter ?? Math.random,
  };
}

/** The envelope's sender of each mail, by which its bounce finds it. @throws MailContentError for a MAIL_FROM that is no sender */
function senderOf({ bounceDomain, mailFrom, secret }: DeliveryOptions): (mailId: string) => string {
  const domain = bounceDomain ?? parseSender(mailFrom).domain;
  const key = returnPathKey(secret);
  return (mailId) => returnPath(mailId, key, domain);
}

/** Looks again and again until stopped. A database that is away is waited for. */
async function repeat(turn: () => Promise<void>, alarm: Alarm, stop: AbortSignal): Promise<void> {
  const once = createLogOnce("The outbox can't be read; delivery waits for the database.");
  while (!stop.aborted) {
    alarm.reset();
    try {
      await turn();
      once.worked();
    } catch (error) {
      once.failed(error);
      alarm.reset();
    }
    await alarm.pause();
  }
}

/** Waits for the end of the tries; gives up those that last longer than the grace, and waits a little for the record of that. */
async function endWithin(graceMs: number, ended: Promise<void>, givingUp: AbortController): Promise<void> {
  const grace = new AbortController();
  const pass = (ms: number) => sleep(ms, undefined, { signal: grace.signal }).catch(() => {});
  await Promise.race([ended, pass(graceMs)]);
  givingUp.abort();
  await Promise.race([ended, pass(LAST_WORDS_MS)]);
  grace.abort();
}
