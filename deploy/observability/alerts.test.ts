import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { registeredSeries, selectorsOf } from "./registered.fixture";

const ROOT = join(import.meta.dirname, "../..");
const RUNBOOKS = "docs/runbooks";
const SECTIONS = [
  "Meaning",
  "First step",
  "Owner",
  "Escalation",
  "Rollback",
  "Words for the tenants",
  "Rehearsal",
];

const rulesFile = z.object({
  groups: z.array(
    z.object({
      rules: z.array(
        z.object({
          alert: z.string(),
          expr: z.string(),
          annotations: z.object({ runbook_url: z.string() }).loose(),
        }),
      ),
    }),
  ),
});
const testsFile = z.object({
  tests: z.array(
    z.object({
      promql_expr_test: z.array(z.object({ expr: z.string(), exp_samples: z.array(z.unknown()) })),
    }),
  ),
});

const here = (name: string) => readFile(join(import.meta.dirname, name), "utf8");
const rules = rulesFile.parse(parse(await here("alerts.yaml"))).groups.flatMap((group) => group.rules);
const claims = testsFile
  .parse(parse(await here("alerts.test.yaml")))
  .tests.flatMap((one) => one.promql_expr_test);
const series = await registeredSeries();

describe.each(rules)("the rule $alert", ({ alert, expr, annotations }) => {
  test("asks only for metrics that the code registers, by labels that they have", () => {
    for (const { metric, labels } of selectorsOf(expr)) {
      const known = series.get(metric);
      expect(known, `${metric} is registered nowhere`).toBeDefined();
      for (const label of labels) expect([...(known ?? [])], metric).toContain(label);
    }
  });

  test("names no job, since nobody knows what it is called", () => {
    expect(selectorsOf(expr).flatMap(({ labels }) => labels)).not.toContain("job");
  });

  test("is shown to fire, and not to fire", () => {
    const own = claims.filter((claim) => claim.expr.includes(`alertname="${alert}",`));
    expect(own.some(({ exp_samples }) => exp_samples.length > 0)).toBe(true);
    if (alert !== "WatchpostWatchdog")
      expect(own.some(({ exp_samples }) => exp_samples.length === 0)).toBe(true);
  });

  test("has a runbook of its own, with every section", async () => {
    const name = alert
      .replace(/^Watchpost/, "")
      .replace(/\B[A-Z]/g, "-$&")
      .toLowerCase();
    expect(annotations.runbook_url).toBe(`${RUNBOOKS}/${name}.md`);
    const text = await readFile(join(ROOT, annotations.runbook_url), "utf8");
    expect(text).toContain(`Alert: \`${alert}\``);
    const headings = [...text.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
    expect(headings).toEqual(SECTIONS);
    expect(text).not.toMatch(/^## .*\n+(?=## |$(?![\s\S]))/m);
  });
});

test("each metric of the portal's own is described in the README", async () => {
  const readme = await here("README.md");
  const names = [...series.keys()].filter((name) => /^watchpost_(?!.*_(bucket|sum|count)$)/.test(name));
  expect(names.filter((name) => !readme.includes(name))).toEqual([]);
  expect(names.length).toBeGreaterThan(20);
});

test("each runbook belongs to a rule", async () => {
  const files = (await readdir(join(ROOT, RUNBOOKS))).filter((name) => name !== "README.md");
  const urls = rules.map(({ annotations }) => annotations.runbook_url);
  expect(files.map((name) => `${RUNBOOKS}/${name}`).sort()).toEqual(urls.sort());
});
