import type { MailLine, ThreadMailKind } from "@/lib/alerts/mail-facts";
import { SIGNAL_IDS } from "@/lib/catalogue/bundle";

/** From what an owner must know at once to what they know already. */
const KINDS: readonly ThreadMailKind[] = [
  "firing",
  "joined",
  "data-missing",
  "flapping",
  "fired-and-recovered",
  "recovered",
  "expired",
  "cancelled",
  "reminder",
];
const [A_KIND, A_ROUND] = [10, 1_000];
/** More of one tenant's mails in one slot than this don't wait longer. */
const MOST_ROUNDS = 100;

/**
 * Which mail of a slot is rendered first: the lowest. Every capability's first mail comes before anybody's second one; of those, what
 * fires before what ended, and what is down before what is slow.
 * @param nth the mail's place among its tenant's mails of the slot, from 0
 */
export function renderRank(
  kind: ThreadMailKind,
  signal: MailLine["signal"] | undefined,
  nth: number,
): number {
  const ofSignal = signal === undefined ? SIGNAL_IDS.length : SIGNAL_IDS.indexOf(signal);
  return Math.min(nth, MOST_ROUNDS) * A_ROUND + KINDS.indexOf(kind) * A_KIND + ofSignal;
}
