import { describe, expect, test } from "vitest";
import { answerLabelsProblem } from "./answer-labels";
import { platformQuery, RevealingQueryError } from "./platform-query";
import { UnscopableQueryError } from "./unscopable";

const problem = (promql: string, only: string[] = ["node"]) =>
  answerLabelsProblem(promql, { only, tenantLabel: "tenant" });

describe("a query about the platform", () => {
  test.each([
    "min(up)",
    "vector(1)",
    "min by (node) (up)",
    'min by (node) (up{tenant="canary"})',
    "sum by (node) (a) / sum by (node) (b) < bool 0.05",
    "(sum(rate(a[2m])) or vector(0)) / sum(rate(b[2m]))",
    "max without (pod) (max by (node, pod) (up))",
    "min_over_time(min by (node) (up)[5m:30s])",
    'label_replace(min(up), "node", "$1", "instance", "(.*)")',
    'count_values("node", min by (node) (up))',
    "max by (node) (a * on (node) group_left (pod) b)",
    "topk(1, min by (node) (up))",
    "min(absent(up))",
    "-scalar(up) > bool 0",
  ])("passes: %s", (promql) => expect(problem(promql)).toBeNull());

  test.each([
    ["up", "The labels of the answer can't be determined"],
    ["up > bool 0", "The labels of the answer can't be determined"],
    ["min without (pod) (up)", "The labels of the answer can't be determined"],
    ["topk(1, up)", "The labels of the answer can't be determined"],
    ['absent(up{tenant="photos"})', "The labels of the answer can't be determined"],
    ["min by (node) (a) or b", "The labels of the answer can't be determined"],
    ["min by (tenant) (up)", "The answer would have the label tenant, and it may have no label but node."],
    ["min by (node, namespace) (up)", "The answer would have the label namespace"],
    [
      "min by (node) (a) * on (node) group_left (namespace) min by (node, namespace) (b)",
      "The answer would have the label namespace",
    ],
    ['label_replace(min(up), "namespace", "$1", "x", "(.*)")', "The answer would have the label namespace"],
    ['count_values("pod", up)', "The answer would have the label pod"],
    ['min by ("namespace") (up)', "The answer would have the label namespace"],
    ["min by (node) (up)[5m:30s]", "The query gives a range of values"],
  ])("is refused: %s", (promql, sentence) => expect(problem(promql)).toContain(sentence));

  test("may not be allowed to have the tenant's label at all", () => {
    expect(problem("min(up)", ["tenant"])).toBe(
      "The query may not have the label tenant, which says whose a series is.",
    );
  });

  test("that writes the tenant's label, or that can't be read, is refused as everywhere", () => {
    expect(() => problem('label_replace(min(up), "tenant", "photos", "x", "(.*)")')).toThrow(
      UnscopableQueryError,
    );
    expect(() => problem("min(up")).toThrow(UnscopableQueryError);
    expect(() => problem("min(info(up))")).toThrow(UnscopableQueryError);
  });

  test("goes by the name that the tenant label has here", () => {
    const make = (label: string) =>
      platformQuery("min by (tenant) (up)", { label, windowSeconds: 60, only: ["tenant"], canary: null });
    expect(() => make("tenant")).toThrow(RevealingQueryError);
    expect(make("capability_id").promql).toBe('min by (tenant) (up{capability_id=""})');
  });

  test("has its placeholders filled in", () => {
    const query = platformQuery('min(probe_success{$tenant="canary"} offset $window)', {
      label: "tenant",
      windowSeconds: 60,
      only: [],
      canary: "canary",
    });
    expect(query.promql).toBe('min(probe_success{tenant="canary"} offset 60s)');
  });
});

describe("no selector of a query about the platform reads what tenants expose", () => {
  const made = (template: string, canary: string | null = null) =>
    platformQuery(template, { label: "tenant", windowSeconds: 60, only: ["node"], canary }).promql;

  test.each([
    ["min(up)", 'min(up{tenant=""})'],
    ["min(up{})", 'min(up{tenant=""})'],
    ['min(up{job="a",})', 'min(up{job="a",tenant="",})'],
    ['min(up{tenant=""})', 'min(up{tenant=""})'],
    ['min(up{tenant="photos"})', 'min(up{tenant="photos",tenant=""})'],
    ['min(up{tenant=~".*"})', 'min(up{tenant=~".*",tenant=""})'],
    [
      'min by (node) (a) - min by (node) (b{tenant!=""})',
      'min by (node) (a{tenant=""}) - min by (node) (b{tenant!="",tenant=""})',
    ],
    [
      "min(max_over_time(min by (node) (a)[5m:30s]))",
      'min(max_over_time(min by (node) (a{tenant=""})[5m:30s]))',
    ],
    ["min(absent(up))", 'min(absent(up{tenant=""}))'],
    ['min({__name__=~"up|down"})', 'min({__name__=~"up|down",tenant=""})'],
  ])("%s is asked as %s", (template, asked) => expect(made(template)).toBe(asked));

  test("but the canary's, which is the operator's own, and only where it is named", () => {
    const both = 'min(up{$tenant="canary"} + on () up)';
    expect(made(both, "canary")).toBe('min(up{tenant="canary"} + on () up{tenant=""})');
    expect(made(both)).toBe('min(up{tenant="canary",tenant=""} + on () up{tenant=""})');
    expect(made('min(up{tenant=~"canary"})', "canary")).toBe('min(up{tenant=~"canary",tenant=""})');
  });
});
