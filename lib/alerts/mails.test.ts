import { describe, expect, test } from "vitest";
import type { Hold } from "@/lib/attribution/hold";
import type { LineKey } from "@/lib/evaluation/effective";
import type { Alert, EndReason, Thread } from "./alert";
import { openAlert } from "./alert.fixture";
import type { LineEvent } from "./judge";
import { mailsDue, type TenantUpdate, type ThreadMails } from "./mails";
import { remindersDue } from "./reminders";

const HOUR = 3_600_000;
const NOW = 100 * HOUR;

const alert = (id: string, lineKey: LineKey, more: Partial<Alert> = {}) =>
  openAlert(id, lineKey, { firedAtMs: NOW, ...more });
const thread = (id: string, lineKey: LineKey = "latency/p95"): Thread => ({
  id,
  lineKey,
  openedAtMs: NOW - HOUR,
});
const HOLD: Hold = {
  sinceMs: NOW - 20 * 60_000,
  untilMs: NOW + 40 * 60_000,
  components: ["Ingress"],
  issue: 7,
  overSinceMs: null,
  ended: null,
};
const fired = (one: Alert): LineEvent => ({ kind: "fired", lineKey: one.lineKey, alert: one });
const over = (one: Alert, reason: EndReason = "recovered"): LineEvent => ({
  kind: "ended",
  lineKey: one.lineKey,
  alert: { ...one, ended: { atMs: NOW, reason } },
  reason,
});
const left: ThreadMails = { accepted: true, mayHaveLeft: true, open: false };
const queued: ThreadMails = { accepted: false, mayHaveLeft: false, open: true };
const inFlight: ThreadMails = { accepted: false, mayHaveLeft: true, open: true };
const EVERY: LineKey[] = ["availability/availability", "latency/p95", "error-rate/error-rate"];

function due(news: Partial<TenantUpdate>) {
  const all = {
    atMs: NOW,
    events: [],
    open: [],
    past: [],
    threads: new Map(),
    known: new Set(EVERY),
    ...news,
  };
  const mailing = mailsDue(all);
  return {
    ...mailing,
    notified: mailing.mails.map(({ kind, thread: { id }, about, alsoFiring, supersedes }) => ({
      kind,
      thread: id,
      about: about.map(({ lineKey }) => lineKey),
      also: alsoFiring.map(({ lineKey }) => lineKey),
      supersedes,
    })),
  };
}
const mail = (kind: string, threadId: string, about: LineKey[], more: object = {}) => ({
  kind,
  thread: threadId,
  about,
  also: [],
  supersedes: false,
  ...more,
});

describe("firing", () => {
  const latency = alert("a", "latency/p95");
  const errors = alert("b", "error-rate/error-rate");

  test("one signal: one mail, which opens a thread", () => {
    expect(due({ events: [fired(latency)], open: [latency] }).notified).toEqual([
      mail("firing", "a", ["latency/p95"]),
    ]);
  });

  test("two signals in one cycle: one mail for both, in one thread", () => {
    const { notified, changes } = due({ events: [fired(latency), fired(errors)], open: [latency, errors] });
    expect(notified).toEqual([mail("firing", "a", ["latency/p95", "error-rate/error-rate"])]);
    expect(changes.get("b")?.thread.id).toBe("a");
  });

  test("a signal soon after another: it joins that one's thread, and the mail names the other", () => {
    const before = alert("a", "latency/p95", { firedAtMs: NOW - 10 * 60_000 });
    const { notified, changes } = due({ events: [fired(errors)], open: [before, errors] });
    expect(notified).toEqual([mail("joined", "a", ["error-rate/error-rate"], { also: ["latency/p95"] })]);
    expect(changes.get("b")).toMatchObject({ thread: { id: "a" } });
  });

  test("what a platform incident held back opens its thread late, and the mail says why", () => {
    const hold = { ...HOLD, ended: { atMs: NOW, why: "outlasted" as const } };
    const late = alert("a", "latency/p95", { firedAtMs: NOW - 20 * 60_000, hold });
    const { notified, mails } = due({ events: [fired(late)], open: [late] });
    expect(notified).toEqual([mail("firing", "a", ["latency/p95"])]);
    expect(mails[0]?.reason).toMatch(/incident of the platform .* held its mail back, and it still stands/);
  });

  test("a signal long after another: a thread of its own", () => {
    const before = alert("a", "latency/p95", { firedAtMs: NOW - 2 * HOUR });
    const { notified } = due({ events: [fired(errors)], open: [before, errors] });
    expect(notified).toEqual([mail("firing", "b", ["error-rate/error-rate"], { also: ["latency/p95"] })]);
  });

  test("nobody joins the thread of a signal that was never reported", () => {
    const before = alert("a", "latency/p95", { firedAtMs: NOW - 60_000, notified: false });
    const { notified } = due({ events: [fired(errors)], open: [before, errors] });
    expect(notified).toEqual([mail("firing", "b", ["error-rate/error-rate"])]);
  });
});

describe("an end", () => {
  const latency = alert("a", "latency/p95", { firedAtMs: NOW - HOUR });
  const errors = {
    ...alert("b", "error-rate/error-rate", { firedAtMs: NOW - HOUR }),
    thread: latency.thread,
  };

  test.each<[string, ThreadMails | undefined, EndReason, string, boolean]>([
    ["accepted", left, "recovered", "recovered", false],
    ["perhaps at the relay", inFlight, "recovered", "recovered", false],
    ["still queued", queued, "recovered", "fired-and-recovered", true],
    ["lost", undefined, "recovered", "fired-and-recovered", true],
    ["accepted", left, "cancelled", "cancelled", false],
    ["still queued", queued, "cancelled", "cancelled", true],
    ["accepted", left, "expired", "expired", false],
    ["still queued", queued, "expired", "expired", true],
  ])("with the first mail %s (%o), %s: %s", (_, mails, reason, kind, supersedes) => {
    const threads = new Map(mails ? [["a", mails]] : []);
    expect(due({ events: [over(latency, reason)], threads }).notified).toEqual([
      mail(kind, "a", ["latency/p95"], { supersedes }),
    ]);
  });

  test("of a tenant that left is mailed to nobody", () => {
    expect(due({ events: [over(latency, "offboarded")], threads: new Map([["a", left]]) }).notified).toEqual(
      [],
    );
  });

  test("of two signals in one thread and one cycle is one mail", () => {
    const { notified } = due({ events: [over(latency), over(errors)], threads: new Map([["a", left]]) });
    expect(notified).toEqual([mail("recovered", "a", ["latency/p95", "error-rate/error-rate"])]);
  });

  test("of one signal while another of the thread lasts never takes back the mail that reports both", () => {
    const { notified } = due({ events: [over(latency)], open: [errors], threads: new Map([["a", queued]]) });
    expect(notified).toEqual([mail("recovered", "a", ["latency/p95"], { also: ["error-rate/error-rate"] })]);
  });

  test.each<[string, Partial<Alert>]>([
    ["flapping", { notified: false }],
    ["held back by a platform incident", { notified: false, hold: HOLD }],
    ["of another thread", { thread: thread("z") }],
  ])("names an open alert that is %s, so that nothing says that all is well", (_, more) => {
    const lasting = { ...errors, ...more };
    const { notified } = due({ events: [over(latency)], open: [lasting], threads: new Map([["a", left]]) });
    expect(notified).toEqual([mail("recovered", "a", ["latency/p95"], { also: ["error-rate/error-rate"] })]);
    const back: LineEvent = {
      kind: "data-back",
      lineKey: "latency/p95",
      thread: thread("a"),
      ofParts: false,
    };
    expect(due({ events: [back], open: [lasting] }).notified).toMatchObject([
      { also: ["error-rate/error-rate"] },
    ]);
  });

  test("of the last one before any mail left reports those that ended before, for their mails are taken back", () => {
    const before = { ...latency, ended: { atMs: NOW - 60_000, reason: "recovered" as const } };
    const { notified } = due({ events: [over(errors)], past: [before], threads: new Map([["a", queued]]) });
    expect(notified).toEqual([
      mail("fired-and-recovered", "a", ["error-rate/error-rate", "latency/p95"], { supersedes: true }),
    ]);
  });
});

describe("reminders", () => {
  test.each([
    [0, 0],
    [3.99, 0],
    [4, 1],
    [11.9, 1],
    [12, 2],
    [35.9, 2],
    [36, 3],
    [60, 4],
  ])("after %d h firing, %d are due: at 4 h, at 12 h, then daily", (hours, count) => {
    expect(remindersDue(hours * HOUR)).toBe(count);
  });

  const old = (hours: number, reminders: number) =>
    alert("a", "latency/p95", { firedAtMs: NOW - hours * HOUR, reminders });
  const dueFor = (one: Alert, mails: ThreadMails, more: Partial<TenantUpdate> = {}) =>
    due({ open: [one], threads: new Map([["a", mails]]), ...more });

  test("one is due once, and is written down as done", () => {
    const { notified, changes } = dueFor(old(4, 0), left);
    expect(notified).toEqual([mail("reminder", "a", ["latency/p95"])]);
    expect(changes.get("a")?.reminders).toBe(1);
    expect(dueFor(old(5, 1), left).notified).toEqual([]);
  });

  test("those that were due while nobody evaluated are one", () => {
    expect(dueFor(old(70, 0), left).changes.get("a")?.reminders).toBe(4);
  });

  test.each<[string, Alert, ThreadMails, Partial<TenantUpdate>]>([
    ["before a mail was accepted: that is another try", old(5, 0), queued, {}],
    ["while one is on its way", old(5, 0), { ...left, open: true }, {}],
    ["of a line that this cycle could not judge", old(5, 0), left, { known: new Set<LineKey>() }],
    ["of a flapping line", { ...old(5, 0), notified: false }, left, {}],
  ])("there is none %s", (_, one, mails, more) => {
    expect(dueFor(one, mails, more).notified).toEqual([]);
  });

  test("one for a whole thread", () => {
    const joined = {
      ...alert("b", "error-rate/error-rate", { firedAtMs: NOW - HOUR }),
      thread: old(4, 0).thread,
    };
    const { notified } = due({ open: [old(4, 0), joined], threads: new Map([["a", left]]) });
    expect(notified).toEqual([mail("reminder", "a", ["latency/p95", "error-rate/error-rate"])]);
  });
});

describe("the others", () => {
  const latency = alert("a", "latency/p95", { firedAtMs: NOW - HOUR });
  const lineKey: LineKey = "latency/p95";
  test.each<[string, LineEvent, string]>([
    ["flapping", { kind: "flapping", lineKey, alert: latency, thread: thread("a") }, "flapping"],
    ["settled and firing", { kind: "settled", lineKey, alert: latency, thread: thread("a") }, "firing"],
    ["settled and well", { kind: "settled", lineKey, alert: null, thread: thread("a") }, "recovered"],
    [
      "missing while firing",
      { kind: "missing", lineKey, alert: latency, thread: thread("a"), sinceMs: 1, missingParts: [] },
      "data-missing",
    ],
    [
      "missing",
      { kind: "missing", lineKey, alert: null, thread: thread("a"), sinceMs: 1, missingParts: [] },
      "data-missing",
    ],
    ["data back", { kind: "data-back", lineKey, thread: thread("a"), ofParts: false }, "recovered"],
    ["parts back", { kind: "data-back", lineKey, thread: thread("a"), ofParts: true }, "recovered"],
  ])("%s is one mail in its thread", (_, event, kind) => {
    expect(due({ events: [event] }).notified).toEqual([mail(kind, "a", ["latency/p95"])]);
  });

  test("a part that is no longer missing may have been deleted or given up, and no mail says that its data is back", () => {
    const [mailed] = due({
      events: [{ kind: "data-back", lineKey, thread: thread("a"), ofParts: true }],
    }).mails;
    expect(mailed?.reason).toBe(
      "No part is missing any more: each sends data again, was deleted, or has been silent for a day.",
    );
  });

  test("every mail says why it is sent, in a sentence", () => {
    const { mails } = due({ events: [fired(latency)], open: [latency] });
    expect(mails[0]?.reason).toMatch(/^[A-Z].*\.$/);
  });

  test("where nothing happened there is no mail", () => {
    expect(due({ open: [latency], threads: new Map([["a", left]]) }).notified).toEqual([]);
  });
});
