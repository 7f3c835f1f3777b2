import { describe, expect, test } from "vitest";
import {
  type Cycle,
  INITIAL_STATE,
  type JudgedThreshold,
  type StepReading,
  type StepState,
  step,
} from "./step";

const INTERVAL = 30;
const above5: JudgedThreshold = {
  value: 5,
  inclusive: false,
  forSeconds: 60,
  recoverForSeconds: 60,
  worse: "higher",
};

const bad: StepReading = { kind: "value", value: 9 };
const good: StepReading = { kind: "value", value: 1 };
const missing: StepReading = { kind: "no-data" };
const idle: StepReading = { kind: "no-traffic" };
const unknown: StepReading = { kind: "unknown" };

type Seen = { condition: string; data: string | null; edge: string | null; dataEdge: string | null };

/** Runs readings at the given seconds, one cycle each. @returns what was seen after each */
function run(
  cycles: [atSeconds: number, reading: StepReading][],
  threshold: JudgedThreshold = above5,
): { seen: Seen[]; state: StepState } {
  let state = INITIAL_STATE;
  let unknownUntilMs: number | null = null;
  const seen: Seen[] = [];
  for (const [seconds, reading] of cycles) {
    const now: Cycle = { atMs: seconds * 1000, intervalSeconds: INTERVAL, unknownUntilMs };
    const result = step(state, reading, threshold, now);
    state = result.state;
    if (reading.kind === "unknown") unknownUntilMs = now.atMs;
    seen.push({
      condition: state.judged.condition,
      data: state.data.kind,
      edge: result.transition,
      dataEdge: result.dataTransition,
    });
  }
  return { seen, state };
}

const edges = (result: { seen: Seen[] }) => result.seen.map(({ edge }) => edge);
const conditions = (result: { seen: Seen[] }) => result.seen.map(({ condition }) => condition);

const FIRED: [number, StepReading][] = [
  [0, bad],
  [30, bad],
  [60, bad],
];

describe("a breach", () => {
  test("is pending until it has lasted for the whole of `forSeconds`, and then fires once", () => {
    const result = run([...FIRED, [90, bad]]);
    expect(edges(result)).toEqual(["breach-began", null, "fired", null]);
    expect(conditions(result)).toEqual(["pending", "pending", "firing", "firing"]);
    expect(result.state.judged).toMatchObject({ episode: { breachedAtMs: 0, firedAtMs: 60_000, worst: 9 } });
  });

  test("fires at once where `forSeconds` is 0", () => {
    expect(edges(run([[0, bad]], { ...above5, forSeconds: 0 }))).toEqual(["fired"]);
  });

  test("that ends too soon alerts nobody, and the next one counts from nothing", () => {
    const result = run([
      [0, bad],
      [30, bad],
      [60, good],
      [90, bad],
      [120, bad],
      [150, bad],
    ]);
    expect(edges(result)).toEqual(["breach-began", null, "breach-ended", "breach-began", null, "fired"]);
  });

  test("counts two intervals at most for the time between two evaluations: a stopped evaluator proves nothing", () => {
    const result = run(
      [
        [0, bad],
        [600, bad],
        [630, bad],
      ],
      { ...above5, forSeconds: 90 },
    );
    expect(edges(result)).toEqual(["breach-began", null, "fired"]);
  });

  test("counts nothing for the time that was unknown, and keeps what it had counted", () => {
    const result = run([
      [0, bad],
      [30, bad],
      [60, unknown],
      [90, unknown],
      [120, bad],
    ]);
    expect(edges(result)).toEqual(["breach-began", null, null, null, "fired"]);
    const held = run([
      [0, bad],
      [30, unknown],
      [60, bad],
      [90, bad],
    ]);
    expect(edges(held)).toEqual(["breach-began", null, null, "fired"]);
  });

  test.each([
    ["missing", missing],
    ["no-traffic", idle],
  ])("counts nothing for a cycle that is %s", (_, reading) => {
    const result = run([
      [0, bad],
      [30, reading],
      [60, bad],
      [90, bad],
    ]);
    expect(edges(result)).toEqual(["breach-began", null, null, "fired"]);
  });

  test("never fires early when the clock jumps, forwards or back", () => {
    const result = run([
      [3_600, bad],
      [0, bad],
      [30, bad],
      [60, bad],
    ]);
    expect(edges(result)).toEqual(["breach-began", null, null, "fired"]);
    // And it isn't said to have begun after it fired.
    expect(result.state.judged).toMatchObject({ episode: { breachedAtMs: 0, firedAtMs: 60_000 } });
    expect(
      edges(
        run(
          [
            [0, bad],
            [3_600, bad],
          ],
          { ...above5, forSeconds: 61 },
        ),
      ),
    ).toEqual(["breach-began", null]);
  });

  test("is judged by the threshold as it is now, edits included", () => {
    const first = run([[0, bad]]).state;
    const now: Cycle = { atMs: 30_000, intervalSeconds: INTERVAL, unknownUntilMs: null };
    expect(step(first, bad, { ...above5, forSeconds: 30 }, now).transition).toBe("fired");
    expect(step(first, bad, { ...above5, value: 10 }, now).transition).toBe("breach-ended");
  });

  test("below the threshold counts where lower is worse, and keeps the lowest value as the worst", () => {
    const below: JudgedThreshold = { ...above5, worse: "lower", value: 0.99 };
    const { state } = run(
      [
        [0, { kind: "value", value: 0.9 }],
        [30, { kind: "value", value: 0.2 }],
        [60, { kind: "value", value: 0.5 }],
      ],
      below,
    );
    expect(state.judged).toMatchObject({ condition: "firing", episode: { worst: 0.2 } });
  });
});

describe("a recovery", () => {
  test("needs two good evaluations and its own hold", () => {
    const result = run([...FIRED, [90, good], [120, good], [150, good]]);
    expect(edges(result).slice(3)).toEqual(["recovery-began", null, "recovered"]);
  });

  test("needs two good evaluations even without a hold", () => {
    const result = run([...FIRED, [90, good], [120, good]], { ...above5, recoverForSeconds: 0 });
    expect(edges(result).slice(3)).toEqual(["recovery-began", "recovered"]);
  });

  test("takes the same slot twice for one evaluation", () => {
    const result = run([...FIRED, [90, good], [90, good]], { ...above5, recoverForSeconds: 0 });
    expect(conditions(result).at(-1)).toBe("recovering");
  });

  test("that breaks goes on with the same episode and its first firing time", () => {
    const result = run([...FIRED, [90, good], [120, { kind: "value", value: 30 }]]);
    expect(edges(result).slice(3)).toEqual(["recovery-began", "breached-again"]);
    expect(result.state.judged).toEqual({
      condition: "firing",
      sinceMs: 60_000,
      episode: { breachedAtMs: 0, firedAtMs: 60_000, worst: 30 },
    });
  });

  test("begins its hold anew after a breach", () => {
    const result = run([...FIRED, [90, good], [120, good], [150, bad], [180, good], [210, good]]);
    expect(conditions(result).at(-1)).toBe("recovering");
  });

  test("counts nothing for the time that was unknown or without data", () => {
    const result = run([...FIRED, [90, good], [120, unknown], [150, missing], [180, good], [210, good]]);
    expect(edges(result).slice(3)).toEqual(["recovery-began", null, null, null, "recovered"]);
  });
});

describe("data that goes away", () => {
  const gone = (from: number): [number, StepReading][] =>
    [0, 30, 60, 90].map((seconds) => [from + seconds, missing]);

  test("is a state of its own after three cycles, since the first of them", () => {
    const result = run([[0, good], ...gone(30)]);
    expect(result.seen.map(({ dataEdge }) => dataEdge)).toEqual([null, null, null, "went-missing", null]);
    expect(result.state.data).toMatchObject({ kind: "missing", sinceMs: 30_000 });
  });

  test("isn't missing when it comes back within three cycles", () => {
    const result = run([
      [0, good],
      [30, missing],
      [60, missing],
      [90, good],
      [120, missing],
      [150, missing],
    ]);
    expect(result.seen.every(({ data }) => data === "fresh")).toBe(true);
  });

  test.each<[string, [number, StepReading][]]>([
    ["ok", [[0, good]]],
    ["pending", [[0, bad]]],
    ["firing", FIRED],
    ["recovering", [...FIRED, [90, good]]],
  ])("leaves %s as it is", (condition, before) => {
    for (const lack of [missing, idle]) {
      const after = [120, 150, 180, 210].map((seconds): [number, StepReading] => [seconds, lack]);
      const result = run([...before, ...after]);
      expect(result.state.judged.condition).toBe(condition);
      expect(result.state.data.kind).toBe(lack === missing ? "missing" : "no-traffic");
      expect(edges(result).slice(before.length)).toEqual([null, null, null, null]);
    }
  });

  test("and comes back says so, in the very cycle in which it may also recover or fire", () => {
    const result = run([...FIRED, ...gone(90), [210, good]]);
    expect(result.seen.at(-1)).toEqual({
      condition: "recovering",
      data: "fresh",
      edge: "recovery-began",
      dataEdge: "became-fresh",
    });
    const fires = run([...gone(0), [120, bad]], { ...above5, forSeconds: 0 });
    expect(fires.seen.at(-1)).toMatchObject({ edge: "fired", dataEdge: "became-fresh" });
  });

  test("ends a firing line as expired after a day, and not before", () => {
    const day = 86_400;
    const result = run([...FIRED, ...gone(90), [90 + day - 30, missing], [90 + day, missing]]);
    expect(edges(result).slice(-2)).toEqual([null, "expired"]);
    expect(result.state.judged.condition).toBe("ok");
  });

  test("for want of traffic never expires: there is something there that nobody asks", () => {
    const result = run([...FIRED, [90, idle], [90 + 2 * 86_400, idle]]);
    expect(result.state.judged.condition).toBe("firing");
  });
});

describe("what isn't wanted", () => {
  const unwanted: StepReading = { kind: "not-wanted" };
  const zero = (from: number): [number, StepReading][] =>
    [0, 30, 60, 90].map((seconds) => [from + seconds, unwanted]);

  test("ends a pending breach, so that a later one is counted from its own beginning", () => {
    const result = run([
      [0, bad],
      [30, unwanted],
      [60, bad],
      [90, bad],
      [120, bad],
    ]);
    expect(edges(result)).toEqual(["breach-began", "breach-ended", "breach-began", null, "fired"]);
  });

  test.each<[string, [number, StepReading][]]>([
    ["firing", FIRED],
    ["recovering", [...FIRED, [90, good]]],
  ])("leaves %s as it is, and ends it as expired after a day", (condition, before) => {
    const day = 86_400;
    const result = run([...before, ...zero(120)]);
    expect(result.state.judged.condition).toBe(condition);
    const later = run([...before, ...zero(120), [120 + day, unwanted]]);
    expect(edges(later).at(-1)).toBe("expired");
  });

  test("is missing as data that isn't there is, and changes nothing any more from then on", () => {
    const result = run([[0, good], ...zero(30)]);
    expect(result.seen.at(-1)?.data).toBe("missing");
    const now: Cycle = { atMs: 150_000, intervalSeconds: INTERVAL, unknownUntilMs: null };
    expect(step(result.state, unwanted, above5, now).state).toBe(result.state);
  });

  test("is kept with since when it isn't proven any more, until it is again", () => {
    const unproven: StepReading = { kind: "not-wanted", unproven: true };
    const since = (cycles: [number, StepReading][]) =>
      run([[0, good], ...zero(30), ...cycles]).state.data.absent?.unprovenSinceMs;
    expect(since([])).toBeUndefined();
    expect(since([[150, unproven]])).toBe(150_000);
    expect(
      since([
        [150, unproven],
        [180, unknown],
        [210, unproven],
      ]),
    ).toBe(150_000);
    expect(
      since([
        [150, unproven],
        [180, unwanted],
      ]),
    ).toBeUndefined();
    const { state } = run([[0, good], ...zero(30), [150, unproven]]);
    const now: Cycle = { atMs: 180_000, intervalSeconds: INTERVAL, unknownUntilMs: null };
    expect(step(state, unproven, above5, now).state).toBe(state);
  });

  test("counts anew what is missing once it is wanted again", () => {
    const result = run([[0, good], ...zero(30), [150, missing], [180, missing]]);
    expect(result.state.data).toEqual({
      kind: "missing",
      sinceMs: 30_000,
      absent: { cycles: 1, sinceMs: 150_000 },
    });
  });
});

test("a line that was never judged is ok since no time at all, whatever else was seen of it", () => {
  const { state } = run([
    [0, idle],
    [30, missing],
    [60, unknown],
  ]);
  expect(state.judged).toEqual({ condition: "ok", sinceMs: null });
});

test("an unchanged line stays the very same object, so that nothing needs to be written", () => {
  const { state } = run([[0, good]]);
  const now: Cycle = { atMs: 30_000, intervalSeconds: INTERVAL, unknownUntilMs: null };
  expect(step(state, good, above5, now).state).toBe(state);
  const firing = run(FIRED).state;
  expect(step(firing, bad, above5, { ...now, atMs: 90_000 }).state).toBe(firing);
});
