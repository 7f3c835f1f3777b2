import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { dashboardFiles } from "./dashboards";
import { DASHBOARD } from "./panels";
import { registeredSeries, selectorsOf } from "./registered.fixture";

const panels = DASHBOARD.rows.flatMap((row) => row.panels);
const series = await registeredSeries();

test.each(Object.entries(dashboardFiles()))(
  "%s is what the description says; else: npx tsx bin/write-dashboards.ts",
  async (name, text) => {
    expect(await readFile(join(import.meta.dirname, name), "utf8")).toBe(text);
  },
);

describe.each(panels)("the panel $title", ({ queries }) => {
  test.each(queries)("asks PromQL for what is registered: $promql", ({ promql }) => {
    for (const { metric, labels } of selectorsOf(promql)) {
      const known = series.get(metric);
      expect(known, `${metric} is registered nowhere`).toBeDefined();
      for (const label of labels) expect([...(known ?? [])], metric).toContain(label);
      expect(labels).not.toContain("job");
    }
  });

  test("names in its legends only labels that its query leaves", () => {
    for (const { promql, legend } of queries) {
      const named = [...legend.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label ?? "");
      for (const label of named) expect(promql).toMatch(new RegExp(`\\b${label}\\b`));
    }
  });
});

test("both formats hold the same panels with the same queries", () => {
  const files = dashboardFiles();
  const grafana = z
    .object({
      panels: z.array(
        z.object({ title: z.string(), targets: z.array(z.object({ expr: z.string() })).optional() }),
      ),
    })
    .parse(JSON.parse(files["dashboard.grafana.json"] ?? ""));
  const panel = z.object({
    spec: z.object({
      display: z.object({ name: z.string() }),
      queries: z.array(
        z.object({ spec: z.object({ plugin: z.object({ spec: z.object({ query: z.string() }) }) }) }),
      ),
    }),
  });
  const item = z.object({ content: z.object({ $ref: z.string() }) });
  const perses = z
    .object({
      spec: z.object({
        panels: z.record(z.string(), panel),
        layouts: z.array(z.object({ spec: z.object({ items: z.array(item) }) })),
      }),
    })
    .parse(JSON.parse(files["dashboard.perses.json"] ?? "")).spec;
  const placed = perses.layouts.flatMap(({ spec }) => spec.items).map(({ content }) => content.$ref);
  const inPerses = placed.map((ref) => {
    const found = perses.panels[ref.replace("#/spec/panels/", "")]?.spec;
    return [found?.display.name, found?.queries.map(({ spec }) => spec.plugin.spec.query)];
  });
  const inGrafana = grafana.panels.flatMap(({ title, targets }) =>
    targets ? [[title, targets.map(({ expr }) => expr)]] : [],
  );
  expect(inPerses).toEqual(inGrafana);
  expect(inPerses).toHaveLength(panels.length);
});
