import fc from "fast-check";
import { expect, test } from "vitest";
import { INITIAL_STATE, type JudgedThreshold, type StepReading, type StepState, step } from "./step";
import { breaches } from "./threshold";

const INTERVAL_SECONDS = 30;
const INTERVAL_MS = INTERVAL_SECONDS * 1000;

const reading: fc.Arbitrary<StepReading> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.integer({ min: 0, max: 10 }).map((value) => ({ kind: "value" as const, value })),
  },
  fc.constantFrom<StepReading>({ kind: "no-traffic" }, { kind: "no-data" }, { kind: "unknown" }),
);

const threshold: fc.Arbitrary<JudgedThreshold> = fc.record({
  value: fc.constantFrom(3, 5, 8),
  inclusive: fc.boolean(),
  forSeconds: fc.constantFrom(0, 30, 60, 150),
  recoverForSeconds: fc.constantFrom(0, 30, 60, 150),
  worse: fc.constantFrom("higher", "lower"),
});

/** Cycles in the order in which they are worked on; a late or skipped slot is a longer wait. */
const cycles = fc.array(
  fc.record({
    reading,
    waitMs: fc.oneof(fc.constant(INTERVAL_MS), fc.integer({ min: 1, max: 20 * INTERVAL_MS })),
  }),
  { minLength: 1, maxLength: 60 },
);

type Told = {
  atMs: number;
  reading: StepReading;
  before: StepState;
  after: StepState;
  edge: string | null;
  dataEdge: string | null;
};

function tell(readings: { reading: StepReading; waitMs: number }[], judged: JudgedThreshold): Told[] {
  let state = INITIAL_STATE;
  let atMs = 0;
  let unknownUntilMs: number | null = null;
  return readings.map(({ reading: seen, waitMs }) => {
    atMs += waitMs;
    const before = state;
    const result = step(before, seen, judged, { atMs, intervalSeconds: INTERVAL_SECONDS, unknownUntilMs });
    if (seen.kind === "unknown") unknownUntilMs = atMs;
    state = result.state;
    return {
      atMs,
      reading: seen,
      before,
      after: state,
      edge: result.transition,
      dataEdge: result.dataTransition,
    };
  });
}

const isBad = (seen: StepReading, judged: JudgedThreshold) =>
  seen.kind === "value" && breaches(seen.value, judged, judged.worse);

test("an unknown reading changes nothing: the state is the very object that was given", () => {
  fc.assert(
    fc.property(cycles, threshold, (readings, judged) => {
      for (const notified of tell(readings, judged))
        if (notified.reading.kind === "unknown") {
          expect(notified.after).toBe(notified.before);
          expect([notified.edge, notified.dataEdge]).toEqual([null, null]);
        }
    }),
  );
});

test("only a fresh breaching value fires, and only after its whole time has been seen breaching", () => {
  fc.assert(
    fc.property(cycles, threshold, (readings, judged) => {
      // Recounted apart from the machine: the time that each breaching evaluation can vouch for, since the last good one.
      let vouchedMs = 0;
      let sinceMs: number | null = null;
      let notifiedAtMs = 0;
      for (const notified of tell(readings, judged)) {
        const dtMs = notified.atMs - notifiedAtMs;
        notifiedAtMs = notified.atMs;
        if (isBad(notified.reading, judged)) {
          if (sinceMs !== null) vouchedMs += Math.min(dtMs, 2 * INTERVAL_MS);
          sinceMs ??= notified.atMs;
        } else if (notified.reading.kind === "value") {
          sinceMs = null;
          vouchedMs = 0;
        }
        if (notified.edge !== "fired") continue;
        expect(isBad(notified.reading, judged)).toBe(true);
        expect(vouchedMs).toBeGreaterThanOrEqual(judged.forSeconds * 1000);
      }
    }),
  );
});

test("a breach that goes on in regular cycles fires exactly when its time is over", () => {
  fc.assert(
    fc.property(threshold, fc.integer({ min: 8, max: 20 }), (judged, count) => {
      const value = judged.worse === "higher" ? 100 : -100;
      const readings = Array.from({ length: count }, () => ({
        reading: { kind: "value" as const, value },
        waitMs: INTERVAL_MS,
      }));
      const notified = tell(readings, judged);
      const first = notified[0]?.atMs ?? 0;
      const fired = notified.filter(({ edge }) => edge === "fired");
      expect(fired.map(({ atMs }) => atMs - first)).toEqual([judged.forSeconds * 1000]);
    }),
  );
});

test("an episode ends only by two good evaluations in a row and the hold, or by a day of missing data", () => {
  fc.assert(
    fc.property(cycles, threshold, (readings, judged) => {
      let goodInARow = 0;
      let goodSinceMs: number | null = null;
      for (const notified of tell(readings, judged)) {
        if (isBad(notified.reading, judged)) {
          goodInARow = 0;
          goodSinceMs = null;
        } else if (notified.reading.kind === "value") {
          goodInARow += 1;
          goodSinceMs ??= notified.atMs;
        }
        if (notified.edge === "recovered") {
          expect(goodInARow).toBeGreaterThanOrEqual(2);
          expect(notified.atMs - (goodSinceMs ?? notified.atMs)).toBeGreaterThanOrEqual(
            judged.recoverForSeconds * 1000,
          );
        }
        if (notified.edge === "expired") expect(notified.reading.kind).toBe("no-data");
        const wasOpen = ["firing", "recovering"].includes(notified.before.judged.condition);
        const isOpen = ["firing", "recovering"].includes(notified.after.judged.condition);
        if (wasOpen && !isOpen) expect(["recovered", "expired"]).toContain(notified.edge);
        if (!wasOpen && isOpen) expect(notified.edge).toBe("fired");
      }
    }),
  );
});

test("one episode has one beginning: firing times never move while it lasts", () => {
  fc.assert(
    fc.property(cycles, threshold, (readings, judged) => {
      for (const { before, after, edge } of tell(readings, judged)) {
        if (!("episode" in after.judged) || edge === "fired") continue;
        expect("episode" in before.judged).toBe(true);
        if ("episode" in before.judged) {
          expect(after.judged.episode.firedAtMs).toBe(before.judged.episode.firedAtMs);
          expect(after.judged.episode.breachedAtMs).toBe(before.judged.episode.breachedAtMs);
        }
      }
    }),
  );
});

test("a changed condition always has an edge, and an edge always changes it", () => {
  fc.assert(
    fc.property(cycles, threshold, (readings, judged) => {
      for (const { before, after, edge, dataEdge } of tell(readings, judged)) {
        expect(edge !== null).toBe(before.judged.condition !== after.judged.condition);
        if (dataEdge !== null) expect(before.data.kind).not.toBe(after.data.kind);
      }
    }),
  );
});

test("the state survives being written as JSON at any point", () => {
  fc.assert(
    fc.property(cycles, threshold, (readings, judged) => {
      for (const { after } of tell(readings, judged))
        expect(JSON.parse(JSON.stringify(after))).toEqual(after);
    }),
  );
});
