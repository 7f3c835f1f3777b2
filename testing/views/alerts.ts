import type { Silence } from "@/lib/alerts/silence";
import type { AlertView } from "@/lib/alerts/view";
import type { BounceNote, MailDelivery } from "@/lib/delivery/mail";
import type { TestAlert } from "@/lib/test-alerts/test-alert";
import { MINUTE_MS, NOW_MS } from "./health";

/** A mail that the relay accepted. */
export function mailView(change: Partial<MailDelivery> = {}): MailDelivery {
  return {
    id: "5a1f",
    kind: "firing",
    recipient: "owner@photos.example",
    threadId: "0b5e",
    state: "accepted",
    createdAtMs: NOW_MS - 10 * MINUTE_MS,
    dueAtMs: null,
    attempts: 1,
    ambiguous: 0,
    last: { class: "accepted", words: "250 2.0.0 queued as 4T1", atMs: NOW_MS - 9 * MINUTE_MS },
    acceptedAtMs: NOW_MS - 9 * MINUTE_MS,
    finishedAtMs: NOW_MS - 9 * MINUTE_MS,
    bounce: null,
    gotItAtMs: null,
    ...change,
  };
}

const OPEN = { acceptedAtMs: null, finishedAtMs: null, last: null };
const tried = (kind: "transport" | "ambiguous" | "transient", words: string) => ({
  ...OPEN,
  state: "queued" as const,
  dueAtMs: NOW_MS + 5 * MINUTE_MS,
  last: { class: kind, words, atMs: NOW_MS - 8 * MINUTE_MS },
});

const softly = (note: BounceNote, detail: string) =>
  mailView({ bounce: { action: "delayed", note, status: "", detail, atMs: NOW_MS - 5 * MINUTE_MS } });

/** Everything that may have become of a mail. */
export const MAILS = {
  queued: mailView({ ...OPEN, state: "queued", dueAtMs: NOW_MS, attempts: 0 }),
  sending: mailView({ ...OPEN, state: "sending", dueAtMs: NOW_MS }),
  relayAway: mailView(tried("transport", "connect ECONNREFUSED")),
  cutOff: mailView({ ...tried("ambiguous", "The connection ended without a reply."), ambiguous: 1 }),
  putOff: mailView(tried("transient", "450 4.2.0 greylisted")),
  accepted: mailView(),
  delayed: mailView({
    bounce: {
      action: "delayed",
      note: null,
      status: "4.4.1",
      detail: "mx.example is busy",
      atMs: NOW_MS - 5 * MINUTE_MS,
    },
  }),
  bounced: mailView({
    bounce: {
      action: "failed",
      note: null,
      status: "5.1.1",
      detail: "No such user",
      atMs: NOW_MS - 5 * MINUTE_MS,
    },
  }),
  partBounced: softly("part", "former@photos.example: 550 5.1.1 No such user"),
  cameBack: softly("came-back", "Sorry, no mailbox here by that name. (#5.1.1)"),
  unreadable: softly("unreadable", "It can't be read: it has no text."),
  gotIt: mailView({ kind: "test", gotItAtMs: NOW_MS - 2 * MINUTE_MS }),
  held: mailView({ ...OPEN, state: "held", finishedAtMs: NOW_MS - 9 * MINUTE_MS }),
  failed: mailView({ ...OPEN, state: "failed", finishedAtMs: NOW_MS - MINUTE_MS }),
  cancelled: mailView({ ...OPEN, state: "cancelled", finishedAtMs: NOW_MS - MINUTE_MS }),
} satisfies Record<string, MailDelivery>;

/** An alert that stands, with its first mail. */
export function alertView(change: Partial<AlertView> = {}): AlertView {
  return {
    id: "0b5e",
    signal: "error-rate",
    line: "error-rate",
    title: "Error rate",
    unit: "share",
    breachedAtMs: NOW_MS - 19 * MINUTE_MS,
    firedAtMs: NOW_MS - 14 * MINUTE_MS,
    firedValue: 0.07,
    threshold: { value: 0.05, inclusive: false, forSeconds: 300, recoverForSeconds: 300 },
    worse: "higher",
    worst: { value: 0.12, atMs: NOW_MS - 12 * MINUTE_MS },
    last: { value: 0.06, atMs: NOW_MS - MINUTE_MS },
    missingSinceMs: null,
    ended: null,
    hold: null,
    mails: [mailView()],
    side: null,
    together: [],
    ...change,
  };
}

export function testAlertView(mail: MailDelivery | null): TestAlert {
  return { id: "5a1f", requestedAtMs: NOW_MS - 11 * MINUTE_MS, requestedBy: "owner@photos.example", mail };
}

export function silenceView(change: Partial<Silence> = {}): Silence {
  return { sinceMs: NOW_MS - 86_400_000, from: "mail", evaluations: 17_280, failed: 0, missed: 0, ...change };
}
