import { describe, expect, test } from "vitest";
import { fillGaps, healthGrid, rangeGrid, slotsOf } from "./grid";
import { RANGE_IDS, RANGES } from "./ranges";

const NOON_MS = Date.UTC(2026, 10, 21, 12, 0, 0);

describe("the health grid", () => {
  test("ends at the newest slot that is at least one scrape interval old", () => {
    expect(healthGrid(NOON_MS + 14_999, 15).toMs).toBe(NOON_MS - 15_000);
    expect(healthGrid(NOON_MS + 15_000, 15).toMs).toBe(NOON_MS);
  });

  test("is the same for everybody who looks within a slot, and covers an hour by the minute", () => {
    expect(healthGrid(NOON_MS + 29_999, 15)).toEqual(healthGrid(NOON_MS + 15_000, 15));
    const slots = slotsOf(healthGrid(NOON_MS, 15));
    expect(slots).toHaveLength(61);
    expect((slots[1] ?? 0) - (slots[0] ?? 0)).toBe(60_000);
  });
});

test.each(RANGE_IDS)(
  "the grid of %s lies on multiples of its step, spans the range and has about 300 points at most",
  (range) => {
    const grid = rangeGrid(range, NOON_MS + 7_777, 15);
    const slots = slotsOf(grid);
    expect(grid.toMs % (grid.stepSeconds * 1000)).toBe(0);
    expect(slots[0]).toBe(grid.fromMs);
    expect(slots.at(-1)).toBe(grid.toMs);
    expect(grid.toMs - grid.fromMs).toBe(RANGES[range].seconds * 1000);
    expect(slots.length).toBeLessThanOrEqual(301);
  },
);

describe("filling a grid", () => {
  const grid = { fromMs: 0, toMs: 4_000, stepSeconds: 1 };

  test("leaves a gap where there is no sample, and where the sample is no number", () => {
    const series = {
      labels: {},
      points: [
        [0, 0],
        [1_000, Number.NaN],
        [2_000, Number.POSITIVE_INFINITY],
        [4_000, 5],
      ] as [number, number][],
    };
    expect(fillGaps(series, grid)).toEqual([
      [0, 0],
      [1_000, null],
      [2_000, null],
      [3_000, null],
      [4_000, 5],
    ]);
  });

  test("is all gaps where there is no series: never a zero", () => {
    expect(fillGaps(undefined, grid).every(([, value]) => value === null)).toBe(true);
  });
});
