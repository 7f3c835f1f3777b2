import type { Hold } from "@/lib/attribution/hold";
import type { Side } from "@/lib/attribution/verdict";
import type { SignalId, Threshold, Unit } from "@/lib/catalogue/bundle";
import type { MailDelivery } from "@/lib/delivery/mail";
import type { EndReason, Measured } from "./alert";

/** An alert as its owner sees it: plain data, times in milliseconds since the epoch. */
export type AlertView = {
  id: string;
  signal: SignalId;
  line: string;
  /** "Error rate", "Memory". */
  title: string;
  /** null where the platform no longer measures it, so that its numbers have lost their unit. */
  unit: Unit | null;
  breachedAtMs: number;
  firedAtMs: number;
  firedValue: number;
  /** The threshold at the time. */
  threshold: Threshold;
  worse: "higher" | "lower";
  worst: Measured;
  last: Measured | null;
  missingSinceMs: number | null;
  ended: { atMs: number; reason: EndReason } | null;
  /** What keeps, or kept, the mails about it from being written; null: nothing ever did. */
  hold: Hold | null;
  /** Of its thread, oldest first. Signals that fire together share one. */
  mails: MailDelivery[];
  /** Whose problem it was judged to be at onset; null: nothing was said. */
  side: Side | null;
  /** What else its mails report. */
  together: { id: string; title: string }[];
};
