import { expect, test } from "vitest";
import { migrationSeries } from "@/testing/views/migration";
import { chartPlaces, chartViewOf, isMeasured } from "./chart-views";

const series = migrationSeries();
const titles = (...args: Parameters<typeof chartPlaces>) => chartPlaces(...args).map(({ title }) => title);

test("the charts keep their places while they load, with one of progress where the job reports a share", () => {
  expect(titles(null, true)).toEqual(["Progress", "CPU, cores", "Memory", "Storage"]);
  expect(titles(null, false)).toEqual(["CPU, cores", "Memory", "Storage"]);
});

test("the charts are those of the series once it is there, whatever was expected", () => {
  expect(titles(series, false)).toEqual(["Progress", "CPU, cores"]);
});

test("a chart has the grid of its series and no threshold", () => {
  const view = chartViewOf(series, "progress");
  expect(view).toMatchObject({ unit: "share", fromMs: series.fromMs, toMs: series.toMs, events: [] });
  expect(view?.lines.map(({ label, threshold }) => [label, threshold])).toEqual([["done", null]]);
  expect(chartViewOf(series, "memoryBytes")).toBeNull();
  expect(chartViewOf(null, "progress")).toBeNull();
});

test("what was declared is no measurement: a chart with nothing else says that nothing was measured", () => {
  const measured = (id: "progress" | "cpuCores") => {
    const view = chartViewOf(series, id);
    return view && isMeasured(view);
  };
  expect([measured("progress"), measured("cpuCores")]).toEqual([true, false]);
});
