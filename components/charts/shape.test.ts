import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CapabilityEvent } from "@/lib/evaluation/event";
import {
  fractionAt,
  isEmptyChart,
  isLone,
  markersAt,
  markersOf,
  nearestRow,
  type Row,
  rowsOf,
} from "./shape";

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

describe("markersOf", () => {
  const restart = (atMs: number): CapabilityEvent => ({
    kind: "restart",
    atMs,
    pod: "photos-1",
    container: "photos",
    reason: "Error",
    exitCode: 1,
  });
  const deployment = (atMs: number): CapabilityEvent => ({ kind: "deployment", atMs, version: "1.4.2" });

  test("puts restarts close together into one marker, and a deployment among them into its own", () => {
    const markers = markersOf([restart(20), deployment(15), restart(10), restart(900)], 0, 1_000);
    expect(markers.map(({ kind, atMs, events }) => [kind, atMs, events.length])).toEqual([
      ["restart", 10, 2],
      ["deployment", 15, 1],
      ["restart", 900, 1],
    ]);
  });

  test("loses no event of the range, and shows none outside of it", () => {
    const times = fc.array(fc.integer({ min: -500, max: 1_500 }));
    fc.assert(
      fc.property(times, (all) => {
        const markers = markersOf(all.map(restart), 0, 1_000);
        const shown = markers.reduce((sum, { events }) => sum + events.length, 0);
        expect(shown).toBe(all.filter((time) => time >= 0 && time <= 1_000).length);
        expect(markers.length).toBeLessThanOrEqual(25);
      }),
    );
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

describe("markersAt", () => {
  test("points at a marker from the row nearest to any of its events, on every chart of the same time", () => {
    const rows = [0, 10, 20, 30].map((atMs) => row(atMs, 1));
    const deployed = (atMs: number): CapabilityEvent => ({ kind: "deployment", atMs, version: "1" });
    const markers = [
      { kind: "deployment" as const, atMs: 9, events: [deployed(9), deployed(19)] },
      { kind: "alert" as const, atMs: 31, events: [{ ...deployed(31) }] },
    ];
    const at = (index: number) => markersAt(markers, rows, rows[index] as Row).map(({ kind }) => kind);
    expect([at(0), at(1), at(2), at(3)]).toEqual([[], ["deployment"], ["deployment"], ["alert"]]);
  });
});
