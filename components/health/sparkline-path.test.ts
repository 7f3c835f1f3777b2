import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sparkPath, sparkSpan, sparkWords } from "./sparkline-path";

const limit = (value: number) => ({
  value,
  inclusive: false,
  forSeconds: 300,
  recoverForSeconds: 300,
  enabled: true,
  version: 0,
  source: "default" as const,
});

describe("sparkPath", () => {
  test("lifts the pen at a gap, and leaves a dot for a lone point", () => {
    const points: [number, number | null][] = [
      [0, 0],
      [10, 1],
      [20, null],
      [30, 1],
      [40, null],
    ];
    expect(sparkPath(points, [0, 1], 40, 10)).toBe("M0.0 10.0h0L10.0 0.0M30.0 0.0h0");
  });

  test("places points by their time, not by their number", () => {
    const points: [number, number | null][] = [
      [0, 0],
      [75, 0],
      [100, 0],
    ];
    expect(sparkPath(points, [0, 1], 100, 10)).toBe("M0.0 10.0h0L75.0 10.0L100.0 10.0");
  });

  test("draws nothing of nothing", () => {
    expect(sparkPath([], [0, 1], 100, 10)).toBe("");
    expect(sparkPath([[0, null]], [0, 1], 100, 10)).toBe("");
  });

  test("never writes NaN", () => {
    const value = fc.option(fc.double({ min: 0, max: 1e9 }));
    const points = fc.array(fc.tuple(fc.integer({ min: 0, max: 1e12 }), value));
    fc.assert(
      fc.property(points, fc.constantFrom("higher" as const, "lower" as const), (all, worse) => {
        const sorted = all.sort(([a], [b]) => a - b);
        const span = sparkSpan(sorted, { worse, threshold: limit(1) });
        expect(sparkPath(sorted, span, 240, 40)).not.toMatch(/NaN|Infinity/);
      }),
    );
  });
});

describe("sparkSpan", () => {
  test("always has the threshold inside, on either side", () => {
    const [bottom, top] = sparkSpan([[0, 0.2]], { worse: "higher", threshold: limit(1) });
    expect(bottom).toBe(0);
    expect(top).toBeGreaterThan(1);
    const [low, high] = sparkSpan([[0, 1]], { worse: "lower", threshold: limit(0.99) });
    expect(low).toBeLessThan(0.99);
    expect(high).toBe(1);
  });
});

describe("sparkWords", () => {
  const judged = { unit: "seconds", worse: "higher", threshold: limit(1) } as const;
  const plain = (text: string) => text.replaceAll("\u00a0", " ");

  test("describes the span, the gaps and the threshold", () => {
    const points: [number, number | null][] = [
      [0, 0.1],
      [1, null],
      [2, 0.3],
    ];
    expect(plain(sparkWords(points, judged, "ok"))).toBe(
      "Last hour: between 100 ms and 300 ms. 1 of 3 points are missing. Alert above 1 s.",
    );
  });

  test("says that there is no data", () => {
    expect(sparkWords([[0, null]], judged, "no-data")).toBe("Last hour: no data.");
  });
});
