// Apart from how an outcome is judged: the API's contracts, which the browser loads, need these names alone.

/** The closed union of what a try to send can come to. docs/delivery.md says what follows from each. */
export const OUTCOME_CLASSES = [
  "accepted", // the relay took it: not "delivered"
  "transport", // no connection, no login, or no MAIL FROM: no recipient was named
  "relay-refuses", // the relay refuses us, though a recipient was named
  "transient", // this recipient, for now (greylisting, a busy mailbox)
  "mailbox-full", // this recipient, perhaps for days: RFC 3463 X.2.2 is a persistent transient failure
  "recipient-refused", // this recipient, likely for good, without a proof
  "bad-address", // this recipient, proven and for good
  "address-unsupported", // the address needs SMTPUTF8, which the relay doesn't offer; nothing was sent
  "policy", // the content; says nothing about the address
  "unclear", // a refusal that doesn't say whom it means
  "ambiguous", // the connection stood and ended without a reply: it may have been accepted
] as const;
export type OutcomeClass = (typeof OUTCOME_CLASSES)[number];

const OF_THE_PLATFORM: readonly OutcomeClass[] = [
  "transport",
  "relay-refuses",
  "address-unsupported",
  "ambiguous",
];

/** Whether a try failed because of the platform's relay: then its words aren't about the owner's mailbox. */
export const isOfThePlatform = (word: OutcomeClass): boolean => OF_THE_PLATFORM.includes(word);
