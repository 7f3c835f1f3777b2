import { describe, expect, test } from "vitest";
import type { Hold } from "@/lib/attribution/hold";
import { type EventInput, platformEvent, platformEventWords } from "./platform-event";

const SLOT_MS = 1_700_000_000_000;
const INTERVAL_MS = 15_000;
const HOLD: Hold = {
  sinceMs: SLOT_MS,
  untilMs: SLOT_MS + 3_600_000,
  components: ["Ingress"],
  issue: 7,
  overSinceMs: null,
  ended: null,
};
const alerts = (many: number, firedAtMs = SLOT_MS, change: { breachedAtMs?: number; hold?: Hold } = {}) =>
  Array.from({ length: many }, (_, nth) => ({
    tenantId: `t${nth}`,
    firedAtMs,
    breachedAtMs: firedAtMs - 120_000,
    hold: null,
    ...change,
  }));
const eventOf = (of: EventInput["alerts"], judged = 20, lookedSinceMs: number | null = null) =>
  platformEvent({ alerts: of, slotMs: SLOT_MS, intervalSeconds: INTERVAL_MS / 1_000, judged, lookedSinceMs });

describe("a platform event", () => {
  test.each([
    { fired: 5, judged: 25, is: true },
    { fired: 5, judged: 26, is: false },
    { fired: 4, judged: 4, is: false },
    { fired: 499, judged: 10_000, is: false },
    { fired: 500, judged: 10_000, is: true },
    { fired: 0, judged: 0, is: false },
  ])("is $fired of $judged: $is", ({ fired, judged, is }) => {
    expect(eventOf(alerts(fired), judged) !== null).toBe(is);
  });

  test("counts a capability once, and what began in the minutes before", () => {
    const twice = [...alerts(3), ...alerts(3), ...alerts(5, SLOT_MS - 240_000)];
    expect(eventOf(twice)).toEqual({ fired: 5, judged: 20 });
    expect(eventOf(alerts(20, SLOT_MS - 300_000))).toBeNull();
  });

  test("counts no alert whose mail a declared incident holds back, and counts it once the hold is over", () => {
    expect(eventOf([...alerts(4), ...alerts(20, SLOT_MS, { hold: HOLD }).slice(4)])).toBeNull();
    const ended = { ...HOLD, ended: { atMs: SLOT_MS, why: "own" as const } };
    expect(eventOf(alerts(20, SLOT_MS, { hold: ended }))).toEqual({ fired: 20, judged: 20 });
  });

  test.each([
    ["at the first look", 0, null],
    ["an interval after it, as where the bundle is taken up later", INTERVAL_MS, null],
    ["later", 2 * INTERVAL_MS + 10_001, { fired: 20, judged: 20 }],
    ["before it, under another bundle", -1, { fired: 20, judged: 20 }],
  ])("of what breached %s of a bundle", (_, afterMs, event) => {
    const lookedSinceMs = SLOT_MS - 240_000;
    expect(
      eventOf(alerts(20, SLOT_MS, { breachedAtMs: lookedSinceMs + afterMs }), 20, lookedSinceMs),
    ).toEqual(event);
  });

  test("is said in a sentence without names", () => {
    expect(platformEventWords({ fired: 5, judged: 20 })).toBe(
      "5 of 20 capabilities began to alert within five minutes. Look at the platform first.",
    );
  });
});
