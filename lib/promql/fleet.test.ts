import { expect, test } from "vitest";
import { fleetQueriesFor, fleetQuery, UngroupedQueryError } from "./fleet";
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

test("a query for some tenants names them on every selector, and is split where the names don't fit", () => {
  const template =
    'max by ($tenant, pod) (rate(a[$window]) / on ($tenant, pod) max by ($tenant, pod) (b{x="y"}))';
  const tenantIds = Array.from({ length: 1_000 }, (_, nth) => `tenant-${nth}`);
  const all = fleetQueriesFor(template, tenantIds, { ...options, queriesAtMost: 100 });
  expect(all.flatMap((each) => each.tenantIds)).toEqual(tenantIds);
  for (const { query, tenantIds: ids } of all) {
    expect(query.promql.length).toBeLessThanOrEqual(10_000);
    expect(query.promql.split(`team=~"${ids.join("|")}"`)).toHaveLength(3);
  }
  expect(all.length).toBeLessThan(5);
  const few = fleetQueriesFor(template, tenantIds, { ...options, queriesAtMost: 1 });
  expect(few).toEqual(all.slice(0, 1));
  expect(fleetQueriesFor(template, [], { ...options, queriesAtMost: 1 })).toEqual([]);
});

test("a query for some tenants is refused where a name could leave its place, and where tenants would mix", () => {
  const most = { ...options, queriesAtMost: 1 };
  expect(() => fleetQueriesFor("sum by ($tenant) (up)", ['a"} or up{b="'], most)).toThrow(
    UnscopableQueryError,
  );
  expect(() => fleetQueriesFor("sum(up)", ["photos"], most)).toThrow(UngroupedQueryError);
});
