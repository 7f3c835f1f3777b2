import { expect, test } from "vitest";
import { isWorstOf } from "./worst-of";

const agree = (query: string, parts: string, worse: "higher" | "lower" = "higher") =>
  isWorstOf(query, parts, { label: "tenant", by: ["pod", "container"], worse });

const RATE =
  'rate(cpu{container!="a b"}[5m]) / max by (tenant, pod, container) (limits) unless on (tenant, pod) jobs';

test.each([
  ["the same in both", `max by (tenant) (${RATE})`, `max by (tenant, pod, container) (${RATE})`],
  [
    "other spaces",
    `max by(tenant)(\n  ${RATE} )`,
    `max by (container,tenant,pod) (${RATE.replaceAll(" / ", "/")})`,
  ],
  [
    "one around the other",
    `max by (tenant) (sum by (tenant, pod, container) (x))`,
    `sum by (tenant, pod, container) (x)`,
  ],
  [
    "a mean of the parts",
    `avg by (tenant) (max by (tenant, pod, container) (x))`,
    `max by (tenant, pod, container) (x)`,
  ],
  ["parentheses", `(max by (tenant) ((x)))`, `max by (tenant, pod, container) (x)`],
  ["a comment", "max by (tenant) (x # the worst\n)", "max by (tenant, pod, container) (x)"],
])("agrees: %s", (_, query, parts) => {
  expect(agree(query, parts)).toBe(true);
});

test.each([
  ["another window", `max by (tenant) (rate(x[5m]))`, `max by (tenant, pod, container) (rate(x[10m]))`],
  ["another metric", `max by (tenant) (x)`, `max by (tenant, pod, container) (y)`],
  ["the best of the parts", `min by (tenant) (x)`, `min by (tenant, pod, container) (x)`],
  ["the best in each part", `max by (tenant) (x)`, `min by (tenant, pod, container) (x)`],
  ["a mean within each part", `avg by (tenant) (x)`, `avg by (tenant, pod, container) (x)`],
  ["the sum", `sum by (tenant) (x)`, `sum by (tenant, pod, container) (x)`],
  ["more labels", `max by (tenant, pod) (x)`, `max by (tenant, pod, container) (x)`],
  ["fewer parts", `max by (tenant) (x)`, `max by (tenant, pod) (x)`],
  [
    "a string with other spaces",
    `max by (tenant) (x{a="b c"})`,
    `max by (tenant, pod, container) (x{a="b  c"})`,
  ],
  ["two words that are one", `max by (tenant) (x or y)`, `max by (tenant, pod, container) (xory)`],
  ["arithmetic around it", `max by (tenant) (x) / 2`, `max by (tenant, pod, container) (x)`],
])("doesn't: %s", (_, query, parts) => {
  expect(agree(query, parts)).toBe(false);
});

test("where lower is worse the worst is the least", () => {
  expect(agree("min by (tenant) (x)", "min by (tenant, pod, container) (x)", "lower")).toBe(true);
  expect(agree("max by (tenant) (x)", "max by (tenant, pod, container) (x)", "lower")).toBe(false);
});
