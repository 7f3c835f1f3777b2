import type { CycleFault } from "@/lib/alerts/cycle";
import type { MailBounce } from "@/lib/delivery/mail";
import { isOfThePlatform, type OutcomeClass } from "@/lib/delivery/smtp/outcome-class";
import { isMailAddress } from "@/lib/infra/mail-address";
import { list } from "@/lib/wording/sentence";
import type { Alerting } from "./view";

/** What was recorded about one judged line: its newest cycle of any outcome, and its newest good one. Slots in ms. */
export type LineRecord = {
  /** As it stands within a sentence: "error rate". */
  name: string;
  goodAtMs: number | null;
  newest: {
    atMs: number;
    outcome: "good" | "failed" | "guarded";
    /** null in a good cycle. */
    reason: CycleFault | null;
    intervalSeconds: number;
  } | null;
};

/** All that the chain is derived from. Nothing of it is asked for the purpose: each was recorded when it happened. */
export type ChainRecords = {
  /** The database's clock, by which everything here was recorded. */
  nowMs: number;
  /** The newest life sign of any worker; null: none ever ran. */
  worker: { startedAtMs: number; seenAtMs: number } | null;
  lines: readonly LineRecord[];
  /** The tenant's oldest mail that is neither accepted nor given up; null: none. */
  open: { createdAtMs: number; class: OutcomeClass | null; words: string | null } | null;
  /** A mail about an alert of the tenant's is held back by a platform incident: on purpose, and bounded (lib/attribution/hold.ts). */
  holding: boolean;
  /** The newest record of a relay, and since when it fails without a break; null: never asked. */
  relay: { atMs: number; ok: boolean; failingSinceMs: number | null } | null;
  address: {
    recipient: string;
    /** Called bad by a relay or a bounce, and not proven good since. */
    bad: { sinceMs: number; reason: string } | null;
    /** The newest mail to it that the relay took, or that was given up. */
    settled: Settled | null;
  };
};

export type Settled = {
  state: "accepted" | "failed";
  atMs: number;
  /** Of the last recorded try; null: none was recorded. */
  class: OutcomeClass | null;
  words: string | null;
  bounce: Pick<MailBounce, "action" | "note" | "atMs" | "detail"> | null;
  /** The owner says that it arrived. */
  gotIt: boolean;
};

type Link = Alerting["links"][number];
/** A link, and since when it is broken according to the records; null while it works. */
type Judged = Omit<Link, "id"> & { sinceMs: number | null };

/** After this many intervals without a judgement the evaluator counts as dead. */
export const LATE_INTERVALS = 3;
const DEFAULT_INTERVAL_SECONDS = 30;
/** A mail that the relay hasn't taken by then comes too late. */
const QUEUE_OLD_MS = 120_000;
/** A quiet relay is asked every five minutes: after two missed checks nothing is known of it. */
const RELAY_UNHEARD_MS = 660_000;

const works = (atMs: number | null, reason: string | null = null): Judged => ({
  ok: true,
  atMs,
  reason,
  sinceMs: null,
});
const broken = (atMs: number | null, reason: string, sinceMs: number | null): Judged => ({
  ok: false,
  atMs,
  reason,
  sinceMs,
});

/**
 * Whether silence is a reassurance: the five links from the metrics to the owner's address, each from what was recorded.
 *
 * A link that nothing is known of is not called working. Each clears by itself on the record of the opposite: a good cycle, a
 * life sign, an empty queue, a word from the relay, an accepted mail that didn't bounce.
 * @returns null where no worker has ever judged anything: then no alerts are sent, which is a plain fact and no fault
 */
export function chainOf(records: ChainRecords): Alerting | null {
  const evaluator = evaluatorLink(records);
  if (evaluator === null) return null;
  const judged: [Link["id"], Judged][] = [
    ["metrics", metricsLink(records, evaluator.ok)],
    ["evaluator", evaluator],
    ["queue", queueLink(records)],
    ["relay", relayLink(records)],
    ["address", addressLink(records)],
  ];
  const since = judged.flatMap(([, { ok, sinceMs, atMs }]) => (ok ? [] : [sinceMs ?? atMs ?? records.nowMs]));
  return {
    trustworthy: since.length === 0,
    degradedSinceMs: since.length === 0 ? null : Math.min(...since),
    links: judged.map(([id, { ok, atMs, reason }]) => ({ id, ok, atMs, reason })),
  };
}

/** Whether the evaluator has judged a line lately enough that its word counts. */
export function isJudgedLately(line: Pick<LineRecord, "goodAtMs" | "newest">, nowMs: number): boolean {
  return line.goodAtMs !== null && Math.abs(nowMs - line.goodAtMs) <= lateAfterMs(line.newest);
}

const lateAfterMs = (newest: LineRecord["newest"]) =>
  LATE_INTERVALS * (newest?.intervalSeconds ?? DEFAULT_INTERVAL_SECONDS) * 1000;

function newestOf(lines: readonly LineRecord[]): LineRecord["newest"] {
  return lines.reduce<LineRecord["newest"]>(
    (newest, line) => (line.newest && line.newest.atMs > (newest?.atMs ?? 0) ? line.newest : newest),
    null,
  );
}

function evaluatorLink({ nowMs, worker, lines }: ChainRecords): Judged | null {
  const newest = newestOf(lines);
  const lateMs = lateAfterMs(newest);
  if (!worker && !newest) return null;
  // The worker deletes what a clock that ran ahead wrote, unless it is the database's clock that is wrong now.
  if (newest && newest.atMs - nowMs > lateMs)
    return broken(
      null,
      "The platform's clocks contradict each other: nothing is judged until they agree.",
      nowMs,
    );
  const seenAtMs = Math.max(worker?.seenAtMs ?? 0, newest?.atMs ?? 0);
  if (nowMs - seenAtMs > lateMs)
    return broken(seenAtMs, "The evaluator has stopped: nothing is judged, and no alert begins.", seenAtMs);
  if (newest && nowMs - newest.atMs <= lateMs) return works(newest.atMs);
  const stuck = "The evaluator runs, but it can't write its judgements down.";
  if (newest) return broken(newest.atMs, stuck, newest.atMs);
  // Just started for the first time: the first judgement is on its way.
  const startedAtMs = worker?.startedAtMs ?? seenAtMs;
  return nowMs - startedAtMs <= lateMs ? null : broken(seenAtMs, stuck, startedAtMs);
}

function metricsLink({ lines }: ChainRecords, evaluatorOk: boolean): Judged {
  const good = lines.map(({ goodAtMs }) => goodAtMs);
  const known = good.filter((atMs) => atMs !== null);
  // The whole is as old as its oldest part.
  const atMs = known.length === 0 || known.length < good.length ? null : Math.min(...known);
  if (lines.length === 0) return broken(null, "The platform's definitions name nothing to judge.", null);
  if (!evaluatorOk)
    return broken(
      atMs,
      "Nobody asks the metrics for alerts while the evaluator doesn't work.",
      known.length === 0 ? null : Math.max(...known),
    );
  const newest = newestOf(lines);
  const fresh = (line: LineRecord) =>
    line.newest?.outcome === "good" &&
    newest !== null &&
    newest.atMs - line.newest.atMs <= 2 * newest.intervalSeconds * 1000;
  const failing = lines.filter((line) => !fresh(line));
  if (failing.length === 0) return works(atMs);
  const reason = unjudgedWords(failing, failing.length === lines.length);
  const lastGood = failing.flatMap(({ goodAtMs }) => (goodAtMs === null ? [] : [goodAtMs]));
  return broken(atMs, reason, lastGood.length === 0 ? null : Math.min(...lastGood));
}

function unjudgedWords(failing: readonly LineRecord[], isAll: boolean): string {
  const which = isAll ? "your signals" : list(failing.map(({ name }) => name));
  if (failing.every(({ newest }) => newest?.reason === "nobody"))
    return `The platform's metrics have never held ${which} of any capability, so nothing is judged by them. Only the operator can put that right.`;
  if (failing.every(({ newest }) => newest?.outcome === "guarded" && newest.reason !== "nobody"))
    return `Most capabilities vanished from the metrics at once, so ${which} could not be judged.`;
  if (failing.every(({ newest }) => newest?.reason === "clock"))
    return `The platform's clocks are more than a minute apart: what the metrics say of ${which} may be of another time, so nothing is judged by it.`;
  return `The last evaluation could not get the metrics for ${which}.`;
}

function queueLink({ nowMs, open, holding }: ChainRecords): Judged {
  if (!open && holding)
    return works(
      nowMs,
      "Empty. A mail about your alert is delayed while an incident of the platform runs, for an hour at most. The alert's page says since when.",
    );
  if (!open) return works(nowMs, "Empty.");
  if (nowMs - open.createdAtMs <= QUEUE_OLD_MS) return works(nowMs, "A mail is on its way.");
  return broken(open.createdAtMs, waitingWords(open), open.createdAtMs);
}

function waitingWords({ class: word, words }: NonNullable<ChainRecords["open"]>): string {
  const said = words ? `The relay says: ${words}` : "The relay gave no text.";
  switch (word) {
    case "transient":
      return `A mail to you is deferred. ${said}`;
    case "mailbox-full":
      return `Your mailbox is full. ${said}`;
    case "recipient-refused":
      return `Mail to your address is refused. ${said}`;
    case "address-unsupported":
      return "Mail to your address can't be sent: it has letters outside ASCII before its @, which the platform's mail relay doesn't take.";
    case "policy":
      return `The content of a mail to you is refused. ${said}`;
    case "unclear":
      return `A mail to you is refused, by your mail server or by the platform's relay. ${said}`;
    case "relay-refuses":
      return "A mail to you is queued: the platform's mail relay refuses the platform's mails.";
    case "transport":
      return "A mail to you is queued: the platform's mail relay isn't accepting mail.";
    case "ambiguous":
      return "The connection broke while a mail to you was being sent; it is tried again.";
    default:
      return "A mail to you is queued.";
  }
}

function relayLink({ nowMs, relay, open }: ChainRecords): Judged {
  if (!relay) return broken(null, "The platform's mail relay has not been asked yet.", null);
  if (open?.class === "relay-refuses")
    return broken(
      relay.atMs,
      "The platform's mail relay refuses the platform's mails. Queued mail is sent when it accepts them again.",
      open.createdAtMs,
    );
  if (!relay.ok)
    return broken(
      relay.atMs,
      "The platform's mail relay isn't accepting mail. Queued mail is sent once it does.",
      relay.failingSinceMs ?? relay.atMs,
    );
  if (nowMs - relay.atMs > RELAY_UNHEARD_MS)
    return broken(relay.atMs, "The platform's mail relay has not answered yet.", relay.atMs);
  return works(relay.atMs);
}

function addressLink({ address: { recipient, bad, settled } }: ChainRecords): Judged {
  if (recipient === "") return broken(null, "Onboarding recorded no address for you.", null);
  if (!isMailAddress(recipient))
    return broken(null, `No mail can be addressed to ${recipient}, which onboarding recorded for you.`, null);
  if (bad) return broken(bad.sinceMs, `Mail to ${recipient} is refused: ${bad.reason}`, bad.sinceMs);
  if (!settled) return works(null, `No mail has gone to ${recipient} yet.`);
  const { state, atMs, bounce, gotIt } = settled;
  if (gotIt) return works(atMs, `You received the last mail to ${recipient}.`);
  if (bounce) return broken(bounce.atMs, bounceWords(recipient, bounce), bounce.atMs);
  if (state === "failed") return broken(atMs, failedWords(recipient, settled), atMs);
  return works(atMs, `The relay accepted the last mail to ${recipient}.`);
}

/** What the relay said of the platform says nothing of the address. */
function failedWords(recipient: string, { class: word, words }: Settled): string {
  if (word === null) return `The last mail to ${recipient} was given up after 72 hours.`;
  if (isOfThePlatform(word))
    return `The last mail to ${recipient} was given up after 72 hours, because of the platform's mail relay.`;
  return `The last mail to ${recipient} was refused: ${words ?? "no reason was given"}`;
}

/** Whatever came back, the owner may not have the mail. Only a failure proves it. */
function bounceWords(recipient: string, { action, note, detail }: NonNullable<Settled["bounce"]>): string {
  if (action === "failed") return `The last mail to ${recipient} came back: ${detail}`;
  switch (note) {
    case null:
      return `The last mail to ${recipient} is delayed on its way: ${detail}`;
    case "part":
      return `At least one recipient behind ${recipient} didn't get the last mail: ${detail}`;
    case "came-back":
      return `The last mail to ${recipient} seems to have come back: ${detail}`;
    case "unreadable":
      return `Something came back to the last mail to ${recipient}. ${detail} The mail may not have arrived.`;
  }
}
