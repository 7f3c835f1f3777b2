import fc from "fast-check";
import { expect, test } from "vitest";
import { seriesView } from "@/testing/views/series";
import { coarseRowsOf } from "./coarse";

test("each row has the worst of its points, newest first, and the events of its time", () => {
  const view = seriesView();
  const rows = coarseRowsOf(view, 5);
  expect(rows.length).toBeLessThanOrEqual(5);
  expect(rows[0]).toMatchObject({ toMs: view.toMs, worst: [0.1, 0.44] });
  expect(rows.flatMap(({ events }) => events)).toEqual(view.events);
});

test("a row without a value has none, and no zero", () => {
  const lines = seriesView().lines.map((line) => ({ ...line, points: [] }));
  for (const { worst } of coarseRowsOf(seriesView({ lines }), 5)) expect(worst).toEqual([null, null]);
});

test("the worst of all rows is the worst of the series, for either side (property)", () => {
  const side = fc.constantFrom("higher" as const, "lower" as const);
  const values = fc.array(fc.option(fc.double({ min: 0, max: 1, noNaN: true })), {
    minLength: 1,
    maxLength: 80,
  });
  fc.assert(
    fc.property(values, side, fc.integer({ min: 1, max: 30 }), (all, worse, atMost) => {
      const points = all.map((value, index): [number, number | null] => [index * 1_000, value]);
      const lines = [{ id: "a", label: "A", threshold: null, points }];
      const range = { fromMs: 0, toMs: (all.length - 1) * 1_000, stepSeconds: 1 };
      const rows = coarseRowsOf({ ...range, lines, worse, events: [] }, atMost);
      expect(rows.length).toBeLessThanOrEqual(atMost);
      const worst = (some: (number | null)[]) => {
        const known = some.filter((value) => value !== null);
        if (known.length === 0) return null;
        return worse === "higher" ? Math.max(...known) : Math.min(...known);
      };
      expect(worst(rows.flatMap((row) => row.worst))).toBe(worst(all));
    }),
  );
});
