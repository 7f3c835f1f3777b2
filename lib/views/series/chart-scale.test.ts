import fc from "fast-check";
import { expect, test } from "vitest";
import { chartScaleOf } from "./chart-scale";

/** How high the drawn part of a chart is, in pixels. */
const HEIGHT_PX = 115;

test.each([
  ["a threshold of 85 %", [1, 0.999], 0.85],
  ["a total outage", [1, 0.999, 0.99, 0], 0.99],
  ["a threshold of 95 %", [1], 0.95],
])("99 %%, 99.9 %% and 100 %% of availability are told apart beside %s", (_, values, threshold) => {
  const scale = chartScaleOf(values, [threshold], "lower", "share");
  const apartPx = (a: number, b: number) => (scale.heightOf(a) - scale.heightOf(b)) * HEIGHT_PX;
  expect(scale.isStretched).toBe(true);
  expect(scale.ticks).toEqual(expect.arrayContaining([1, 0.999, 0.99, 0.9]));
  expect(apartPx(1, 0.999)).toBeGreaterThan(12);
  expect(apartPx(0.999, 0.99)).toBeGreaterThan(12);
});

test("a scale of two per cent is straight, and so is every other unit and side", () => {
  for (const scale of [
    chartScaleOf([1], [0.99], "lower", "share"),
    chartScaleOf([0.2], [0.9], "higher", "share"),
    chartScaleOf([0.2], [1], "higher", "seconds"),
  ]) {
    expect(scale.isStretched).toBe(false);
    expect(scale.heightOf((scale.bottom + scale.top) / 2)).toBeCloseTo(0.5);
  }
});

test("every value and threshold lies within the scale, and a higher one higher (property)", () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.array(share, { minLength: 2 }), share, (values, threshold) => {
      const scale = chartScaleOf(values, [threshold], "lower", "share");
      const heights = [...values, threshold].sort((a, b) => a - b).map(scale.heightOf);
      expect(Math.min(...heights)).toBeGreaterThanOrEqual(-1e-9);
      expect(Math.max(...heights)).toBeLessThanOrEqual(1 + 1e-9);
      expect(heights).toEqual([...heights].sort((a, b) => a - b));
    }),
  );
});
