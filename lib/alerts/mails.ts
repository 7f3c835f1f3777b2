import type { LineKey } from "@/lib/evaluation/effective";
import type { PartName } from "@/lib/evaluation/parts";
import type { Alert, EndReason, Thread } from "./alert";
import { FLAPPING_TURNS, SETTLED_AFTER_MS } from "./flapping";
import type { LineEvent } from "./judge";
import type { ThreadMailKind } from "./mail-facts";
import { remindersDue } from "./reminders";

/** What is recorded of a thread's mails. */
export type ThreadMails = {
  /** A relay accepted one of them. */
  accepted: boolean;
  /** A relay has one of them, or may have. */
  mayHaveLeft: boolean;
  /** One of them is still to be sent. */
  open: boolean;
};

/** A line that a mail is about. */
export type MailTopic = {
  lineKey: LineKey;
  alert: Alert | null;
  missingSinceMs: number | null;
  /** The parts that are missing, where others of the line are seen. */
  missingParts?: readonly PartName[];
};

/** A mail that is due now, and why. */
export type PlannedMail = {
  kind: ThreadMailKind;
  reason: string;
  thread: Thread;
  about: MailTopic[];
  /** What else is open. A mail that says that something is over lists all of it, whether it was mailed before or not. */
  alsoFiring: MailTopic[];
  /** It reports the whole: mails of the thread that no relay can have are taken back. Only where none of them has left. */
  supersedes: boolean;
};

export type TenantUpdate = {
  atMs: number;
  /** What this cycle has to report of one tenant, in the bundle's order of lines. */
  events: readonly LineEvent[];
  /** Its open alerts after the cycle, those that have just fired included. */
  open: readonly Alert[];
  /** Alerts that ended, of the threads of those that end now. */
  past: readonly Alert[];
  threads: ReadonlyMap<string, ThreadMails>;
  /** Lines that this cycle could judge. Whether the others still fire isn't known. */
  known: ReadonlySet<LineKey>;
};

export type Mailing = {
  mails: PlannedMail[];
  /** What the mails change about alerts: the thread that they joined, the reminders that are done. By alert id. */
  changes: Map<string, Pick<Alert, "thread" | "reminders">>;
};

/** A signal that fires within this time of a thread's beginning joins it; later it opens another thread. */
export const JOINS_WITHIN_MS = 30 * 60_000;
const HOUR_MS = 3_600_000;

const NO_MAILS: ThreadMails = { accepted: false, mayHaveLeft: false, open: false };

/**
 * Which mails a tenant is due now, and why: the only place that decides it.
 *
 * What fires in one cycle is one mail, and what fires soon after joins its thread. What ends in one cycle is one mail per thread
 * and reason; where the thread's first mail never left, one mail reports the whole. Nothing is mailed about an unreported alert.
 */
export function mailsDue(news: TenantUpdate): Mailing {
  const changes: Mailing["changes"] = new Map();
  const joined = threadOfFired(news, changes);
  const threaded = (alert: Alert): Alert => ({ ...alert, ...changes.get(alert.id) });
  const open = news.open.map(threaded);
  const mails = [...endings(news, open), ...firings(news, open, joined, threaded), ...others(news, open)];
  const busy = new Set(mails.map(({ thread }) => thread.id));
  return { mails: [...mails, ...reminders(news, open, busy, changes)], changes };
}

const topic = (alert: Alert): MailTopic => ({
  lineKey: alert.lineKey,
  alert,
  missingSinceMs: alert.missingSinceMs,
});

const wasHeld = ({ alert }: MailTopic) => alert?.hold != null;

/** What else is open, beside what the mail is about. */
const stillOpen = (open: readonly Alert[], about: readonly MailTopic[]): MailTopic[] => {
  const lines = new Set(about.map(({ lineKey }) => lineKey));
  return open.filter(({ lineKey }) => !lines.has(lineKey)).map(topic);
};

/** The same, without what no mail reported. */
const alongside = (open: readonly Alert[], about: readonly MailTopic[]): MailTopic[] =>
  stillOpen(
    open.filter(({ notified }) => notified),
    about,
  );

const firedIn = (news: TenantUpdate) =>
  news.events.flatMap((event) => (event.kind === "fired" ? [event.alert] : []));

function threadOfFired(news: TenantUpdate, changes: Mailing["changes"]): boolean {
  const fired = firedIn(news);
  const [first] = fired;
  if (!first) return false;
  const firedIds = new Set(fired.map(({ id }) => id));
  const going = news.open
    .filter(
      ({ id, notified, thread }) =>
        notified && !firedIds.has(id) && news.atMs - thread.openedAtMs <= JOINS_WITHIN_MS,
    )
    .reduce<Thread | null>(
      (newest, { thread }) => (newest && newest.openedAtMs >= thread.openedAtMs ? newest : thread),
      null,
    );
  const thread = going ?? first.thread;
  const done = remindersDue(news.atMs - thread.openedAtMs);
  for (const { id } of fired) changes.set(id, { thread, reminders: done });
  return going !== null;
}

function firings(
  news: TenantUpdate,
  open: readonly Alert[],
  joined: boolean,
  threaded: (alert: Alert) => Alert,
): PlannedMail[] {
  const about = firedIn(news).map((alert) => topic(threaded(alert)));
  const thread = about[0]?.alert?.thread;
  if (!thread) return [];
  const alone = about.length === 1;
  const reason = about.some(wasHeld)
    ? "It fired while an incident of the platform ran, which held its mail back, and it still stands."
    : joined
      ? `${alone ? "Another signal" : `${about.length} more signals`} of the same capability fired while the alert lasts.`
      : alone
        ? "The value stayed beyond its threshold for as long as you set."
        : `${about.length} signals went beyond their thresholds at the same time.`;
  const alsoFiring = alongside(open, about);
  return [{ kind: joined ? "joined" : "firing", reason, thread, about, alsoFiring, supersedes: false }];
}

/** Ends that the owner agreed to, or that come after everything: no mail reports them. */
type Unnotified = "offboarded" | "evicted";

const ENDINGS: Record<Exclude<EndReason, Unnotified>, string> = {
  recovered: "The value is within its threshold again.",
  cancelled: "It is no longer watched, because the signal was switched off.",
  expired: "There has been no data for a day, so nobody knows how it ended.",
};

function endings(news: TenantUpdate, open: readonly Alert[]): PlannedMail[] {
  const groups = new Map<string, { thread: Thread; reason: keyof typeof ENDINGS; about: Alert[] }>();
  for (const event of news.events) {
    if (event.kind !== "ended" || event.reason === "offboarded" || event.reason === "evicted") continue;
    const { thread } = event.alert;
    const key = `${thread.id} ${event.reason}`;
    const group = groups.get(key) ?? { thread, reason: event.reason, about: [] };
    group.about.push(event.alert);
    groups.set(key, group);
  }
  const superseded = new Set<string>();
  return [...groups.values()].map(({ thread, reason, about }): PlannedMail => {
    const lasts = open.some((alert) => alert.thread.id === thread.id);
    const whole = !lasts && !(news.threads.get(thread.id) ?? NO_MAILS).mayHaveLeft;
    const supersedes = whole && !superseded.has(thread.id);
    if (!supersedes)
      return plain(reason, ENDINGS[reason], thread, about.map(topic), stillOpen(open, about.map(topic)));
    superseded.add(thread.id);
    // The mails that are taken back may have reported others in the thread, which ended before.
    const ids = new Set(about.map(({ id }) => id));
    const before = news.past.filter(
      ({ id, notified, thread: { id: in_ } }) => notified && in_ === thread.id && !ids.has(id),
    );
    const topics = [...about, ...before].map(topic);
    const kind = reason === "recovered" ? "fired-and-recovered" : reason;
    const overSoon = topics.some(wasHeld)
      ? "It was over while its first mail was held back, because an incident of the platform ran."
      : "It was over before the first mail could leave.";
    const why = reason === "recovered" ? overSoon : ENDINGS[reason];
    return { ...plain(kind, why, thread, topics, stillOpen(open, topics)), supersedes: true };
  });
}

function plain(
  kind: ThreadMailKind,
  reason: string,
  thread: Thread,
  about: MailTopic[],
  alsoFiring: MailTopic[],
): PlannedMail {
  return { kind, reason, thread, about, alsoFiring, supersedes: false };
}

function others(news: TenantUpdate, open: readonly Alert[]): PlannedMail[] {
  return news.events.flatMap((event): PlannedMail[] => {
    const mail = (kind: ThreadMailKind, reason: string, about: MailTopic, thread: Thread) => [
      plain(kind, reason, thread, [about], (kind === "recovered" ? stillOpen : alongside)(open, [about])),
    ];
    const { lineKey } = event;
    switch (event.kind) {
      case "flapping": {
        const reason = `It turned ${FLAPPING_TURNS} times within an hour. Until it settles, not each turn is mailed.`;
        return mail("flapping", reason, topic(event.alert), event.thread);
      }
      case "settled": {
        const { alert } = event;
        const kind = alert ? "firing" : "recovered";
        const reason = `It has been steady for ${SETTLED_AFTER_MS / 60_000} minutes, and ${alert ? "still fires" : "is within its threshold"}.`;
        return mail(kind, reason, { lineKey, alert, missingSinceMs: null }, event.thread);
      }
      case "missing": {
        const { missingParts } = event;
        const about = { lineKey, alert: event.alert, missingSinceMs: event.sinceMs, missingParts };
        const reason =
          missingParts.length > 0
            ? "A part that breached the threshold sends no data any more, so nobody can tell whether it still does."
            : event.alert
              ? "There is no data any more, so nobody can tell whether it still lasts."
              : "There is no data about your capability, so nothing can be said of its health.";
        return mail("data-missing", reason, about, event.thread);
      }
      case "data-back": {
        const about = { lineKey, alert: null, missingSinceMs: null };
        const reason = event.ofParts
          ? "No part is missing any more: each sends data again, was deleted, or has been silent for a day."
          : "The data is back.";
        return mail("recovered", reason, about, event.thread);
      }
      default:
        return [];
    }
  });
}

/** Ever rarer while a thread lasts, and only after one of its mails was accepted: before that it would be another try. */
function reminders(
  news: TenantUpdate,
  open: readonly Alert[],
  busy: ReadonlySet<string>,
  changes: Mailing["changes"],
): PlannedMail[] {
  const threads = new Map(open.map(({ thread }) => [thread.id, thread]));
  return [...threads.values()].flatMap((thread): PlannedMail[] => {
    const mails = news.threads.get(thread.id) ?? NO_MAILS;
    if (busy.has(thread.id) || !mails.accepted || mails.open) return [];
    const firing = open.filter(
      ({ thread: { id }, notified, lineKey }) => id === thread.id && notified && news.known.has(lineKey),
    );
    const due = remindersDue(news.atMs - thread.openedAtMs);
    if (!firing.some((alert) => alert.reminders < due)) return [];
    for (const { id } of firing) changes.set(id, { thread, reminders: due });
    const hours = Math.floor((news.atMs - thread.openedAtMs) / HOUR_MS);
    const about = firing.map(topic);
    return [
      plain("reminder", `It has been firing for ${hours} hours.`, thread, about, alongside(open, about)),
    ];
  });
}
