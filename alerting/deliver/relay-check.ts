import { withDeadline } from "@/alerting/runtime/deadline";
import type { LeasedMail } from "@/lib/delivery/mail";
import { type Breaker, type BreakerEvent, CLOSED, nextBreaker, permitted } from "@/lib/delivery/smtp/breaker";
import { plainWords, type SmtpOutcome } from "@/lib/delivery/smtp/outcome";
import type { OutcomeClass } from "@/lib/delivery/smtp/outcome-class";
import type { RelayLately } from "@/lib/delivery/smtp/refusal";
import type { RelayRefusals } from "@/lib/delivery/smtp/relay-refusals";
import type { Outbox } from "@/lib/delivery/store";
import { log } from "@/lib/infra/log";
import { createPendingWrites } from "./pending-writes";
import type { Relay } from "./relay";

/** If a relay was silent for this long, it is asked, so that a quiet night isn't mistaken for a working relay. */
const QUIET_MS = 300_000;
/** After trouble it is asked again this soon, so that the breaker opens within minutes even when there is nothing to send. */
const AFTER_TROUBLE_MS = 30_000;
/** A relay that works is recorded no more often than this. */
const RECORD_EVERY_MS = 30_000;
/** So many characters of a reply stand on /readyz. */
const READY_LIMIT = 300;

/** A mail that was tried. */
export type TriedMail = Pick<LeasedMail, "recipient" | "attempts">;

/** What this process knows of its relay: the breaker, whom it refuses, the last answer, and the record that the pages read. */
export type RelayWatch = {
  /** open also while the relay refuses everybody; then nothing rests, and each mail waits out its own backoff. */
  breaker(): Breaker["state"];
  /** What the relay did or said, where that keeps mails of everybody; null: it works, or was never asked. Without addresses. */
  trouble(): string | null;
  /** What it says of some mails that is or may be about us, though others leave; null: nothing. Without addresses. */
  refusal(): string | null;
  /** What may be sent now. A caller that takes the probe says so by probing(). */
  permitted(): "all" | "probe" | "none";
  probing(): void;
  /** What else the relay did lately, for the refusal of a mail to this recipient. */
  lately(recipient: string): RelayLately;
  /** Whether check() should ask the relay: it never answered, not for 5 min, or failed 30 s ago. */
  checkDue(): boolean;
  /** Connects and logs in, sends nothing, and learns from it. It proves no more than that. */
  check(timeoutMs: number, stop: AbortSignal): Promise<void>;
  /** Learns from a try, and records what changed. Never throws: if the database is away, that is recorded at the next try. */
  learn(mail: TriedMail, outcome: SmtpOutcome): Promise<void>;
  /** Writes what could not be written when it was decided. @throws the driver's error while the database can't be asked */
  settle(): Promise<void>;
  /** After an address was called bad: takes that back if the relay refuses everybody, as it may have turned out meanwhile. */
  doubt(recipient: string): Promise<void>;
};

/** What a try proves of the relay. A refusal of us never proves that it works for us, and neither does what it never said. */
function eventOf({ class: word, failedAt, replyCode }: SmtpOutcome): BreakerEvent {
  if (word === "accepted") return "proof";
  if (word === "transport") return failedAt === "mail-from" ? "sender-refused" : "trouble";
  if (word === "ambiguous") return "unclear";
  // A size or an address that was refused by ourselves, on a connection that stands.
  if (replyCode === null) return "not-asked";
  if (failedAt === "mail-from") return "connects"; // a size
  return OF_A_RECIPIENT.includes(word) ? "proof" : "answered";
}

const OF_A_RECIPIENT: readonly OutcomeClass[] = [
  "transient",
  "mailbox-full",
  "bad-address",
  "recipient-refused",
];

/** A relay may name the recipient in its reply, whom the operator's log doesn't need to know. */
const withoutAddresses = (words: string) =>
  plainWords(words.replace(/[^\s<>"'(),;:]+@[^\s<>"'(),;:]*/g, "…"), READY_LIMIT);

/**
 * @param clock one that doesn't jump
 * @param settings the configuration of the relay that the records are of
 */
export function watchRelay(
  relay: Relay,
  outbox: Outbox,
  clock: { nowMs(): number },
  refusals: RelayRefusals,
  settings: string,
): RelayWatch {
  let breaker: Breaker = CLOSED;
  let last: { atMs: number; ok: boolean; words: string } | null = null;
  /** Those whose refusals proved nothing, and may only now be written down as proofs. */
  const doubted = new Set<string>();
  const pending = createPendingWrites(outbox);
  let writing = Promise.resolve();
  let recorded: { atMs: number; ok: boolean; breaker: string } | null = null;
  /**
   * Since this worker's trouble the relay has accepted another worker's mail, and this one's connection works. Nothing is said against
   * the relay then; but until it takes a mail of this worker's, one at a time is tried. An acceptance by the relay of other settings
   * says nothing of this one, as while a change of SMTP_URL reaches one worker after the other.
   */
  let isVouchedFor = false;
  let troubleAtMs = clock.nowMs();
  const state = (): Breaker["state"] => {
    if (isVouchedFor) return "closed";
    return breaker.state === "closed" && refusals.refusesEverybody() ? "open" : breaker.state;
  };

  /** An address that is called bad already, or is about to be by a refusal that is being written down. */
  function withdraw(recipient: string): void {
    doubted.add(recipient);
    pending.withdraw(recipient);
  }

  /** @param before the state before the refusals learned of the same event */
  async function take(event: BreakerEvent, words: string, before = state()): Promise<void> {
    const nowMs = clock.nowMs();
    const onlyConnects = event === "connects" || event === "not-asked";
    if (!onlyConnects) isVouchedFor = false;
    if (!onlyConnects && event !== "proof") troubleAtMs = nowMs;
    breaker = nextBreaker(breaker, event, nowMs);
    const now = state();
    if (now !== before)
      log.warn({ relay: relay.name, from: before, to: now }, "The relay's circuit breaker turned.");
    if (now === "closed" && before !== "closed") pending.retryTransport();
    const isRefused = refusals.refusesEverybody() && !isVouchedFor;
    const isKnown = event === "answered" && last?.ok !== false;
    if ((event === "unclear" || isKnown) && !isRefused) return; // it proves nothing new
    const works = event === "proof" || onlyConnects || (event === "answered" && refusals.aboutUs() === null);
    const ok = works && now === "closed";
    if (last?.ok !== ok && !ok)
      log.warn({ relay: relay.name, reason: withoutAddresses(words) }, "The relay isn't accepting mail.");
    const aboutUs = isRefused || event === "answered" ? refusals.aboutUs() : null;
    // What it, or this process, says of one mail is no reason for the trouble of before.
    const said = aboutUs || (!onlyConnects && words) || (last?.words ?? "");
    last = { atMs: nowMs, ok, words: said };
    const isChange = recorded?.ok !== ok || recorded.breaker !== now;
    if (ok && !isChange && nowMs - (recorded?.atMs ?? 0) < RECORD_EVERY_MS) return;
    recorded = { atMs: nowMs, ok, breaker: now };
    const record = { relay: relay.name, ok, reason: ok ? null : last.words, breaker: now, settings };
    // One after the other: the pages show the newest record.
    writing = writing.then(() => write(record));
    await writing;
  }

  async function write(record: Parameters<Outbox["recordRelay"]>[0]): Promise<void> {
    try {
      await outbox.recordRelay(record);
      await pending.write();
    } catch (error) {
      recorded = null;
      log.error({ relay: relay.name, err: error }, "What the relay did could not be recorded.");
    }
  }

  return {
    breaker: state,
    trouble: () => {
      if (isVouchedFor) return null;
      return last && !last.ok ? withoutAddresses(last.words) : refusals.aboutUs();
    },
    refusal: refusals.words,
    permitted: () => permitted(breaker, clock.nowMs()),
    probing: () => {
      breaker = nextBreaker(breaker, "probe-started", clock.nowMs());
    },
    lately: refusals.lately,
    checkDue: () => last === null || clock.nowMs() - last.atMs >= (last.ok ? QUIET_MS : AFTER_TROUBLE_MS),
    check: async (timeoutMs, stop) => {
      const trouble = await withDeadline(timeoutMs, stop, relay.verify);
      if (stop.aborted) return;
      const before = state();
      // Without an answer nobody vouches for it. A database that is away must not leave the probe open, which would keep all mail.
      if (!trouble && before !== "closed")
        isVouchedFor = await outbox
          .isAcceptedWithin(clock.nowMs() - troubleAtMs, settings)
          .catch(() => false);
      await take(trouble ? "trouble" : "connects", trouble?.words ?? "", before);
    },
    settle: pending.write,
    doubt: async (recipient) => {
      if (!doubted.delete(recipient)) return;
      pending.withdraw(recipient);
      await pending.write();
    },
    learn: ({ recipient, attempts }, outcome) => {
      const before = state();
      const wasRefused = refusals.refusesEverybody();
      refusals.learn(recipient, { ...outcome, attempts, words: withoutAddresses(outcome.words) });
      const isRefused = refusals.refusesEverybody();
      if (isRefused && !wasRefused) for (const suspect of refusals.suspects()) withdraw(suspect);
      // It was judged a moment before the others' refusals were known.
      else if (isRefused && outcome.class === "bad-address") withdraw(recipient);
      if (!isRefused) doubted.delete(recipient);
      return take(eventOf(outcome), outcome.words, before);
    },
  };
}
