import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { fillPlaceholders } from "./placeholders";
import { absentLabelsProblem, collisionProblem, strayLabelsProblem } from "./unique";

const T = "tenant";

test.each([
  [
    "another label on the one side",
    "max by (tenant, pod) (a) * on (tenant, pod) group_left (reason) max by (tenant, pod, reason) (b)",
  ],
  ["a bare selector on the one side", "max by (tenant) (a * on (tenant) group_left () b)"],
  ["another label on either side", "max by (tenant, pod) (a) / on (tenant) max by (tenant) (b)"],
  [
    "a bare selector, matched by some labels",
    "sum by (tenant) (a / on (tenant, pod) max by (tenant, pod) (b))",
  ],
  [
    "a label that is ignored, where a series may have it",
    "sum by (tenant, le) (a) / ignoring (le) sum by (tenant) (b)",
  ],
  ["a comparison between bare selectors", "count by (tenant) (a > on (tenant) b)"],
  [
    "a label that is brought where it may be",
    "max by (tenant, reason) (a) * on (tenant) group_left (reason) max by (tenant) (b)",
  ],
  [
    "a label that is written where it may be",
    'max by (tenant, version) (label_replace(a, "version", "$1", "b", "(.*)"))',
  ],
  [
    "a label that is joined where it may be",
    'max by (tenant, x) (label_join(max by (tenant, x) (a), "x", "-", "tenant"))',
  ],
  ["names that are dropped", 'sum by (tenant) (rate({__name__=~"http_.*"}[5m]))'],
  ["names that arithmetic drops", 'sum by (tenant) ({__name__=~"http_.*"} * 2)'],
  ["something of it deep inside", "sum by (tenant) (abs(-(a * on (tenant) group_left () b)) unless c)"],
])("refuses %s", (_, promql) => {
  expect(collisionProblem(promql, T)).toMatch(/^\S.*\.$/s);
});

test.each([
  "sum by (tenant) (rate(a[5m])) / sum by (tenant) (rate(b[5m]))",
  'max by (tenant) (sum by (tenant, pod) (a) / max by (tenant, pod) (b) unless on (tenant, pod) c{owner="Job"})',
  "max by (tenant, pod, reason) (b == 1) * on (tenant, pod) group_left () max by (tenant, pod) (a)",
  "max by (tenant, pod) (a) * on (tenant, pod) group_right () max by (tenant, pod, reason) (b)",
  "sum by (tenant) (a) * on (tenant) group_left () sum by (tenant) (b)",
  'label_replace(max by (tenant, v) (a), "version", "$1", "v", "(.*)")',
  'sum by (tenant) ({__name__="a"} * 2)',
  'count by (tenant) ({__name__=~"a|b"})',
  "sum by (tenant) (a / b)",
  "histogram_quantile(0.95, sum by (tenant, le) (rate(a[5m])))",
  "1 - avg by (tenant) (a) * 2",
])("allows %s", (promql) => expect(collisionProblem(promql, T)).toBeNull());

test("a tenant has one series where the answer has its label alone", () => {
  expect(strayLabelsProblem("round(sum by (tenant) (a))", [T], T)).toBeNull();
  expect(strayLabelsProblem("histogram_quantile(0.9, sum by (tenant, le) (a))", [T], T)).toBeNull();
  expect(strayLabelsProblem("sum by (tenant, code) (a)", [T], T)).toMatch(/has code as well/);
  expect(strayLabelsProblem("sum without (pod) (a)", [T], T)).toMatch(/may have any label/);
});

test("a label that no series of an answer can have is named, with what it has", () => {
  expect(absentLabelsProblem("max by (tenant, pod) (a)", ["pod"], T)).toBeNull();
  expect(absentLabelsProblem("max without (le) (a)", ["pod"], T)).toBeNull();
  expect(absentLabelsProblem("max by (tenant, pod) (a)", ["pod", "route"], T)).toBe(
    "The answer never has route, which by names. It has pod.",
  );
  expect(absentLabelsProblem("max by (tenant) (a)", ["route"], T)).toMatch(/It has no label but tenant\.$/);
  expect(
    absentLabelsProblem('label_replace(max by (tenant, pod) (a), "shard", "1", "", "")', ["shard"], T),
  ).toBeNull();
});

test("no series of anybody's can make the default bundle's queries be refused", () => {
  const text = readFileSync("lib/definitions/defaults/bundle.yaml", "utf8");
  const stringsIn = (value: unknown): string[] =>
    typeof value === "string"
      ? [value]
      : typeof value === "object" && value
        ? Object.values(value).flatMap(stringsIn)
        : [];
  const queries = stringsIn(parse(text)).filter((each) => each.includes("by ($tenant"));
  expect(queries.length).toBeGreaterThan(20);
  for (const query of queries)
    expect(collisionProblem(fillPlaceholders(query, { label: T, windowSeconds: 300 }), T), query).toBeNull();
});
