import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fractionAt, isEmptyChart, isLone, nearestRow, type Row, rowsOf, wideGapsOf } from "./shape";

const line = (id: string, points: [number, number | null][]) => ({ id, label: id, threshold: null, points });
const row = (atMs: number, ...values: (number | null)[]): Row => ({ atMs, values });

describe("rowsOf", () => {
  test("keeps an instant that a line lacks as a gap, also at the ends of the range", () => {
    const rows = rowsOf({
      fromMs: 0,
      toMs: 3_000,
      stepSeconds: 1,
      lines: [
        line("a", [
          [1_000, 1],
          [2_000, null],
        ]),
        line("b", [[2_000, 0]]),
      ],
    });
    expect(rows).toEqual([
      row(0, null, null),
      row(1_000, 1, null),
      row(2_000, null, 0),
      row(3_000, null, null),
    ]);
  });

  test("takes no number that isn't finite, so that nothing is drawn where nothing is known", () => {
    const points: [number, number][] = [
      [0, Number.NaN],
      [1_000, Number.POSITIVE_INFINITY],
    ];
    const rows = rowsOf({ fromMs: 0, toMs: 1_000, stepSeconds: 1, lines: [line("a", points)] });
    expect(isEmptyChart(rows)).toBe(true);
  });

  test("keeps a zero apart from nothing", () => {
    const rows = rowsOf({ fromMs: 0, toMs: 0, stepSeconds: 1, lines: [line("a", [[0, 0]])] });
    expect(isEmptyChart(rows)).toBe(false);
  });
});

describe("isLone", () => {
  const rows = [row(0, 1), row(1, null), row(2, 5), row(3, null), row(4, 1), row(5, 2)];
  test.each([
    [0, true],
    [1, false],
    [2, true],
    [4, false],
    [5, false],
  ])("row %d: %s", (index, lone) => {
    expect(isLone(rows, index, 0)).toBe(lone);
  });
});

describe("nearestRow", () => {
  test("finds what a search through all rows finds", () => {
    const times = fc.uniqueArray(fc.integer({ min: 0, max: 10_000 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(times, fc.integer({ min: -100, max: 10_100 }), (unsorted, atMs) => {
        const rows = unsorted.sort((a, b) => a - b).map((time) => row(time, 1));
        const distances = rows.map((each) => Math.abs(each.atMs - atMs));
        const found = nearestRow(rows, atMs);
        expect(Math.abs((found?.atMs ?? Number.NaN) - atMs)).toBe(Math.min(...distances));
      }),
    );
  });

  test("has none among no rows", () => {
    expect(nearestRow([], 5)).toBeNull();
  });
});

describe("fractionAt", () => {
  test("stays within the axis", () => {
    expect(fractionAt(-5, 0, 100)).toBe(0);
    expect(fractionAt(25, 0, 100)).toBe(0.25);
    expect(fractionAt(500, 0, 100)).toBe(1);
    expect(fractionAt(0, 0, 0)).toBe(0);
  });
});

describe("wideGapsOf", () => {
  const at = (...values: (number | null)[]) => values.map((value, index) => row(index * 10, value, null));
  test("finds a stretch without any value, from the last value to the next", () => {
    expect(wideGapsOf(at(1, null, null, 1, 1, 1, 1, 1, 1, 1), 0, 90)).toEqual([{ fromMs: 0, toMs: 30 }]);
  });
  test("finds one at each end of the range", () => {
    expect(wideGapsOf(at(null, null, 1, 1, null, null), 0, 50)).toEqual([
      { fromMs: 0, toMs: 20 },
      { fromMs: 30, toMs: 50 },
    ]);
  });
  test("takes neighbours that lie far apart for no gap, nor one that is too short to be named", () => {
    expect(wideGapsOf(at(1, 1, 1), 0, 20)).toEqual([]);
    expect(wideGapsOf(at(...Array(30).fill(1), null, ...Array(30).fill(1)), 0, 600)).toEqual([]);
  });
});
