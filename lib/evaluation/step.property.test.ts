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
  fc.constantFrom<StepReading>(
    { kind: "no-traffic" },
    { kind: "no-data" },
    { kind: "unknown" },
    { kind: "not-wanted" },
    { kind: "not-wanted", unproven: true },
  ),
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
      // Recounted apart from the machine: the time that each breaching evaluation proves, since the last good one.
      let vouchedMs = 0;
      let sinceMs: number | null = null;
      let notifiedAtMs = 0;
      for (const notified of tell(readings, judged)) {
        const dtMs = notified.atMs - notifiedAtMs;
        notifiedAtMs = notified.atMs;
        if (isBad(notified.reading, judged)) {
          if (sinceMs !== null) vouchedMs += Math.min(dtMs, 2 * INTERVAL_MS);
          sinceMs ??= notified.atMs;
        } else if (notified.reading.kind === "value" || notified.reading.kind === "not-wanted") {
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
        if (notified.edge === "expired") expect(["no-data", "not-wanted"]).toContain(notified.reading.kind);
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

test("what isn't wanted fires nothing, recovers nothing, and leaves no breach pending", () => {
  fc.assert(
    fc.property(cycles, threshold, (readings, judged) => {
      for (const { reading: seen, before, after, edge } of tell(readings, judged)) {
        if (seen.kind !== "not-wanted") continue;
        expect([null, "breach-ended", "expired"]).toContain(edge);
        expect(after.judged.condition).not.toBe("pending");
        expect(after.data.absent?.notWanted).toBe(true);
        if (edge === null) expect(after.judged.condition).toBe(before.judged.condition);
      }
    }),
  );
});

test("to the data what isn't wanted is as what isn't there, and an alert expires no later by it", () => {
  const asMissing = (readings: { reading: StepReading; waitMs: number }[]) =>
    readings.map(({ reading: seen, waitMs }): { reading: StepReading; waitMs: number } => ({
      reading: seen.kind === "not-wanted" ? { kind: "no-data" } : seen,
      waitMs,
    }));
  const opened = { reading: { kind: "value" as const, value: 100 }, waitMs: 1 };
  const rest = fc.array(
    fc.record({
      reading: fc.constantFrom<StepReading>(
        { kind: "no-data" },
        { kind: "not-wanted" },
        { kind: "not-wanted", unproven: true },
        { kind: "unknown" },
      ),
      waitMs: fc.integer({ min: INTERVAL_MS, max: 6 * 3_600_000 }),
    }),
    { maxLength: 20 },
  );
  fc.assert(
    fc.property(rest, (readings) => {
      const fires: JudgedThreshold = {
        value: 5,
        inclusive: false,
        forSeconds: 0,
        recoverForSeconds: 60,
        worse: "higher",
      };
      const edgesOf = (all: typeof readings) =>
        tell([opened, ...all], fires).map(({ after, edge }) => [edge, after.data.kind]);
      // Only missing data that was unwanted first goes missing later: it is counted from when it was wanted.
      if (isCountedAnew(readings)) return;
      expect(edgesOf(readings)).toEqual(edgesOf(asMissing(readings)));
    }),
  );
});

/** Whether data is wanted again before three cycles made it missing. */
function isCountedAnew(readings: readonly { reading: StepReading }[]): boolean {
  const first = readings.filter(({ reading: seen }) => seen.kind !== "unknown").slice(0, 3);
  return first.some(
    ({ reading: seen }, nth) => seen.kind === "no-data" && first[nth - 1]?.reading.kind === "not-wanted",
  );
}

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
