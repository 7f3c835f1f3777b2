import { afterAll, beforeAll, expect, test } from "vitest";
import { migrationsSchema } from "@/lib/catalogue/migration";
import { createPrometheus } from "@/lib/prometheus/client";
import { mintTenantScope } from "@/lib/tenant/mint";
import { defaultBundle } from "@/testing/evaluation";
import { startPrometheus, type TestPrometheus } from "@/testing/prometheus";
import { jobSamples, type MadeRun } from "./jobs.fixture";
import { migrationOf, migrationSeriesOf } from "./migration";

const MINUTE_MS = 60_000;
const NOW_MS = Date.UTC(2026, 10, 21, 12);
const MOVE = migrationsSchema.parse([
  {
    job: "move",
    title: "Move",
    source: "old server",
    issueUrl: "https://github.com/acme/infra/issues/61",
    rerun: "safe-on-existing-data",
    declaredPeak: { cpuCores: 1, memoryBytes: "300Mi", storageBytes: "100Mi" },
    steadyState: { cpuCores: 0.5, memoryBytes: "200Mi", storageBytes: "80Mi" },
  },
]);

const run = (tenant: string, more: Partial<MadeRun> = {}): MadeRun => ({
  tenant,
  jobName: "move",
  fromMs: NOW_MS - 120 * MINUTE_MS,
  toMs: NOW_MS,
  reports: (atMs) => ({
    migration_items_done: Math.floor((atMs - (NOW_MS - 120 * MINUTE_MS)) / MINUTE_MS),
    migration_items_expected: 1_000,
    migration_errors_total: 3,
  }),
  cpuCores: 0.4,
  memoryBytes: () => 250_000_000,
  storageBytes: 90_000_000,
  ...more,
});
const pair = (tenant: string, more: Partial<MadeRun> = {}) =>
  ["a", "b"].map((name) => run(tenant, { ...more, scraper: { prometheus_replica: name } }));
const ended = { atMs: NOW_MS - 30 * MINUTE_MS, how: "succeeded" } as const;

let server: TestPrometheus;
beforeAll(async () => {
  server = await startPrometheus({
    openMetrics: jobSamples([
      run("lone"),
      ...pair("paired"),
      run("lone-ended", { ended }),
      ...pair("paired-ended", { ended }),
    ]),
  });
});
afterAll(() => server?.stop());

async function seenOf(id: string) {
  const sources = {
    bundle: defaultBundle(),
    tenantLabel: "tenant",
    prometheus: createPrometheus({ url: server.url }),
  };
  const scope = mintTenantScope(id);
  const view = await migrationOf(sources, scope, MOVE, null, NOW_MS);
  if (!view?.shown) throw new Error("No run is shown.");
  const series = await migrationSeriesOf(sources, scope, MOVE, view.shown.id, NOW_MS);
  return JSON.parse(JSON.stringify({ view, series }).replaceAll(id, "ID"));
}

test.each([
  ["lone", "paired"],
  ["lone-ended", "paired-ended"],
])("a run that a pair of scrapers sees is shown as one of a single scraper: %s and %s", async (one, two) => {
  expect(await seenOf(two)).toEqual(await seenOf(one));
});
