import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ReplayPoint } from "@/lib/evaluation/replay";
import type { JudgedThreshold } from "@/lib/evaluation/step";
import { backtest } from "./backtest";
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
const plain = (text: string) => text.replaceAll("\u00a0", " ");
const suggested = (
  points: ReplayPoint[],
  threshold: JudgedThreshold,
  unit: "share" | "seconds" | "count",
) => {
  const { value, reason } = suggestValue(points, threshold, STEP_SECONDS, unit);
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
      const { value } = suggestValue(points, threshold, STEP_SECONDS, "share");
      if (value === null) return;
      const { alerts, alertingMs } = backtest(points, { ...threshold, value }, STEP_SECONDS);
      expect(alerts.length).toBeLessThanOrEqual(1);
      expect(alertingMs).toBeLessThanOrEqual(7 * 86_400_000 * 0.05);
    }),
    { numRuns: 40 },
  );
});
