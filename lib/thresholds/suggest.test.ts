import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SIGNAL_IDS } from "@/lib/catalogue/bundle";
import type { ReplayPoint } from "@/lib/evaluation/replay";
import type { JudgedThreshold } from "@/lib/evaluation/step";
import { backtest } from "./backtest";
import { isBeyond, OUTAGE_BOUNDS } from "./outages";
import { suggestValue } from "./suggest";

const STEP_SECONDS = 300;
const DAY = 86_400 / STEP_SECONDS;
const higher: JudgedThreshold = {
  value: 0,
  inclusive: false,
  forSeconds: 600,
  recoverForSeconds: 300,
  worse: "higher",
};

const series = (points: number, valueAt: (index: number) => number | null): ReplayPoint[] =>
  Array.from({ length: points }, (_, index) => {
    const value = valueAt(index);
    return {
      atMs: index * STEP_SECONDS * 1000,
      reading: value === null ? { kind: "no-data" } : { kind: "value", value },
    };
  });
const claim = (alerts: number) =>
  alerts === 0
    ? "would never have alerted"
    : `would have alerted ${["", "once", "twice"][alerts] ?? `${alerts} times`}`;
const plain = (text: string) => text.replaceAll("\u00a0", " ");
const suggested = (
  points: ReplayPoint[],
  threshold: JudgedThreshold,
  unit: "share" | "seconds" | "count",
  bound: number | null = null,
) => {
  const { value, reason } = suggestValue(points, threshold, STEP_SECONDS, unit, bound);
  return { value, reason: plain(reason) };
};

describe("a suggestion", () => {
  test("leaves room beyond what is usual, so that a steady signal isn't held to its own noise", () => {
    expect(
      suggested(
        series(7 * DAY, () => 0.4),
        higher,
        "share",
      ),
    ).toEqual({
      value: 0.5,
      reason:
        "On 99 of 100 points it was at or below 40 %. This leaves room beyond that, and would never have alerted.",
    });
  });

  test("lies where one more step would have alerted more often than once a week", () => {
    // An hour at 3 s every day, and once at 8 s.
    const week = series(7 * DAY, (index) => (index % DAY < 12 ? (index < DAY ? 8 : 3) : 0.2));
    const { value, reason } = suggested(week, higher, "seconds");
    expect(value).toBe(4);
    expect(reason).toMatch(/once/);
  });

  test("is the mirror image where lower is worse", () => {
    const week = series(7 * DAY, (index) => (index >= 100 && index < 110 ? 0.5 : 1));
    const { value } = suggested(week, { ...higher, worse: "lower" }, "share");
    expect(value).toBe(0.99);
  });

  test("is none that the line can't breach: there it would be quiet for ever", () => {
    // Half a second is the highest finite bucket, and what is slower reads as that.
    const week = series(7 * DAY, (index) => (index % DAY < 10 ? 0.5 : 0.45));
    const free = suggestValue(week, higher, 300, "seconds", null);
    const bounded = suggestValue(week, higher, 300, "seconds", null, 0.5);
    expect(free.value).toBeGreaterThanOrEqual(0.5);
    expect(bounded.value === null || bounded.value < 0.5).toBe(true);
  });

  test("of counts is a whole number, at least two", () => {
    const { value } = suggested(
      series(7 * DAY, () => 0),
      { ...higher, inclusive: true },
      "count",
    );
    expect(value).toBe(2);
  });

  test("is not made of less than a day of values", () => {
    const young = series(7 * DAY, (index) => (index < 7 * DAY - 100 ? null : 0.2));
    expect(suggested(young, higher, "share")).toEqual({
      value: null,
      reason: "There is less than a day of values here, too little for a suggestion.",
    });
  });

  test("is not made where nothing that can be set would have been quiet", () => {
    expect(
      suggested(
        series(7 * DAY, () => 1),
        { ...higher, inclusive: true },
        "share",
      ).value,
    ).toBeNull();
  });
});

describe("outages", () => {
  const lower: JudgedThreshold = { ...higher, worse: "lower" };
  /** A week at 99.9 % with so many outages of so many points each, a day apart. */
  const down = (outages: number, points: number, level = 0.1) =>
    series(7 * DAY, (index) => (index % DAY < points && index / DAY < outages ? level : 0.999));

  test("are left out: a week with three of them gets the suggestion of a week without, and is told so", () => {
    const calm = suggested(down(0, 0), lower, "share", 0.9);
    const { value, reason } = suggested(down(3, 4), lower, "share", 0.9);
    expect(value).toBe(calm.value);
    expect(reason).toContain("3 outages left out.");
    expect(reason).toContain("would have alerted 3 times, each time about an outage.");
    expect(suggested(down(1, 4), lower, "share", 0.9).reason).toContain(
      "would have alerted once, about an outage. One outage left out.",
    );
  });

  test("that take much of the time leave no suggestion, and are counted", () => {
    expect(suggested(down(3, 60), lower, "share", 0.9)).toEqual({
      value: null,
      reason: "3 outages in this time, too much for a suggestion.",
    });
  });

  test("don't hide that a value would alert all the time beside them", () => {
    const noisy = series(7 * DAY, (index) => (index < 4 ? 0.1 : index % 2 === 0 ? 0.95 : 0.97));
    const { value } = suggested(noisy, { ...lower, forSeconds: 0 }, "share", 0.9);
    expect(value).not.toBeNull();
    expect(value).toBeLessThanOrEqual(0.95);
  });

  test.each(SIGNAL_IDS)("are never what a suggestion for %s keeps quiet about (property)", (id) => {
    const bound = OUTAGE_BOUNDS[id];
    const worse = id === "availability" ? "lower" : "higher";
    const [unit, top] =
      id === "latency"
        ? (["seconds", 60] as const)
        : id === "restarts"
          ? (["count", 60] as const)
          : (["share", 1] as const);
    const incident = fc.record({
      at: fc.integer({ min: 0, max: 7 * DAY }),
      length: fc.integer({ min: 1, max: 40 }),
      level: fc.double({ min: 0, max: top, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(incident, { maxLength: 8 }), (incidents) => {
        const bad = (index: number) =>
          incidents.reduce(
            (most, { at, length, level }) =>
              index >= at && index < at + length ? Math.max(most, level) : most,
            0,
          );
        const points = series(7 * DAY, (index) => (worse === "lower" ? 1 - bad(index) : bad(index)));
        const threshold: JudgedThreshold = { ...higher, worse };
        const suggestion = suggestValue(points, threshold, STEP_SECONDS, unit, bound);
        const { value, reason } = suggestion;
        if (value === null) return;
        if (bound !== null) expect(isBeyond(value, bound, worse)).toBe(false);
        // The preview of the value stands below the sentence.
        const { noise, aboutOutages } = suggestion.alerts;
        const counted = backtest(points, { ...threshold, value }, STEP_SECONDS).alerts.length;
        expect(noise + aboutOutages).toBe(counted);
        expect(reason).toContain(claim(counted));
      }),
      { numRuns: 20 },
    );
  });
});

test("a suggestion is quiet on the history that it was made of: at most one alert a week, and hardly any time", () => {
  const level = fc.constantFrom(0.01, 0.1, 0.2, 0.5, 0.9);
  const incidents = fc.array(
    fc.record({ at: fc.integer({ min: 0, max: 7 * DAY }), length: fc.integer({ min: 1, max: 40 }), level }),
    { maxLength: 12 },
  );
  const worse = fc.constantFrom("higher" as const, "lower" as const);
  fc.assert(
    fc.property(incidents, worse, fc.constantFrom(0, 600), (faults, direction, forSeconds) => {
      const bad = (index: number) =>
        faults.reduce(
          (most, { at, length, level: up }) =>
            index >= at && index < at + length ? Math.max(most, up) : most,
          0.02,
        );
      const points = series(7 * DAY, (index) => (direction === "higher" ? bad(index) : 1 - bad(index)));
      const threshold = { ...higher, worse: direction, forSeconds };
      const { value } = suggestValue(points, threshold, STEP_SECONDS, "share", null);
      if (value === null) return;
      const { alerts, alertingMs } = backtest(points, { ...threshold, value }, STEP_SECONDS);
      expect(alerts.length).toBeLessThanOrEqual(1);
      expect(alertingMs).toBeLessThanOrEqual(7 * 86_400_000 * 0.05);
    }),
    { numRuns: 40 },
  );
});
