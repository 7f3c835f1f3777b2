import { withDeadline } from "@/alerting/runtime/deadline";
import type { LeasedMail } from "@/lib/delivery/mail";
import type { Breaker, BreakerEvent } from "@/lib/delivery/smtp/breaker";
import { plainWords, type SmtpOutcome } from "@/lib/delivery/smtp/outcome";
import type { OutcomeClass } from "@/lib/delivery/smtp/outcome-class";
import type { RelayLately } from "@/lib/delivery/smtp/refusal";
import type { RelayRefusals } from "@/lib/delivery/smtp/relay-refusals";
import type { Outbox } from "@/lib/delivery/store";
import { log } from "@/lib/infra/log";
import { createDoubtedAddresses } from "./doubted-addresses";
import { createPendingWrites } from "./pending-writes";
import type { Relay } from "./relay";
import { createRelayCircuit, onlyConnects } from "./relay-circuit";
import { createRelayRecords } from "./relay-records";

/** If a relay was silent for this long, it is asked, so that a quiet night isn't mistaken for a working relay. */
const QUIET_MS = 300_000;
/** After trouble it is asked again this soon, so that the breaker opens within minutes even when there is nothing to send. */
const AFTER_TROUBLE_MS = 30_000;
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
 * What this process knows of its relay, learned from its tries and its checks, and recorded for the pages.
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
  const circuit = createRelayCircuit(clock, refusals);
  const pending = createPendingWrites(outbox);
  const doubts = createDoubtedAddresses(refusals, pending);
  const record = createRelayRecords(outbox, clock, pending.write);
  let last: { atMs: number; ok: boolean; words: string } | null = null;

  /** @param before the state before the refusals learned of the same event */
  async function take(event: BreakerEvent, words: string, before: Breaker["state"]): Promise<void> {
    circuit.take(event);
    const breaker = circuit.state();
    if (breaker !== before)
      log.warn({ relay: relay.name, from: before, to: breaker }, "The relay's circuit breaker turned.");
    if (breaker === "closed" && before !== "closed") pending.retryTransport();
    const isKnown = event === "unclear" || (event === "answered" && last?.ok !== false);
    if (isKnown && !circuit.refusesEverybody()) return; // it proves nothing new
    const ok = works(event, refusals) && breaker === "closed";
    if (last?.ok !== ok && !ok)
      log.warn({ relay: relay.name, reason: withoutAddresses(words) }, "The relay isn't accepting mail.");
    const aboutUs = circuit.refusesEverybody() || event === "answered" ? refusals.aboutUs() : null;
    // What it, or this process, says of one mail is no reason for the trouble of before.
    const said = aboutUs || (!onlyConnects(event) && words) || (last?.words ?? "");
    last = { atMs: clock.nowMs(), ok, words: said };
    await record({ relay: relay.name, ok, reason: ok ? null : said, breaker, settings });
  }

  return {
    breaker: circuit.state,
    trouble: () => {
      if (circuit.isAcceptedElsewhere()) return null;
      return last && !last.ok ? withoutAddresses(last.words) : refusals.aboutUs();
    },
    refusal: refusals.words,
    permitted: circuit.permitted,
    probing: circuit.probing,
    lately: refusals.lately,
    checkDue: () => last === null || clock.nowMs() - last.atMs >= (last.ok ? QUIET_MS : AFTER_TROUBLE_MS),
    check: async (timeoutMs, stop) => {
      const trouble = await withDeadline(timeoutMs, stop, relay.verify);
      if (stop.aborted) return;
      const before = circuit.state();
      if (!trouble && before !== "closed")
        await circuit.askOthers((ms) => outbox.isAcceptedWithin(ms, settings));
      await take(trouble ? "trouble" : "connects", trouble?.words ?? "", before);
    },
    settle: pending.write,
    doubt: doubts.withdrawIfDoubted,
    learn: ({ recipient, attempts }, outcome) => {
      const before = circuit.state();
      doubts.learn(recipient, attempts, { ...outcome, words: withoutAddresses(outcome.words) });
      return take(eventOf(outcome), outcome.words, before);
    },
  };
}

/** Whether an event means that the relay works for us, as far as its refusals go. */
const works = (event: BreakerEvent, refusals: RelayRefusals): boolean =>
  event === "proof" || onlyConnects(event) || (event === "answered" && refusals.aboutUs() === null);
