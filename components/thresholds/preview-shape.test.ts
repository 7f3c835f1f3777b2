import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ReplayPoint } from "@/lib/evaluation/replay";
import { COLUMNS, linePath, previewBandsOf, previewColumnsOf, sliderSpan } from "./preview-shape";

const point = (atMs: number, value: number | null): ReplayPoint => ({
  atMs,
  reading: value === null ? { kind: "no-data" } : { kind: "value", value },
});

describe("columnsOf", () => {
  test("keeps the lowest and the highest of the values that share a column: no spike is lost", () => {
    const points = Array.from({ length: 10_000 }, (_, index) => point(index, index === 5_000 ? 9 : 1));
    const columns = previewColumnsOf(points, 0, 9_999);
    expect(columns).toHaveLength(COLUMNS);
    expect(columns.some((column) => column?.high === 9 && column.low === 1)).toBe(true);
  });
});

describe("linePath", () => {
  test("lifts the pen at a gap, and draws over empty columns between points that lie further apart", () => {
    const scale = { bottom: 0, top: 10, ticks: [] };
    const columns = [{ low: 0, high: 10 }, null, { low: 5, high: 5 }, null, null, null, { low: 0, high: 0 }];
    expect(linePath(columns, scale, 2)).toBe("M0 0.00V100.00L2 50.00h0.5M6 100.00h0.5");
  });
});

describe("bandsOf", () => {
  test("shows the gravest where several share a column, and a sliver where there is one only", () => {
    const bands = previewBandsOf(
      [
        { condition: "pending", fromMs: 0, toMs: 10 },
        { condition: "firing", fromMs: 10, toMs: 10 },
        { condition: "recovering", fromMs: 10, toMs: 500_000 },
      ],
      0,
      1_000_000,
    );
    expect(bands[0]).toEqual({ condition: "firing", from: 0, to: 1 });
    expect(bands[1]).toEqual({ condition: "recovering", from: 1, to: COLUMNS / 2 + 1 });
  });
});

describe("sliderSpan", () => {
  test("has everything that was seen and every threshold on it, in whole steps", () => {
    const value = fc.double({ min: 0, max: 1, noNaN: true });
    const worse = fc.constantFrom("higher" as const, "lower" as const);
    fc.assert(
      fc.property(fc.array(value), fc.array(value, { minLength: 1 }), worse, (values, thresholds, side) => {
        const { min, max, step } = sliderSpan(values, thresholds, { unit: "share", worse: side });
        expect(step).toBeGreaterThan(0);
        expect(max).toBeGreaterThan(min);
        expect(max).toBeLessThanOrEqual(100 + step);
        for (const each of thresholds) expect(each * 100).toBeGreaterThanOrEqual(min - 1e-6);
        for (const each of thresholds) expect(each * 100).toBeLessThanOrEqual(max + 1e-6);
      }),
    );
  });
});
