import { describe, expect, test } from "vitest";
import { defaultBundleQueries } from "./bundle.cases";
import { groupingProblem } from "./grouping";
import { fillPlaceholders } from "./placeholders";
import { scopeToTenant } from "./scope";

describe("a grouped query", () => {
  test.each([
    "sum by (tenant) (up)",
    "sum(up) by (job, tenant)",
    'sum by ("tenant") (up)',
    "sum without (job) (up)",
    "-sum by (tenant) (up) * 100",
    "(sum by (tenant) (up)) offset 5m",
    "round(sum by (tenant) (increase(up[5m])), 0.1)",
    "histogram_quantile(0.95, sum by (tenant, le) (rate(b[5m])))",
    "max_over_time(sum by (tenant) (up)[10m:1m])",
    "sum by (tenant) (a) / sum by (tenant) (b)",
    "sum by (tenant) (a) / on (tenant) sum by (tenant) (b)",
    "sum by (tenant) (a) / ignoring (job) sum by (tenant) (b)",
    "max by (tenant) (a * on (tenant, pod) group_left (reason) b)",
    "topk by (tenant) (1, sum by (tenant, pod) (a))",
    'count_values by (tenant) ("version", a)',
    'max by (tenant) (up{tenant!=""})',
    'label_replace(sum by (tenant, job) (up), "kind", "$1", "job", "(.*)")',
    "sum by (tenant) (up) > scalar(vector(1))",
  ])("passes: %s", (promql) => expect(groupingProblem(promql, "tenant")).toBeNull());
});

describe("a query that isn't grouped", () => {
  test.each([
    ["up", "The query is not grouped by tenant: write, say, sum by (tenant) (…) around it."],
    ["sum(up)", "sum in the query mixes tenants: write sum by (tenant) (…)."],
    ["sum by (job) (up)", "sum in the query mixes tenants: write sum by (tenant) (…)."],
    ["avg without (tenant) (up)", "avg in the query mixes tenants: write avg by (tenant) (…)."],
    ["sum by (tenant) (up) / sum(up)", "sum in the query mixes tenants: write sum by (tenant) (…)."],
    ["topk(5, sum by (tenant) (up))", "topk in the query mixes tenants: write topk by (tenant) (…)."],
    [
      "topk by (tenant) (1, up)",
      "The query is not grouped by tenant: write, say, sum by (tenant) (…) around it.",
    ],
    ["topk by (tenant) (sum by (tenant) (a), up)", "topk in the query must aggregate one vector."],
    ["sum by (tenant) (1)", "sum in the query must aggregate one vector."],
    [
      "sum by (tenant, job) (a) * on (job) group_left sum by (tenant, job) (b)",
      "A match in the query doesn't go by tenant: name it in on (…), or leave it out of ignoring (…).",
    ],
    [
      "sum by (tenant) (a) unless ignoring (tenant) sum by (tenant) (b)",
      "A match in the query doesn't go by tenant: name it in on (…), or leave it out of ignoring (…).",
    ],
    [
      "sum by (tenant) (a) * scalar(sum by (tenant) (b))",
      "scalar in the query reads across tenants, so it can't be asked for all at once.",
    ],
    [
      "sum by (tenant) (a) or absent(a)",
      "absent in the query reads across tenants, so it can't be asked for all at once.",
    ],
    [
      "absent_over_time(a[5m])",
      "absent_over_time in the query reads across tenants, so it can't be asked for all at once.",
    ],
    ["sum by (tenant) (a) or vector(0)", "The query joins series with a vector that has no tenant label."],
    ["vector(1)", "The query has no tenant label, so its value would belong to nobody."],
    ["time()", "The query has no tenant label, so its value would belong to nobody."],
    ["1 + 1", "The query has no tenant label, so its value would belong to nobody."],
    ["hour()", "The query has no tenant label, so its value would belong to nobody."],
    ["up[5m]", "The query gives a range of values; it must give one value for each tenant."],
    [
      "(sum by (tenant) (up)[5m:])",
      "The query gives a range of values; it must give one value for each tenant.",
    ],
    ['sum by (tenant) (up{tenant="photos"})', "The query names one tenant; it is asked for all of them."],
    ["sum by (tenant) (", "The query can't be read as PromQL at its end."],
    [
      'max by (tenant) (label_replace(up, "tenant", "x", "", ""))',
      'The query writes the label "tenant", which says whose a series is, with label_replace().',
    ],
  ])("is told why: %s", (promql, sentence) => expect(groupingProblem(promql, "tenant")).toBe(sentence));
});

describe.each(["tenant", "organisation"])("the default bundle, with the label %s", (label) => {
  test.each(defaultBundleQueries())("groups and confines $path", ({ template }) => {
    const promql = fillPlaceholders(template, { label, windowSeconds: 300 });
    expect(groupingProblem(promql, label)).toBeNull();
    const matchers = scopeToTenant(promql, { label, value: "photos" }).match(
      new RegExp(`${label}="photos"`, "g"),
    );
    expect(matchers?.length).toBeGreaterThan(0);
  });
});
