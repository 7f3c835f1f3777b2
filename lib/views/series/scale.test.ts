import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { scaleOf } from "./scale";

describe("scaleOf", () => {
  test("begins at zero where higher is worse, and has room for the threshold", () => {
    expect(scaleOf([0.2, 0.3], [1], "higher", "seconds")).toEqual({
      bottom: 0,
      top: 1.5,
      ticks: [0, 0.5, 1, 1.5],
    });
  });

  test("hangs from 100 % where lower is worse, down to below the threshold", () => {
    expect(scaleOf([1, 1], [0.99], "lower", "share")).toEqual({
      bottom: 0.98,
      top: 1,
      ticks: [0.98, 0.99, 1],
    });
  });

  test("shows a total outage whole", () => {
    expect(scaleOf([0, 1], [0.99], "lower", "share").bottom).toBe(0);
  });

  test("has whole ticks for counts, also when all is zero", () => {
    expect(scaleOf([0, 0], [3], "higher", "count").ticks).toEqual([0, 2, 4]);
    expect(scaleOf([0], [], "higher", "count").ticks).toEqual([0, 1]);
  });

  test("leaves no room above the whole for a share that stays below it", () => {
    expect(scaleOf([0.97], [0.9], "higher", "share").top).toBe(1);
    expect(scaleOf([1.2], [0.9], "higher", "share").top).toBeGreaterThan(1.2);
  });

  test("contains every value and threshold, with at least two and at most nine ticks inside", () => {
    const values = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1 });
    const units = fc.constantFrom("share" as const, "seconds" as const, "count" as const);
    const sides = fc.constantFrom("higher" as const, "lower" as const);
    fc.assert(
      fc.property(
        values,
        fc.double({ min: 0.001, max: 1e3, noNaN: true }),
        sides,
        units,
        (all, limit, worse, unit) => {
          const { bottom, top, ticks } = scaleOf(all, [limit], worse, unit);
          expect(top).toBeGreaterThan(bottom);
          expect(Math.min(...all, limit)).toBeGreaterThanOrEqual(bottom - 1e-9);
          expect(Math.max(...all, limit)).toBeLessThanOrEqual(top * (1 + 1e-9));
          expect(ticks.length).toBeGreaterThanOrEqual(2);
          expect(ticks.length).toBeLessThanOrEqual(9);
        },
      ),
    );
  });
});
