import { expect, test } from "vitest";
import { mintTenantScope } from "@/lib/tenant/mint";
import { fillPlaceholders } from "./placeholders";
import { scopeQuery } from "./scoped-query";

const filled = (template: string, label = "tenant", windowSeconds = 300) =>
  fillPlaceholders(template, { label, windowSeconds });

test("fills in the label and the window wherever they stand", () => {
  expect(filled("sum by ($tenant, le) (rate(a[$window])) + max by ($tenant) (b)", "org", 60)).toBe(
    "sum by (org, le) (rate(a[60s])) + max by (org) (b)",
  );
});

test("leaves every other dollar to PromQL", () => {
  const template = 'label_replace(a, "b", "$1-$2-$tenants-$windowed-$", "c", "(.*)$")';
  expect(filled(template)).toBe(template);
});

test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])(
  "refuses a window of %d seconds",
  (windowSeconds) => {
    expect(() => filled("up", "tenant", windowSeconds)).toThrow(RangeError);
  },
);

test.each(["", "a b", "__name__", "$1"])("refuses %j as a label", (label) => {
  expect(() => filled("up", label)).toThrow("not a Prometheus label name");
});

test("makes a query that is confined to its scope and can't be changed afterwards", () => {
  const query = scopeQuery(mintTenantScope("photos"), "sum by ($tenant) (increase(a[$window]))", {
    label: "tenant",
    windowSeconds: 1800,
  });
  expect(query).toEqual({
    promql: 'sum by (tenant) (increase(a{tenant="photos"}[1800s]))',
    label: "tenant",
    tenantId: "photos",
  });
  expect(Object.isFrozen(query)).toBe(true);
});
