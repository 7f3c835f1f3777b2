import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CapabilityEvent } from "@/lib/evaluation/event";
import { EVENT_KINDS } from "@/lib/evaluation/event-kinds";
import type { NoticeView } from "@/lib/notices/view";
import { alertEvents, noticeEvents } from "./events";
import { countsByKind, lastingNow, sectionOf } from "./timeline";

const HOUR_MS = 3_600_000;
const deployment = (atMs: number, version = "1.4.2"): CapabilityEvent => ({
  kind: "deployment",
  atMs,
  version,
});
const alert = (atMs: number): CapabilityEvent => ({
  kind: "alert",
  atMs,
  id: "a",
  name: "Error rate",
  edge: "began",
  end: null,
});
const notice = (change: Partial<NoticeView> = {}): NoticeView => ({
  number: 12,
  kind: "incident",
  url: "https://github.com/acme/infra/issues/12",
  title: "Ingress errors",
  fields: {},
  shortened: false,
  deadlineMs: null,
  daysLeft: null,
  overdue: false,
  moved: null,
  counts: null,
  components: [],
  openedAtMs: 5 * HOUR_MS,
  updatedAtMs: 5 * HOUR_MS,
  closedAtMs: null,
  ...change,
});

describe("a section", () => {
  const event = fc
    .record({ atMs: fc.integer({ min: 0, max: 100 }), which: fc.boolean() })
    .map(({ atMs, which }) => (which ? deployment(atMs) : alert(atMs)));
  test("holds each event of its time once, newest first, whichever source has it, and none of another time (property)", () => {
    const period = { fromMs: 20, toMs: 80 };
    fc.assert(
      fc.property(fc.array(event), fc.array(event), (one, other) => {
        const { events } = sectionOf(period, [one, other], null);
        const key = (each: CapabilityEvent) => JSON.stringify(each);
        const wanted = [...one, ...other].filter(({ atMs }) => atMs > 20 && atMs <= 80).map(key);
        expect(new Set(events.map(key))).toEqual(new Set(wanted));
        expect(events).toHaveLength(new Set(wanted).size);
        expect(events.map(({ atMs }) => atMs)).toEqual(events.map(({ atMs }) => atMs).sort((a, b) => b - a));
        expect(sectionOf(period, [other, one], null).events).toEqual(events);
      }),
    );
  });

  test("and the one before it share no event, also at the very instant between them", () => {
    const events = [deployment(50)];
    expect(sectionOf({ fromMs: 50, toMs: 99 }, [events], null).events).toEqual([]);
    expect(sectionOf({ fromMs: 0, toMs: 50 }, [events], null).events).toEqual(events);
  });

  test("shows of one instant the deployment below the alert that it may have led to", () => {
    const { events } = sectionOf({ fromMs: 0, toMs: 9 }, [[deployment(5)], [alert(5)]], null);
    expect(events.map(({ kind }) => kind)).toEqual(["alert", "deployment"]);
  });

  test("of a crash loop holds the newest, and no more than can be read", () => {
    const many = Array.from({ length: 500 }, (_, index) => deployment(index + 1, String(index)));
    const { events } = sectionOf({ fromMs: 0, toMs: 1_000 }, [many], null);
    expect(events).toHaveLength(200);
    expect(events[0]?.atMs).toBe(500);
  });
});

test("an alert that is over is shown where it began and where it ended, by its line's name or what is left of it", () => {
  const times = { id: "a", lineKey: "latency/p95", firedAtMs: 1_000, ended: null } as const;
  expect(alertEvents(null, [times])).toEqual([
    { kind: "alert", atMs: 1_000, id: "a", name: "latency/p95", edge: "began", end: null },
  ]);
  const over = { ...times, ended: { atMs: 61_000, reason: "recovered" as const } };
  expect(alertEvents(null, [over]).map(({ atMs, edge, end }) => [atMs, edge, end])).toEqual([
    [1_000, "began", null],
    [61_000, "ended", { afterMs: 60_000, reason: "recovered" }],
  ]);
});

test("a notice is shown where it was opened and where it was closed", () => {
  const closed = notice({ closedAtMs: 6 * HOUR_MS });
  expect(noticeEvents([notice(), closed]).map(({ atMs, edge }) => [atMs / HOUR_MS, edge])).toEqual([
    [5, "opened"],
    [5, "opened"],
    [6, "closed"],
  ]);
});

test("now holds alerts that last, then open notices, without those that the owner is done with", () => {
  const alerts = [
    { id: "old", name: "Latency p95", sinceMs: 1 },
    { id: "new", name: "Error rate", sinceMs: 2 },
  ];
  const notices = [
    notice({ number: 1, overdue: true }),
    notice({ number: 2, moved: true }),
    notice({ number: 3, closedAtMs: 1 }),
  ];
  expect(lastingNow(alerts, notices)).toMatchObject([
    { kind: "alert", id: "new" },
    { kind: "alert", id: "old" },
    { kind: "notice", number: 1, overdue: true },
  ]);
});

test("the filter counts every kind, also those of which there is none", () => {
  const counts = countsByKind([alert(1), alert(2), deployment(1)]);
  expect(Object.keys(counts).sort()).toEqual([...EVENT_KINDS].sort());
  expect(counts).toMatchObject({ alert: 2, deployment: 1, notice: 0 });
});
