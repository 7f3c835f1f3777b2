import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { deployment } from "@/testing/views/events";
import { createCrosshair } from "./crosshair";
import { moveByKey, pointedMs } from "./crosshair-moves";
import { type Marker, markersOf } from "./markers";
import type { Row } from "./shape";

const KEYS = ["ArrowLeft", "ArrowDown", "ArrowRight", "ArrowUp", "PageDown", "PageUp", "Home", "End"];

describe("a key on the crosshair", () => {
  test.each([
    ["ArrowLeft", 19],
    ["ArrowDown", 19],
    ["ArrowRight", 21],
    ["ArrowUp", 21],
    ["PageDown", 10],
    ["PageUp", 30],
    ["Home", 0],
    ["End", 99],
  ])("%s leads from row 20 to row %d", (key, row) => {
    expect(moveByKey(key, 20, 100)).toBe(row);
  });

  test("never leads out of the chart, wherever it stands", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...KEYS),
        fc.nat(500),
        fc.integer({ min: 1, max: 500 }),
        (key, from, count) => {
          const row = moveByKey(key, Math.min(from, count - 1), count);
          expect(row).toBeGreaterThanOrEqual(0);
          expect(row).toBeLessThan(count);
        },
      ),
    );
  });

  test("lets go by Escape, and leaves every other key to the page", () => {
    expect(moveByKey("Escape", 5, 10)).toBe("let-go");
    for (const key of ["Tab", "Enter", " ", "a", "constructor"]) expect(moveByKey(key, 5, 10)).toBeNull();
  });
});

describe("a pointer on a chart", () => {
  const axis = { fromMs: 0, toMs: 100_000 };
  const rows: Row[] = Array.from({ length: 101 }, (_, index) => ({ atMs: index * 1_000, values: [1] }));
  const pointed = (fromStartPx: number, markers: Marker[] = []) =>
    pointedMs({ fromStartPx, axisPx: 1_000 }, axis, markers, rows);

  test("means the row that is nearest to it", () => {
    expect(pointed(504)).toBe(50_000);
    expect(pointed(506)).toBe(51_000);
  });

  test("means an end of the axis beside the axis", () => {
    expect(pointed(-40)).toBe(0);
    expect(pointed(1_400)).toBe(100_000);
  });

  test("means a marker from seven pixels away, and the nearest of two", () => {
    const markers = markersOf([deployment(60_000)], 0, 100_000, 1_000);
    expect(pointed(593, markers)).toBe(60_000);
    expect(pointed(592, markers)).toBe(59_000);
    const two = [...markers, ...markersOf([deployment(60_600)], 0, 100_000, 1_000)];
    expect(pointed(607, two)).toBe(61_000);
  });

  test("means nothing where nothing is drawn, or the chart has no width yet", () => {
    expect(pointedMs({ fromStartPx: 5, axisPx: 100 }, axis, [], [])).toBeNull();
    expect(pointedMs({ fromStartPx: 5, axisPx: 0 }, axis, [], rows)).toBe(100_000);
  });
});

describe("the crosshair of a page", () => {
  test("reports a move to all charts once, and none of a pointer that stays", () => {
    const crosshair = createCrosshair();
    const seen: (number | null)[] = [];
    const stop = crosshair.subscribe(() => seen.push(crosshair.get()));
    crosshair.set(5);
    crosshair.set(5);
    crosshair.set(null);
    stop();
    crosshair.set(7);
    expect(seen).toEqual([5, null]);
  });
});
