import fc from "fast-check";
import { expect, test } from "vitest";
import { slotsOf } from "@/lib/evaluation/grid";
import { RANGES, type RangeId } from "@/lib/evaluation/ranges";
import { availabilityBars, barsGrid } from "./bars";

const NOW_MS = Date.UTC(2026, 10, 21, 12, 3, 17);
const HOUR_MS = 3_600_000;
const grid = { fromMs: HOUR_MS, toMs: 4 * HOUR_MS, stepSeconds: 3_600 };

/** One value per bar; null: no sample. */
const perBar = (...values: (number | null)[]) => ({
  labels: {},
  points: slotsOf(grid).flatMap((atMs, index): [number, number][] => {
    const value = values[index];
    return typeof value === "number" ? [[atMs, value]] : [];
  }),
});

test.each<[RangeId, number | null]>([
  ["1h", null],
  ["6h", null],
  ["24h", 24],
  ["7d", 28],
  ["30d", 30],
])("%s has %s bars, which fill the range and end within five minutes and a scrape of now", (id, count) => {
  const bars = barsGrid(id, NOW_MS, 15);
  if (count === null || bars === null) return expect(bars).toBe(count);
  expect(slotsOf(bars)).toHaveLength(count);
  expect(NOW_MS - bars.toMs).toBeLessThan(315_000);
  expect(bars.toMs - (bars.fromMs - bars.stepSeconds * 1000)).toBe(RANGES[id].seconds * 1000);
});

test("at any time the bars of all ranges end together, so that a longer range holds a shorter one (property)", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 30 * 86_400_000 }), (laterMs) => {
      const ends = (["24h", "7d", "30d"] as const).map((id) => barsGrid(id, NOW_MS + laterMs, 15)?.toMs);
      expect(new Set(ends).size).toBe(1);
    }),
  );
});

test("each bar shows its share, and how much of it is known", () => {
  const { bars } = availabilityBars(perBar(1, 0.5, 1, null), perBar(240, 240, 60, null), grid, 15);
  expect(bars.map(({ share, knownShare }) => [share, knownShare])).toEqual([
    [1, 1],
    [0.5, 1],
    [1, 0.25],
    [null, 0],
  ]);
  expect(bars[0]).toMatchObject({ fromMs: 0, toMs: HOUR_MS });
});

test("unknown time is neither up nor down: the whole weighs each bar by what is known of it", () => {
  const view = availabilityBars(perBar(1, 0.5, 0, null), perBar(240, 240, 60, null), grid, 15);
  expect(view.share).toBeCloseTo(1.5 / 2.25);
  expect(view.knownShare).toBeCloseTo(2.25 / 4);
});

test("a range of which nothing is known has no availability at all, neither 0 nor 100 %", () => {
  expect(availabilityBars(undefined, undefined, grid, 15)).toMatchObject({ share: null, knownShare: 0 });
});

test("a probe too many at a bar's edge doesn't make more than all of it known", () => {
  expect(availabilityBars(perBar(1, 1, 1, 1), perBar(241, 240, 240, 240), grid, 15).knownShare).toBe(1);
});
