import type { OutcomeClass } from "./smtp/outcome-class";

/** What an alert mail reports. `test` is asked for by the owner and is sent even to an address that is held as bad. */
export const ALERT_MAIL_KINDS = [
  "firing",
  "joined",
  "reminder",
  "recovered",
  "fired-and-recovered",
  "flapping",
  "data-missing",
  "cancelled",
  "expired",
  "test",
] as const;
export type AlertMailKind = (typeof ALERT_MAIL_KINDS)[number];

/** What a mail about a migration reports. Statements match them by their prefix. */
export const MIGRATION_MAIL_KINDS = [
  "migration-succeeded",
  "migration-failed",
  "migration-gone",
  "migration-stalled",
] as const;
export type MigrationMailKind = (typeof MIGRATION_MAIL_KINDS)[number];

export const MAIL_KINDS = [...ALERT_MAIL_KINDS, ...MIGRATION_MAIL_KINDS] as const;
export type MailKind = (typeof MAIL_KINDS)[number];

export const isMigrationMail = (kind: MailKind): kind is MigrationMailKind =>
  MIGRATION_MAIL_KINDS.some((each) => each === kind);

/** queued and sending are open; the others are final, but held mails go out once their address is proven good. */
export type MailState = "queued" | "sending" | "accepted" | "failed" | "held" | "cancelled";

/** A mail to be written into the outbox, composed by composeMail(). */
export type NewMail = {
  /** A new UUID, or one that the text already names. Writing the same id twice writes it once. */
  id: string;
  tenantId: string;
  kind: MailKind;
  recipient: string;
  threadId: string | null;
  /** Mails that share it and the thread leave in the order of writing. See orderKeyOf(). */
  orderKey: string;
  messageId: string;
  raw: Buffer;
  rawTextOnly: Buffer | null;
  /** Why nobody can be written to at `recipient`: it is held from the first, and its address called bad. null: it can be sent. */
  refused: string | null;
};

/**
 * First in, first out per tenant, topic and thread, so that "recovered" never overtakes "firing" and no mail waits for one about
 * something else. The recipient is no part of it: a tenant has one at a time, and the order must hold across a change of address.
 */
export const orderKeyOf = (tenantId: string, topic: string) => `${tenantId}/${topic}`;

/** Whose mails a lease leaves out: of these capabilities, and to these domains, in small letters. */
export type LeftOut = { tenantIds: readonly string[]; domains: readonly string[] };

/** A mail that this worker alone may send until its lease ends. */
export type LeasedMail = {
  id: string;
  tenantId: string;
  kind: MailKind;
  recipient: string;
  threadId: string | null;
  /** The tenant's address has changed since it was written: it must not leave like this. */
  isMisaddressed: boolean;
  /** Nobody rendered it in time: it leaves as the short text that it was written with. */
  isShort: boolean;
  /** The bytes of this try. */
  raw: Buffer;
  leaseToken: string;
  /** Tries begun, this one included. */
  attempts: number;
};

/**
 * What a bounce that isn't final says. part: a recipient behind the address, as of a list, didn't get it. came-back: its words say that
 * the mail came back, without proof. unreadable: something came back, nobody knows what.
 */
export const BOUNCE_NOTES = ["part", "came-back", "unreadable"] as const;
export type BounceNote = (typeof BOUNCE_NOTES)[number];

/** What came back of a mail. `note` says more of a bounce that isn't final; null: the mail is held up. */
export type MailBounce = {
  action: "failed" | "delayed";
  note: BounceNote | null;
  status: string;
  detail: string;
  atMs: number;
};

/** What became of a mail, as shown to its tenant. Times are milliseconds since the epoch. */
export type MailDelivery = {
  id: string;
  kind: MailKind;
  recipient: string;
  threadId: string | null;
  state: MailState;
  createdAtMs: number;
  /** When it is tried next; null once it is final. */
  dueAtMs: number | null;
  attempts: number;
  /** How many further copies the relay may have taken without saying so. */
  ambiguous: number;
  last: { class: OutcomeClass; words: string; atMs: number } | null;
  acceptedAtMs: number | null;
  finishedAtMs: number | null;
  bounce: MailBounce | null;
  gotItAtMs: number | null;
};

/** A tenant's part of the queue. */
export type QueueSummary = {
  queued: number;
  sending: number;
  held: number;
  /** Failed, held or bounced for good, and not put away by the owner. */
  notReceived: number;
  /** The oldest mail that could leave now and hasn't; null when there is none. Waiting for a retry or for an elder is not being due. */
  oldestDueAtMs: number | null;
  /** The oldest that is neither accepted nor final, whatever it waits for. */
  oldestOpenAtMs: number | null;
  lastAcceptedAtMs: number | null;
  last: MailDelivery["last"];
};

export type AddressHealth = { recipient: string; badSinceMs: number; reason: string };

/** The newest thing known of a relay. `breaker` is closed, open or probing. */
export type RelayState = { relay: string; atMs: number; ok: boolean; reason: string | null; breaker: string };

/** What markBounce() did. duplicate: the same was said before. unknown-mail: its row is gone, as after a tenant's deletion. */
export type BounceEffect = "recorded" | "duplicate" | "unknown-mail";
