import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { bundleSchema } from "@/lib/catalogue/bundle";
import { migrationsSchema } from "@/lib/catalogue/migration";
import { RANGES } from "@/lib/evaluation/ranges";
import { createPrometheus, type Prometheus } from "@/lib/prometheus/client";
import { mintTenantScope } from "@/lib/tenant/mint";
import { startPrometheus, type TestPrometheus } from "@/testing/prometheus";
import { jobSamples } from "./jobs.fixture";
import { migrationOf, migrationSeriesOf } from "./migration";
import type { RunView } from "./view";

// Jobs as kube-state-metrics, cAdvisor and the jobs themselves report them, in a real Prometheus.
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const NOW_MS = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS;
const ago = (hours: number) => NOW_MS - hours * HOUR_MS;
/** A slot of the longest steps, so far back that it can be looked at from five minutes later. */
const LONG_STEP_MS = RANGES["30d"].stepSeconds * 1000;
const LONG_SLOT_MS = Math.floor((NOW_MS - 10 * MINUTE_MS) / LONG_STEP_MS) * LONG_STEP_MS;
const MIB = 2 ** 20;

const bundle = bundleSchema.parse(
  parse(readFileSync(new URL("../definitions/defaults/bundle.yaml", import.meta.url), "utf8")),
);
const defined = (job: string) =>
  migrationsSchema.parse([
    {
      job,
      title: "Move",
      source: "old server",
      issueUrl: "https://github.com/acme/infra/issues/61",
      rerun: "safe-on-existing-data",
      declaredPeak: { cpuCores: 1, memoryBytes: "300Mi", storageBytes: "100Mi" },
      steadyState: { cpuCores: 0.5, memoryBytes: "200Mi", storageBytes: "80Mi" },
    },
  ]);

let server: TestPrometheus;
let client: Prometheus;
beforeAll(async () => {
  const done = (fromMs: number, perHour: number) => (atMs: number) => ({
    migration_items_done: Math.floor(((atMs - fromMs) / HOUR_MS) * perHour),
    migration_items_expected: 1_000,
  });
  server = await startPrometheus({
    openMetrics: jobSamples([
      {
        tenant: "photos",
        jobName: "move",
        fromMs: ago(40),
        toMs: ago(30),
        ended: { atMs: ago(32), how: "failed" },
        reports: done(ago(40), 50),
        errors: [
          { atMs: ago(39), text: "first" },
          { atMs: ago(33), text: "disk full" },
        ],
      },
      {
        tenant: "photos",
        jobName: "move",
        fromMs: ago(5),
        toMs: NOW_MS,
        reports: (atMs) => ({
          ...done(ago(5), 100)(atMs),
          migration_errors_total: 3,
          migration_queue_length: 8,
        }),
        errors: [{ atMs: ago(1), text: "slow link" }],
        cpuCores: 0.4,
        memoryBytes: (atMs) => (atMs > ago(3) && atMs < ago(2.9) ? 450 : 250) * MIB,
        storageBytes: 120 * MIB,
      },
      {
        tenant: "tickets",
        jobName: "move",
        fromMs: ago(4),
        toMs: NOW_MS,
        reports: () => ({ migration_progress_ratio: 0.9 }),
      },
      {
        tenant: "stalled",
        jobName: "move",
        fromMs: ago(4),
        toMs: NOW_MS,
        reports: (atMs) => done(ago(4), 200)(Math.min(atMs, ago(2))),
      },
      { tenant: "quiet", jobName: "move", fromMs: ago(4), toMs: NOW_MS },
      {
        tenant: "left",
        jobName: "move",
        fromMs: ago(20),
        toMs: ago(10),
        ended: { atMs: ago(12), how: "succeeded" },
      },
      { tenant: "left", jobName: "serve", fromMs: ago(1), toMs: NOW_MS },
      {
        tenant: "vanished",
        jobName: "move",
        fromMs: LONG_SLOT_MS - 3 * HOUR_MS,
        toMs: LONG_SLOT_MS - HOUR_MS,
        reports: done(LONG_SLOT_MS - 3 * HOUR_MS, 100),
      },
      { tenant: "vanished", jobName: "serve", fromMs: LONG_SLOT_MS - 3 * HOUR_MS, toMs: NOW_MS },
    ]),
  });
  client = createPrometheus({ url: server.url });
});
afterAll(() => server?.stop());

const sources = (prometheus = client) => ({ bundle, tenantLabel: "tenant", prometheus });
const migration = (tenant: string, runId: string | null = null, prometheus = client) =>
  migrationOf(sources(prometheus), mintTenantScope(tenant), defined("move"), runId, NOW_MS + 15_000);
async function shown(tenant: string, runId: string | null = null): Promise<RunView> {
  const view = await migration(tenant, runId);
  if (!view?.shown) throw new Error(`There is no run: ${JSON.stringify(view)}`);
  return view.shown;
}

describe("a migration", () => {
  test("that runs has its state, its progress with speed and estimate, its counters and what else it emits", async () => {
    const run = await shown("photos");
    expect(run).toMatchObject({
      state: "running",
      present: true,
      startedAtMs: ago(5),
      endedAtMs: null,
      elapsedMs: 5 * HOUR_MS,
      progress: { share: 0.5, basis: "items", items: { done: 500, expected: 1_000 }, bytes: null },
      stalledSinceMs: null,
      silentSinceMs: null,
      errors: 3,
      lastError: { text: "slow link", atMs: ago(1) },
      others: [{ name: "migration_queue_length", value: 8 }],
      oddities: [],
    });
    expect(run.progress?.items?.perSecond).toBeCloseTo(100 / 3600, 2);
    if (run.estimate.kind === "none") throw new Error(run.estimate.reason);
    expect(run.estimate.fromMs).toBeLessThan(NOW_MS + 5 * HOUR_MS);
    expect(run.estimate.toMs).toBeGreaterThan(NOW_MS + 5 * HOUR_MS);
  });

  test("is held against what was declared and against twice the steady state, for each resource by itself", async () => {
    const { usage } = await shown("photos");
    expect(usage.map(({ resource, passed }) => [resource, passed])).toEqual([
      ["cpuCores", "nothing"],
      ["memoryBytes", "most"],
      ["storageBytes", "declared"],
    ]);
    expect(usage[0]?.now).toBeCloseTo(0.4, 2);
    expect(usage[1]?.peak?.value).toBe(450 * MIB);
    expect(usage[1]?.now).toBe(250 * MIB);
  });

  test("that was run before keeps its past runs, and how far each got, with its last error", async () => {
    const view = await migration("photos");
    expect(view?.runs.map(({ state, share }) => ({ state, share }))).toEqual([
      { state: "running", share: 0.5 },
      { state: "failed", share: 0.399 },
    ]);
    const run = await shown("photos", view?.runs[1]?.id);
    expect(run).toMatchObject({
      state: "failed",
      present: false,
      startedAtMs: ago(40),
      endedAtMs: ago(32),
      endedExactly: true,
      lastError: { text: "disk full", atMs: ago(33) },
      others: [],
      estimate: { kind: "none", reason: "not-running" },
    });
    expect(run.progress?.items?.done).toBe(399);
  });

  test("of another tenant is never among one's own, though its job has the same name", async () => {
    expect(JSON.stringify(await migration("photos"))).not.toContain("0.9");
    expect((await shown("tickets")).progress).toMatchObject({ share: 0.9, basis: "ratio" });
    const theirs = (await migration("photos"))?.runs[1]?.id ?? "";
    expect(await migration("tickets", theirs)).toBeNull();
    expect(
      await migrationSeriesOf(sources(), mintTenantScope("tickets"), defined("move"), theirs, NOW_MS),
    ).toBeNull();
  });

  test("without progress for longer than was allowed has stalled since its last progress, and has no estimate", async () => {
    const run = await shown("stalled");
    expect(run).toMatchObject({ state: "running", estimate: { kind: "none", reason: "standing" } });
    expect(Math.abs((run.stalledSinceMs ?? 0) - ago(2))).toBeLessThanOrEqual(2 * MINUTE_MS);
  });

  test("that reports nothing has a state and times, and nothing made up beside them", async () => {
    expect(await shown("quiet")).toMatchObject({
      state: "running",
      elapsedMs: 4 * HOUR_MS,
      progress: null,
      estimate: { kind: "none", reason: "no-whole" },
      stalledSinceMs: null,
      errors: null,
      lastError: null,
      others: [],
    });
    expect((await shown("quiet")).usage.map(({ now, peak }) => [now, peak])).toEqual(
      Array(3).fill([null, null]),
    );
  });

  test("whose job is gone after it succeeded still says so; a job that isn't defined isn't a migration", async () => {
    const view = await migration("left");
    expect(view?.runs).toHaveLength(1);
    expect(view?.shown).toMatchObject({ state: "succeeded", present: false, endedAtMs: ago(12) });
  });

  test("whose job vanished an hour ago is reported as gone then, also just after a slot of the longest steps", async () => {
    const soonAfterMs = LONG_SLOT_MS + 5 * MINUTE_MS;
    const view = await migrationOf(
      sources(),
      mintTenantScope("vanished"),
      defined("move"),
      null,
      soonAfterMs,
    );
    expect(view?.runs).toMatchObject([{ state: "gone" }]);
    const goneAtMs = view?.runs[0]?.endedAtMs ?? Number.POSITIVE_INFINITY;
    expect(goneAtMs - (LONG_SLOT_MS - HOUR_MS)).toBeLessThanOrEqual(5 * MINUTE_MS);
  });

  test("that is defined and has not begun is waited for; none that is defined is none", async () => {
    const future = defined("move-later");
    const view = await migrationOf(sources(), mintTenantScope("photos"), future, null, NOW_MS + 15_000);
    expect(view).toMatchObject({ waiting: [{ job: "move-later" }], runs: [], shown: null, failed: null });
    const none = await migrationOf(sources(), mintTenantScope("photos"), [], null, NOW_MS + 15_000);
    expect(none).toMatchObject({ waiting: [], runs: [], shown: null, failed: null });
  });

  test("that can't be asked about says why, and is neither none nor waited for", async () => {
    const away = createPrometheus({ url: "http://127.0.0.1:9" });
    const view = await migration("photos", null, away);
    expect(view).toMatchObject({ waiting: [], runs: [], shown: null });
    expect(view?.failed).toMatch(/can't be reached/);
  });

  test("has charts of its progress and of each resource beside its three levels, on one grid", async () => {
    const { id } = await shown("photos");
    const series = await migrationSeriesOf(
      sources(),
      mintTenantScope("photos"),
      defined("move"),
      id,
      NOW_MS + 15_000,
    );
    if (!series?.ok) throw new Error("no series");
    const { charts, fromMs, toMs, stepSeconds } = series.data;
    expect(charts.map((chart) => chart.id)).toEqual(["progress", "cpuCores", "memoryBytes", "storageBytes"]);
    expect((toMs - fromMs) / 1000 / stepSeconds).toBeLessThanOrEqual(300);
    const progress = charts[0]?.lines[0]?.points.flatMap(([, value]) => value ?? []) ?? [];
    expect(progress.length).toBeGreaterThan(200);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    expect(charts[2]?.lines.map(({ label }) => label)).toEqual([
      "used",
      "declared peak",
      "steady state",
      "twice the steady state",
    ]);
  });
});
