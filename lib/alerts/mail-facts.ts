import type { Hold, HoldEnd } from "@/lib/attribution/hold";
import type { Side } from "@/lib/attribution/verdict";
import type { SignalId, Threshold, Unit } from "@/lib/catalogue/bundle";
import type { AlertMailKind } from "@/lib/delivery/mail";
import type { CapabilityEvent } from "@/lib/evaluation/event";

// Everything that a mail says, as plain JSON: a template needs nothing else, and a preview can be made of a file. Times are
// milliseconds since the epoch, durations too. Every name in it comes from outside and may hold anything.

/** What a mail can report. A test reports no alert. */
export type ThreadMailKind = Exclude<AlertMailKind, "test">;

/** One judged line of the capability, as the mail shows it. */
export type MailLine = {
  signal: SignalId;
  /** "Error rate". */
  signalTitle: string;
  line: string;
  /** "p95": what is measured. The same as the title, or nearly, where the signal has one line. */
  lineLabel: string;
  unit: Unit;
  worse: "higher" | "lower";
  /** The threshold that it was judged by. */
  threshold: Threshold;
  /** The newest judged value; null where there is none that is fresh. */
  value: number | null;
  /** Since when there is no data; null while there is. */
  missingSinceMs: number | null;
  /** The missing parts in words, where only they are missing: "container db of pod photos-0". Empty otherwise. */
  missingParts: string[];
  /** In a mail that begins an alert: the worst part and how many are fine, in words. absent: not known, or there is only one. */
  worstPart?: string;
  /** What keeps pods from running, in words, and how many do. null: could not be read. absent: nothing, or it isn't about pods. */
  waiting?: { named: string[]; total: number } | null;
  /** null in a mail about missing data outside any alert. */
  alert: {
    id: string;
    /** When the breach began, before it had lasted long enough. */
    breachedAtMs: number;
    firedAtMs: number;
    firedValue: number;
    worst: number;
    worstAtMs: number;
    endedAtMs: number | null;
    /** It is open, and its newest value is within the threshold. absent: it isn't. */
    recovering?: boolean;
  } | null;
  /** The last hour up to the mail's slot, a point a minute, oldest first; a null value is a gap. null: it could not be read. */
  trend: [atMs: number, value: number | null][] | null;
  /** The page of this signal. */
  url: string;
};

export type MailFacts = {
  kind: AlertMailKind;
  /** Why there is this mail, in one sentence: "Its sixth turn within an hour." */
  reason: string;
  /** The slot that it reports. */
  atMs: number;
  capability: { id: string; name: string };
  /** IANA, the owner's. */
  timeZone: string;
  /** What opened the thread. null: a test. */
  thread: { id: string; signalTitle: string; lineLabel: string; openedAtMs: number } | null;
  /** What the mail is about, what weighs most first. Empty in a test alone. */
  lines: MailLine[];
  /** What else of this capability is open at the same time. While there is any, no mail says that it is well again. */
  alsoFiring: MailLine[];
  /** The deployments of the hour before, oldest first. null: they could not be read. */
  deployments: { atMs: number; version: string }[] | null;
  /** The restarts and the threshold edits of that hour, oldest first. null: could not be read. absent: not asked for. */
  restarts?: Extract<CapabilityEvent, { kind: "restart" }>[] | null;
  edits?: RecentThresholdEdit[] | null;
  /**
   * Whose problem it was judged to be at onset, with its evidence in sentences. absent: not judged.
   * changedTo: what was learned about the onset says otherwise.
   */
  verdict?: { side: Side; changedTo?: Side; sentence: string; evidence: string[] };
  /** What the mail reports was held back until now by a platform incident. absent: it wasn't. */
  held?: Pick<Hold, "sinceMs" | "components" | "overSinceMs"> & { why: HoldEnd };
  /** Who switched the signal off, or asked for the test. absent: not known. */
  by?: string;
  /** In a firing mail and a reminder: when the next reminder is due if nothing changes. */
  nextReminderAtMs?: number;
  links: {
    /** The health page. */
    health: string;
    thresholds: string;
    alerts: string;
    /** The page of what opened the thread; null in a test. */
    alert: string | null;
    /** The capability itself, where the definitions name it. */
    capability: string | null;
    /** The prefilled issue that asks for another address or channel. */
    modify?: string | null;
  };
};

/** A threshold as it was before or after an edit; null stands for the platform's default. */
export type EditedThreshold = (Threshold & { enabled: boolean }) | null;

export type RecentThresholdEdit = Pick<MailLine, "signalTitle" | "lineLabel" | "unit" | "worse"> & {
  atMs: number;
  by: string;
  from: EditedThreshold;
  to: EditedThreshold;
};

/** A mail as it will be composed. The HTML shows its pictures by `cid:`. */
export type RenderedMail = {
  subject: string;
  text: string;
  html: string;
  images: { cid: string; png: Buffer }[];
};
