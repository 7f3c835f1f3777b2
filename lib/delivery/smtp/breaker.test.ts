import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Breaker,
  type BreakerEvent,
  CLOSED,
  nextBreaker,
  PROBE_INTERVAL_MS,
  permitted,
} from "./breaker";

const breakerAfter = (events: BreakerEvent[], nowMs = 0) =>
  events.reduce<Breaker>((breaker, event) => nextBreaker(breaker, event, nowMs), CLOSED);
const OPEN: BreakerEvent[] = ["trouble", "trouble", "trouble"];

describe("the breaker of a relay", () => {
  test("stays closed on one or two failures, and opens on the third in a row", () => {
    expect(permitted(breakerAfter(["trouble", "trouble"]), 0)).toBe("all");
    expect(permitted(breakerAfter(OPEN), 0)).toBe("none");
  });

  test("starts counting again after any answer of the relay", () => {
    expect(breakerAfter(["trouble", "trouble", "proof", "trouble", "trouble"]).state).toBe("closed");
  });

  test("doesn't count a lost reply, which says nothing of the relay", () => {
    expect(breakerAfter(["trouble", "trouble", "unclear", "unclear"])).toEqual({
      state: "closed",
      failures: 2,
    });
  });

  test("isn't closed by a connection that works while MAIL FROM is refused, and is by an answer to a recipient", () => {
    const refused: BreakerEvent[] = ["sender-refused", "sender-refused", "sender-refused"];
    expect(breakerAfter([...refused, "connects"]).state).toBe("open");
    expect(breakerAfter([...refused, "probe-started", "connects"]).state).not.toBe("closed");
    expect(breakerAfter([...refused, "proof"])).toEqual(CLOSED);
    expect(breakerAfter([...OPEN, "connects"])).toEqual(CLOSED);
  });

  test("leaves the probe to the next mail if the relay was asked nothing about this one", () => {
    const refused: BreakerEvent[] = ["sender-refused", "sender-refused", "sender-refused"];
    const probing = nextBreaker(breakerAfter(refused), "probe-started", PROBE_INTERVAL_MS);
    expect(permitted(nextBreaker(probing, "connects", PROBE_INTERVAL_MS), PROBE_INTERVAL_MS)).toBe("none");
    expect(permitted(nextBreaker(probing, "not-asked", PROBE_INTERVAL_MS), PROBE_INTERVAL_MS)).toBe("probe");
    expect(breakerAfter([...refused, "not-asked"])).toEqual(breakerAfter(refused));
    expect(breakerAfter([...OPEN, "not-asked"])).toEqual(CLOSED);
  });

  test("is closed by any answer after the sender was taken, and not by a lost reply", () => {
    const refused: BreakerEvent[] = ["sender-refused", "sender-refused", "sender-refused"];
    for (const before of [OPEN, refused]) {
      expect(breakerAfter([...before, "probe-started", "answered"])).toEqual(CLOSED);
      expect(breakerAfter([...before, "probe-started", "unclear"]).state).toBe("open");
    }
    expect(breakerAfter(["trouble", "trouble", "answered", "trouble", "trouble"]).state).toBe("closed");
  });

  test("lets one probe through per 30 s, and nothing beside it", () => {
    const open = breakerAfter(OPEN);
    expect(permitted(open, PROBE_INTERVAL_MS - 1)).toBe("none");
    expect(permitted(open, PROBE_INTERVAL_MS)).toBe("probe");
    const probing = nextBreaker(open, "probe-started", PROBE_INTERVAL_MS);
    expect(permitted(probing, PROBE_INTERVAL_MS + 1)).toBe("none");
  });

  test("closes on a probe's proof, and waits another 30 s on its failure or its silence", () => {
    const probing = nextBreaker(breakerAfter(OPEN), "probe-started", 30_000);
    expect(nextBreaker(probing, "proof", 31_000)).toEqual(CLOSED);
    for (const event of ["trouble", "unclear"] as const) {
      expect(nextBreaker(probing, event, 31_000)).toEqual({ state: "open", sinceMs: 0, probeAtMs: 61_000 });
    }
  });

  test("remembers since when it is open over any number of failed probes", () => {
    let breaker = breakerAfter(OPEN, 5);
    for (let probe = 1; probe < 5; probe++) {
      breaker = nextBreaker(breaker, "probe-started", probe * 30_000);
      breaker = nextBreaker(breaker, "trouble", probe * 30_000 + 1);
    }
    expect(breaker).toMatchObject({ state: "open", sinceMs: 5 });
  });

  test("never blocks for ever and never permits two probes within 30 s, whatever happens", () => {
    const events = fc.array(
      fc.tuple(
        fc.constantFrom<BreakerEvent>(
          "proof",
          "answered",
          "connects",
          "trouble",
          "sender-refused",
          "unclear",
        ),
        fc.integer({ min: 0, max: 60_000 }),
      ),
    );
    fc.assert(
      fc.property(events, (steps) => {
        let [breaker, nowMs, lastProbeMs] = [CLOSED, 0, Number.NEGATIVE_INFINITY];
        for (const [event, waitMs] of steps) {
          nowMs += waitMs;
          if (permitted(breaker, nowMs) === "probe") {
            expect(nowMs - lastProbeMs).toBeGreaterThanOrEqual(PROBE_INTERVAL_MS);
            lastProbeMs = nowMs;
            breaker = nextBreaker(breaker, "probe-started", nowMs);
          }
          breaker = nextBreaker(breaker, event, nowMs);
          if (breaker.state === "closed") lastProbeMs = Number.NEGATIVE_INFINITY;
        }
        expect(permitted(breaker, nowMs + 5 * PROBE_INTERVAL_MS)).not.toBe("none");
      }),
    );
  });
});
