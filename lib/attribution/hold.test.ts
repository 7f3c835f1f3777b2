import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { beginHold, continueHold, endHold, HELD_AT_MOST_MS, type Hold, OUTLASTS_AFTER_MS } from "./hold";
import type { PlatformIncident } from "./incident";

const MINUTE = 60_000;
const NOW = Date.UTC(2026, 10, 21, 14, 2);
const at = (minutes: number) => NOW + minutes * MINUTE;
const running: PlatformIncident = { kind: "running", components: ["Ingress"], issue: 7 };
const over: PlatformIncident = { kind: "over" };
const unknown: PlatformIncident = { kind: "unknown" };
const own: PlatformIncident = { kind: "not-platform" };

const hold = (more: Partial<Hold> = {}): Hold => ({
  sinceMs: NOW,
  untilMs: NOW + HELD_AT_MOST_MS,
  components: ["Ingress"],
  issue: 7,
  overSinceMs: null,
  ended: null,
  ...more,
});

describe("a hold begins", () => {
  test("where an incident runs, for an hour at most", () => {
    expect(beginHold({ atMs: NOW, noLaterThanMs: null }, running)).toEqual({ kind: "hold", hold: hold() });
    expect(at(60)).toBe(NOW + HELD_AT_MOST_MS);
  });

  test("and ends no later than what the owner already waits for", () => {
    const decision = beginHold({ atMs: NOW, noLaterThanMs: at(20) }, running);
    expect(decision).toEqual({ kind: "hold", hold: hold({ untilMs: at(20) }) });
  });

  test("nowhere else: what is over, not known, or not the platform's alone is mailed at once", () => {
    for (const incident of [over, unknown, own])
      expect(beginHold({ atMs: NOW, noLaterThanMs: null }, incident)).toEqual({ kind: "send", why: null });
  });
});

const kept = hold();
const since = (minutes: number) => hold({ overSinceMs: at(minutes) });
const hold30 = since(30);

describe("a hold goes on and ends", () => {
  const stays = (held: Hold) => ({ kind: "hold", hold: held });
  const sends = (why: string) => ({ kind: "send", why });
  test.each([
    ["it runs", 5, true, kept, running, stays(kept)],
    ["it runs elsewhere", 5, true, hold({ issue: 6 }), running, stays(kept)],
    ["it isn't known", 5, true, kept, unknown, stays(kept)],
    ["it has just ended", 30, true, kept, over, stays(hold30)],
    ["it ended not long ago", 39, true, hold30, over, stays(hold30)],
    ["it ended, and the breach outlasts it", 40, true, hold30, over, sends("outlasted")],
    ["it ended, and the alert is on its way back", 45, false, hold30, over, stays(hold30)],
    ["it ended, and runs again", 35, true, hold30, running, stays(kept)],
    ["it ended, and whether it did isn't known any more", 45, true, hold30, unknown, stays(hold30)],
    ["something of the owner's own speaks", 5, true, kept, own, sends("own")],
    ["it runs on and on", 60, true, kept, running, sends("limit")],
    ["nothing is known for an hour", 60, false, kept, unknown, sends("limit")],
    ["it ended just before the limit", 60, true, since(55), over, sends("limit")],
    ["the clock was put back an hour", -58, true, kept, running, sends("limit")],
  ] as const)("%s", (_, minute, fires, held, incident, expected) => {
    expect(continueHold({ atMs: at(minute), fires }, held, incident)).toEqual(expected);
  });

  test("nothing changed: the very same hold, so that its row isn't written again", () => {
    for (const [held, incident] of [
      [kept, running],
      [hold30, over],
      [kept, unknown],
    ] as const) {
      const decision = continueHold({ atMs: at(31), fires: true }, held, incident);
      expect(decision.kind === "hold" && decision.hold).toBe(held);
    }
  });

  test("an end is written once", () => {
    const ended = endHold(kept, at(5), "limit");
    expect(ended?.ended).toEqual({ atMs: at(5), why: "limit" });
    expect(endHold(ended, at(9), "alert-over")).toBe(ended);
    expect(endHold(null, at(9), "alert-over")).toBeNull();
  });
});

describe("whatever happens", () => {
  const incident = fc.constantFrom(running, over, unknown, own);
  const slots = fc.array(
    fc.record({ minutes: fc.integer({ min: -90, max: 90 }), incident, fires: fc.boolean() }),
    { minLength: 1, maxLength: 200 },
  );
  /** Slots half a minute apart, by a clock that may be put forth and back now and then. */
  const story = fc.record({
    slots,
    jumps: fc.boolean(),
  });

  test("a hold lies within the hour that it was said to end in, whatever the clock does", () => {
    fc.assert(
      fc.property(story, ({ slots: list, jumps }) => {
        let atMs = NOW;
        let heldForMs = 0;
        let held = kept;
        for (const slot of list) {
          const stepMs = jumps && slot.minutes % 7 === 0 ? slot.minutes * MINUTE : 30_000;
          atMs += stepMs;
          heldForMs += 30_000;
          const decision = continueHold({ atMs, fires: slot.fires }, held, slot.incident);
          if (decision.kind === "send") return;
          expect(atMs).toBeGreaterThanOrEqual(held.sinceMs);
          expect(atMs).toBeLessThan(held.untilMs);
          expect([decision.hold.sinceMs, decision.hold.untilMs]).toEqual([kept.sinceMs, kept.untilMs]);
          if (!jumps) expect(heldForMs).toBeLessThan(HELD_AT_MOST_MS);
          held = decision.hold;
        }
      }),
    );
  });

  test("not knowing ends no hold and begins none", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 59 }), fc.boolean(), (minute, fires) => {
        expect(continueHold({ atMs: at(minute), fires }, kept, unknown)).toEqual({
          kind: "hold",
          hold: kept,
        });
        expect(beginHold({ atMs: at(minute), noLaterThanMs: null }, unknown).kind).toBe("send");
      }),
    );
  });

  test("before the limit, only a breach that still stands ten minutes after the end outlasts it", () => {
    fc.assert(
      fc.property(slots, (list) => {
        let held = kept;
        let atMs = NOW;
        for (const { incident: next, fires } of list) {
          atMs += 30_000;
          const decision = continueHold({ atMs, fires }, held, next);
          if (decision.kind === "hold") {
            held = decision.hold;
            continue;
          }
          if (decision.why === "outlasted") {
            expect(fires).toBe(true);
            expect(next).toBe(over);
            expect(atMs - (held.overSinceMs ?? atMs)).toBeGreaterThanOrEqual(OUTLASTS_AFTER_MS);
          }
          return;
        }
      }),
    );
  });
});
