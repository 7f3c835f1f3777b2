import { expect, test } from "vitest";
import { fleetQuery, UngroupedQueryError } from "./fleet";
import { UnscopableQueryError } from "./unscopable";

const options = { label: "team", windowSeconds: 300 };

test("a query that is grouped by the tenant label is asked as it is, its placeholders filled in", () => {
  expect(fleetQuery("sum by ($tenant) (rate(requests_total[$window]))", options)).toEqual({
    promql: "sum by (team) (rate(requests_total[300s]))",
    label: "team",
  });
});

test.each(["sum(rate(requests_total[$window]))", "up", 'sum by ($tenant) (up{team="photos"})', "vector(1)"])(
  "a query in which tenants would mix or miss is refused: %s",
  (template) => {
    expect(() => fleetQuery(template, options)).toThrow(UngroupedQueryError);
  },
);

test("a label that isn't one is refused", () => {
  expect(() => fleetQuery("sum by ($tenant) (up)", { ...options, label: "a b" })).toThrow(
    UnscopableQueryError,
  );
});
