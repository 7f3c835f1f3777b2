import { describe, expect, test } from "vitest";
import { HELD_AT_MOST_MS, type Hold } from "@/lib/attribution/hold";
import type { PlatformIncident } from "@/lib/attribution/incident";
import type { Alert } from "./alert";
import { openAlert } from "./alert.fixture";
import { type HoldInput, holdBack } from "./held-back";
import type { LineEvent } from "./judge";

const NOW = Date.UTC(2026, 10, 21, 14);
const MINUTE = 60_000;
const running: PlatformIncident = { kind: "running", components: ["Ingress"], issue: 7 };

const alert = (id: string, more: Partial<Alert> = {}) =>
  openAlert(id, "latency/p95", { firedAtMs: NOW, ...more });
const since = (minutesAgo: number): Hold => ({
  sinceMs: NOW - minutesAgo * MINUTE,
  untilMs: NOW - minutesAgo * MINUTE + HELD_AT_MOST_MS,
  components: ["Ingress"],
  issue: 7,
  overSinceMs: null,
  ended: null,
});
const held = (id: string, minutesAgo: number) => alert(id, { notified: false, hold: since(minutesAgo) });
const fired = (one: Alert): LineEvent => ({ kind: "fired", lineKey: one.lineKey, alert: one });
const over = (one: Alert): LineEvent => ({
  kind: "ended",
  lineKey: one.lineKey,
  alert: { ...one, ended: { atMs: NOW, reason: "recovered" } },
  reason: "recovered",
});

function back(
  events: LineEvent[],
  open: Alert[],
  incidents: Record<string, PlatformIncident> = {},
  more: Partial<HoldInput> = {},
) {
  const news = { atMs: NOW, events, open, fires: () => true, ...more };
  const result = holdBack({ ...news, incidentOf: ({ id }) => incidents[id] ?? running });
  return {
    notified: result.events.map((event) => `${event.kind} ${("alert" in event && event.alert?.id) || "-"}`),
    holds: Object.fromEntries(
      result.changed.map(({ id, notified, hold }) => [
        id,
        { notified, until: hold?.untilMs, ended: hold?.ended?.why },
      ]),
    ),
  };
}

describe("firings are held back while an incident runs", () => {
  test("all that fire in a slot; an hour at most", () => {
    const [a, b] = [alert("a"), alert("b")];
    expect(back([fired(a), fired(b)], [a, b])).toEqual({
      notified: [],
      holds: {
        a: { notified: false, until: NOW + HELD_AT_MOST_MS, ended: undefined },
        b: { notified: false, until: NOW + HELD_AT_MOST_MS, ended: undefined },
      },
    });
  });

  test("what fires later is mailed no later than what is held already", () => {
    const [a, b] = [held("a", 40), alert("b")];
    expect(back([fired(b)], [a, b])).toEqual({
      notified: [],
      holds: { b: { notified: false, until: NOW + 20 * MINUTE, ended: undefined } },
    });
  });

  test("also beside an alert that was mailed before; that one stays mailed", () => {
    const [a, b] = [alert("a", { firedAtMs: NOW - MINUTE }), alert("b")];
    expect(back([fired(b)], [a, b]).notified).toEqual([]);
  });

  test("endings, missing data and the like are never held", () => {
    const [a, b] = [held("a", 5), alert("b")];
    const missing: LineEvent = {
      kind: "missing",
      lineKey: b.lineKey,
      alert: null,
      thread: b.thread,
      sinceMs: NOW,
      missingParts: [],
    };
    expect(back([over(a), missing], []).notified).toEqual(["ended a", "missing -"]);
    expect(back([over(a), fired(b)], [b]).notified).toEqual(["ended a"]);
  });
});

describe("one owner's firings are held together or mailed together", () => {
  test("what fires by the owner's own doing takes along what is held, in one slot", () => {
    const [a, b] = [held("a", 10), alert("b")];
    expect(back([fired(b)], [a, b], { b: { kind: "not-platform" } })).toEqual({
      notified: ["fired a", "fired b"],
      holds: { a: { notified: true, until: NOW + 50 * MINUTE, ended: "together" } },
    });
  });

  test("the limit of one is the limit of all", () => {
    const [a, b] = [held("a", 60), held("b", 10)];
    expect(back([], [a, b])).toMatchObject({
      notified: ["fired a", "fired b"],
      holds: { a: { notified: true, ended: "limit" }, b: { notified: true, ended: "together" } },
    });
  });

  test("where nothing is held and nothing fires, nothing changes", () => {
    const a = alert("a", { firedAtMs: NOW - MINUTE });
    expect(back([], [a])).toEqual({ notified: [], holds: {} });
    expect(back([fired(a)], [a], { a: { kind: "over" } })).toEqual({ notified: ["fired a"], holds: {} });
  });
});
