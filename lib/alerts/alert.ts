import { endHold, type Hold } from "@/lib/attribution/hold";
import type { Threshold } from "@/lib/catalogue/bundle";
import type { LineKey } from "@/lib/evaluation/effective";

/** The mails that belong together: those of the signals that fired at about the same time, from the first to the last word. */
export type Thread = {
  /** The id of the alert that opened it, or a new one where it is about missing data only. */
  id: string;
  lineKey: LineKey;
  openedAtMs: number;
};

/**
 * How an alert ends. offboarded: its tenant is no longer live. evicted: its eviction date has come, so that it doesn't serve by
 * agreement. Neither gets a mail.
 */
export type EndReason = "recovered" | "cancelled" | "expired" | "offboarded" | "evicted";

export type Measured = { value: number; atMs: number };

/** An alert of one line of one tenant, from breach to end. Times are slots in milliseconds since the epoch. */
export type Alert = {
  id: string;
  tenantId: string;
  lineKey: LineKey;
  thread: Thread;
  breachedAtMs: number;
  firedAtMs: number;
  firedValue: number;
  /** The threshold by which it fired. */
  threshold: Threshold & { worse: "higher" | "lower" };
  worst: Measured;
  /** The value of the newest slot that changed anything about it. */
  last: Measured | null;
  missingSinceMs: number | null;
  /** Whether a mail of its own said that it fires. */
  notified: boolean;
  /** What keeps, or kept, the mails about it from being written; null: nothing ever did. */
  hold: Hold | null;
  /** How many of its reminders are done. */
  reminders: number;
  ended: { atMs: number; reason: EndReason } | null;
};

/** The alert as a slot leaves it that judged `value`, with the worst value that the judgement knows. */
export function seen(alert: Alert, worst: number, now: Measured): Alert {
  if (worst === alert.worst.value) return alert;
  return { ...alert, worst: { value: worst, atMs: now.atMs }, last: now };
}

/** @param last the value that ended it; null where none did */
export function ended(alert: Alert, atMs: number, reason: EndReason, last: number | null): Alert {
  return {
    ...alert,
    last: last === null ? alert.last : { value: last, atMs },
    hold: endHold(alert.hold, atMs, "alert-over"),
    ended: { atMs, reason },
  };
}
