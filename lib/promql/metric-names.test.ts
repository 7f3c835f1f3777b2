import { expect, test } from "vitest";
import { metricNamesIn } from "./metric-names";

test.each([
  ["up", ["up"]],
  [
    'sum by (tenant) (rate(a_total{code=~"5.."}[5m])) / sum by (tenant) (rate(a_total[5m]) or b)',
    ["a_total", "b"],
  ],
  ['max by (tenant) ({__name__="job:requests:rate5m",code="200"})', ["job:requests:rate5m"]],
  ["max by (tenant) (job:requests:rate5m)", ["job:requests:rate5m"]],
  ['max by (tenant) ({job="web"})', []],
])("%s names %j", (promql, names) => {
  expect(metricNamesIn(promql, "tenant")).toEqual(names);
});
