import type { SmtpOutcome } from "./outcome";
import type { OutcomeClass } from "./outcome-class";
import type { RelayLately } from "./refusal";

/** From so many recipients and so many domains on, a relay that accepts nobody in between refuses everybody. */
const ENOUGH = 3;
/** Fewer are enough if each of its replies says that it is about us. */
const ENOUGH_ABOUT_US = 2;
/** Memory is bounded, whatever the number of tenants. */
const REMEMBERED = 1_000;

/** Greylisting has let a mail in by then: its fourth try is six minutes after the first. */
const DEFERRED_TRIES = 4;

/** The refusals after RCPT TO that may be about us. A full mailbox never is, and greylisting isn't at first. */
const MAY_BE_ABOUT_US: readonly OutcomeClass[] = [
  "relay-refuses",
  "unclear",
  "recipient-refused",
  "bad-address",
  "policy",
];

/** What one process knows about whom its relay refuses. */
export type RelayRefusals = {
  /** Takes in who was refused while others were accepted, before this process began. */
  knowBefore(recipients: readonly string[]): void;
  /** Takes in what a try came to. */
  learn(recipient: string, outcome: TriedOutcome): void;
  /** What else the relay did lately, for the refusal of a mail to this recipient. */
  lately(recipient: string): RelayLately;
  /** Whether it refuses everybody, as far as was tried. Only an acceptance ends that. */
  refusesEverybody(): boolean;
  /** Those that it refused since its last acceptance. */
  suspects(): string[];
  /** What it says about us since its last acceptance; null: nothing. */
  aboutUs(): string | null;
  /** The newest words that are or may be about us, until their recipient gets a mail; null: none. */
  words(): string | null;
};

export type TriedOutcome = Pick<SmtpOutcome, "class" | "byItself"> & {
  /** Tries of this mail, this one included. */
  attempts: number;
  /** What the operator may read of it, without addresses. */
  words: string;
};

type Refused = { class: OutcomeClass; words: string };

/**
 * Decides by evidence whether a relay refuses us or some recipients: by distinct recipients and distinct domains without an
 * acceptance in between. A recipient that was refused while others were accepted no longer counts, however often it is tried
 * again: the cause is its own.
 */
export function createRelayRefusals(): RelayRefusals {
  /** Since the last acceptance, oldest first. */
  const suspects = new Map<string, Refused>();
  const beside = new Set<string>();
  const wordsByRecipient = new Map<string, string>();
  /** The two newest whose mails were accepted: at least one of them isn't the recipient that is refused now. */
  let accepted: readonly string[] = [];

  const isEverybody = (all: readonly [string, Refused][], enough: number) =>
    all.length >= enough && new Set(all.map(([recipient]) => domainOf(recipient))).size >= enough;
  const refusesEverybody = () => {
    const all = [...suspects];
    const aboutUs = all.filter(([, refused]) => refused.class === "relay-refuses");
    return isEverybody(all, ENOUGH) || isEverybody(aboutUs, ENOUGH_ABOUT_US);
  };

  function accept(recipient: string): void {
    beside.delete(recipient);
    wordsByRecipient.delete(recipient);
    suspects.delete(recipient);
    for (const suspect of suspects.keys()) beside.add(suspect);
    suspects.clear();
    for (const oldest of beside) if (beside.size > REMEMBERED) beside.delete(oldest);
    accepted = [recipient, ...accepted.filter((other) => other !== recipient)].slice(0, 2);
  }

  return {
    knowBefore: (recipients) => {
      for (const recipient of recipients) beside.add(recipient);
    },
    learn: (recipient, { class: word, byItself, attempts, words }) => {
      if (word === "accepted") return accept(recipient);
      // Nothing was asked of the relay. The operator sees it: the address or the relay has to be another one.
      if (word === "address-unsupported") return remember(wordsByRecipient, recipient, words, true);
      // A relay that accepted others' mails a moment ago may be the one that defers now: then its reply alone says whom it may mean.
      const isDeferredLong = word === "transient" && attempts >= DEFERRED_TRIES;
      if (![word, byItself].some((each) => MAY_BE_ABOUT_US.includes(each)) && !isDeferredLong) return;
      remember(wordsByRecipient, recipient, words, word === "relay-refuses" || word === "unclear");
      if (!beside.has(recipient)) remember(suspects, recipient, { class: word, words }, true);
    },
    lately: (recipient) => {
      if (refusesEverybody()) return "refuses-everybody";
      const acceptsOthers = accepted.some((other) => other !== recipient);
      return acceptsOthers && (beside.has(recipient) || suspects.size < ENOUGH)
        ? "accepts-others"
        : "nothing";
    },
    refusesEverybody,
    suspects: () => [...suspects.keys()],
    aboutUs: () =>
      [...suspects.values()].findLast((refused) => refused.class === "relay-refuses")?.words ?? null,
    words: () => [...wordsByRecipient.values()].at(-1) ?? null,
  };
}

/** The newest stands last; the oldest goes where there are too many. */
function remember<T>(map: Map<string, T>, key: string, value: T, isKept: boolean): void {
  map.delete(key);
  if (isKept) map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > REMEMBERED && oldest !== undefined) map.delete(oldest);
}

const domainOf = (address: string) => address.slice(address.lastIndexOf("@") + 1).toLowerCase();
