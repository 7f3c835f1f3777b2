import type { MailBounce, MailDelivery } from "@/lib/delivery/mail";
import { isOfThePlatform } from "@/lib/delivery/smtp/outcome-class";

/** What each kind of mail is called in a list. */
export const MAIL_KIND_WORDS: Record<MailDelivery["kind"], string> = {
  firing: "Alert",
  joined: "More signals joined",
  reminder: "Reminder",
  recovered: "Recovered",
  "fired-and-recovered": "Fired and recovered",
  flapping: "Going back and forth",
  "data-missing": "No data",
  cancelled: "Ended: no longer watched",
  expired: "Ended: no data for a day",
  test: "Test alert",
  "migration-succeeded": "Migration succeeded",
  "migration-failed": "Migration failed",
  "migration-gone": "Migration gone",
  "migration-stalled": "Migration stalled",
};

/** good: the relay took it, or the owner has it. open: still under way. bad: it never arrived, as far as is known. */
export type DeliveryTone = "good" | "open" | "bad" | "none";

/**
 * A mail's delivery status, in a sentence. "Accepted" is the relay's word: delivery beyond the relay can't be tracked.
 */
export function deliveryWords(mail: MailDelivery): { tone: DeliveryTone; words: string } {
  const said =
    mail.last?.words && !isOfThePlatform(mail.last.class)
      ? ` The relay said: ${quoted(mail.last.words)}`
      : "";
  if (mail.gotItAtMs !== null) return { tone: "good", words: "You said that you got it." };
  if (mail.bounce?.action === "failed")
    return { tone: "bad", words: `Accepted by the relay, and came back: ${failedWords(mail.bounce)}` };
  switch (mail.state) {
    case "accepted":
      return mail.bounce
        ? { tone: "open", words: bounceWords(mail.bounce) }
        : { tone: "good", words: `Accepted by the relay.${said}` };
    case "sending":
      return { tone: "open", words: "Being sent now." };
    case "queued":
      if (mail.last?.class === "transport")
        return { tone: "open", words: "Queued: the platform’s mail relay isn’t accepting mail." };
      if (mail.last?.class === "ambiguous")
        return { tone: "open", words: "The connection broke during sending; the mail is tried again." };
      if (mail.last?.class === "relay-refuses")
        return { tone: "open", words: "Queued: the platform’s mail relay refuses the platform’s mails." };
      if (mail.last?.class === "address-unsupported")
        return {
          tone: "open",
          words: `Queued: the platform’s mail relay can’t send to ${mail.recipient}, because of the letters outside ASCII before the @. Ask the operator to record another address.`,
        };
      if (mail.last?.class === "mailbox-full")
        return { tone: "open", words: `Queued: your mailbox is full.${said}` };
      return mail.last
        ? { tone: "open", words: `Deferred.${said}` }
        : { tone: "open", words: "Queued: waits to be sent." };
    case "held":
      return {
        tone: "bad",
        words: "Held back: mail to this address is refused. It goes out once the address works.",
      };
    case "failed":
      return { tone: "bad", words: `Not delivered.${said || " It was given up after 72 hours."}` };
    case "cancelled":
      return { tone: "none", words: "Not sent: another mail took its place." };
  }
}

/** The instant that those words are of; null while the mail is on its way. */
export function deliveryAtMs(mail: MailDelivery): number | null {
  if (deliveryWords(mail).tone === "open" && !mail.bounce?.note) return null;
  return mail.gotItAtMs ?? mail.bounce?.atMs ?? mail.acceptedAtMs ?? mail.finishedAtMs;
}

/** RFC 3463 §3.3: some reporters say only by the status that the mailbox is full. */
const failedWords = ({ status, detail }: MailBounce): string =>
  `${/^[45]\.2\.2$/.test(status) && !/full|quota/i.test(detail) ? "your mailbox is full. The report says: " : ""}${quoted(detail)}`;

/** The words of a bounce that isn't final. */
function bounceWords({ note, detail }: MailBounce): string {
  switch (note) {
    case null:
      return `Accepted by the relay; delayed on its way: ${quoted(detail)}`;
    case "part":
      return `Accepted by the relay. At least one recipient behind this address didn’t get it: ${quoted(detail)}`;
    case "came-back":
      return `Accepted by the relay, and seems to have come back: ${quoted(detail)}`;
    case "unreadable":
      return `Accepted by the relay, and something came back. ${detail} This mail may not have arrived.`;
  }
}

const quoted = (words: string) => `“${words}”`;
