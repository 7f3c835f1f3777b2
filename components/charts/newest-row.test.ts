import { expect, test } from "vitest";
import { IN_STATUS, lineView, NOW_MS, signalView } from "@/testing/views/health";
import { seriesView } from "@/testing/views/series";
import { withNewestRow } from "./newest-row";
import { rowsOf } from "./shape";

const view = seriesView({ toMs: NOW_MS - 300_000 });
const rows = rowsOf(view).filter(({ atMs }) => atMs <= view.toMs);
const latency = { ...signalView("latency"), drawn: [{ id: "p50", value: 0.07 }] };

test("a chart's newest row has the values of the card, at the card's time, and of the lines that only the chart has", () => {
  const shown = withNewestRow(rows, view.lines, { asOfMs: NOW_MS, signal: latency });
  expect(shown.newestMs).toBe(NOW_MS);
  expect(shown.rows.at(-1)).toEqual({ atMs: NOW_MS, values: [0.07, 0.212] });
  expect(shown.rows.slice(0, -1)).toEqual(rows);
});

test("a point at or after the card's time isn't drawn beside the card's", () => {
  const shown = withNewestRow(rows, view.lines, { asOfMs: view.toMs - 15_000, signal: latency });
  expect(shown.rows.map(({ atMs }) => atMs)).toEqual([
    ...rows.slice(0, -1).map(({ atMs }) => atMs),
    view.toMs - 15_000,
  ]);
});

test("what the card has no value of has none in the chart's newest row, and no older one in its place", () => {
  const gone = { lines: [lineView({ id: "p95", ...IN_STATUS["no-data"] })] };
  const shown = withNewestRow(rows, view.lines, { asOfMs: NOW_MS, signal: gone });
  expect(shown.rows.at(-1)?.values).toEqual([null, null]);
});

test.each([
  ["no card stands beside it", null],
  ["the card is much older than the chart", { asOfMs: view.toMs - 90_000, signal: latency }],
])("a chart has its own points where %s", (_, shown) => {
  expect(withNewestRow(rows, view.lines, shown)).toEqual({ rows, newestMs: null });
});
