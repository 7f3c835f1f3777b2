import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { bundleSchema } from "@/lib/catalogue/bundle";
import { componentsSchema } from "@/lib/catalogue/components";
import { askFor } from "@/lib/evaluation/ask";
import { askEvents } from "@/lib/evaluation/ask-events";
import {
  type MadeCapability,
  platformSamples,
  pressedMigration,
  SCRAPE_SECONDS,
} from "@/lib/evaluation/platform.fixture";
import { createPrometheus } from "@/lib/prometheus/client";
import { mintTenantScope } from "@/lib/tenant/mint";
import { startPrometheus, type TestPrometheus } from "@/testing/prometheus";
import { NEVER_EVALUATED } from "./evaluated";
import { healthOf } from "./health";
import type { HealthView } from "./view";

const MINUTE_MS = 60_000;
const NOW_MS = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS;
const ago = (minutes: number) => NOW_MS - minutes * MINUTE_MS;

const migration = pressedMigration(NOW_MS);
const live = { fromMs: ago(90), toMs: NOW_MS };
const capabilities: MadeCapability[] = [
  { id: "moving", ...live, migration },
  // The operator has just removed the job; the window of the restarts still reaches back to it.
  { id: "moved", ...live, migration: { ...migration, toMs: ago(8) } },
  { id: "full", ...live, memoryShare: 0.93, cpuShare: 0.3, migration },
  { id: "gone", fromMs: ago(90), toMs: ago(20), migration },
  { id: "ownerless", ...live, migration: { ...migration, ownerNotified: false } },
];

const defaults = (file: string) =>
  parse(readFileSync(new URL(`../../definitions/defaults/${file}`, import.meta.url), "utf8"));
const bundle = bundleSchema.parse(defaults("bundle.yaml"));

let server: TestPrometheus;
beforeAll(async () => {
  server = await startPrometheus({ openMetrics: platformSamples(capabilities) });
});
afterAll(() => server?.stop());

const sources = () => ({ bundle, tenantLabel: "tenant", prometheus: createPrometheus({ url: server.url }) });

const healthOfTenant = (id: string) =>
  healthOf(
    sources(),
    mintTenantScope(id),
    { id, name: id },
    NOW_MS + SCRAPE_SECONDS * 1000,
    Promise.resolve({ settings: [], evaluated: NEVER_EVALUATED }),
  );

/** What each line of what runs in containers says: its value, or why it has none. */
function containerLines({ signals }: HealthView): Record<string, number | string> {
  const lines = signals
    .filter(({ id }) => id === "saturation" || id === "restarts")
    .flatMap(({ lines }) => lines);
  return Object.fromEntries(
    lines.map(({ id, reading }) => [
      id,
      reading.kind === "value" ? Math.round(reading.value * 1000) / 1000 : reading.kind,
    ]),
  );
}

const OWN = { cpu: 0.2, memory: 0.4, storage: 0.3, restarts: 0 };

describe("a capability whose data is being migrated", () => {
  test("is healthy although the migration is near its limits and is killed again and again", async () => {
    const view = await healthOfTenant("moving");
    expect(containerLines(view)).toEqual(OWN);
    expect(view.overall).toMatchObject({ state: "healthy" });
    expect(view.signals.filter(({ status }) => status !== "ok")).toEqual([]);
  });

  test("has no restarts of a migration that was just removed", async () => {
    expect(containerLines(await healthOfTenant("moved"))).toEqual(OWN);
  });

  test("runs its own version, and the migration's restarts are not among its events", async () => {
    const { runtime } = await healthOfTenant("moving");
    expect(runtime.versions).toEqual(["1.0.0"]);
    const ask = askFor(sources(), mintTenantScope("moving"));
    const events = await askEvents(ask, bundle, NOW_MS, 3_600);
    expect(events).toMatchObject({ ok: true, data: [] });
  });

  test("is judged by its own containers", async () => {
    expect(containerLines(await healthOfTenant("full"))).toEqual({ ...OWN, memory: 0.93, cpu: 0.3 });
  });

  test("has no data once its own containers are gone, however fresh the migration's samples are", async () => {
    expect(containerLines(await healthOfTenant("gone"))).toEqual({
      cpu: "no-data",
      memory: "no-data",
      storage: "no-data",
      restarts: "no-data",
    });
  });

  test("depends on no node that only the migration runs on, and has lost no pod with it", async () => {
    const { components, podLosses } = componentsSchema.parse(defaults("components.yaml"));
    const ask = askFor(sources(), mintTenantScope("moving"));
    const asked = [...components.map(({ dependents }) => dependents), podLosses].filter((query) => query);
    expect(asked).toHaveLength(4);
    for (const query of asked)
      expect(await ask.instant(query ?? "", 120, NOW_MS), query).toMatchObject({ ok: true, data: [] });
  });
});

test("where kube-state-metrics reports no owners, every container counts", async () => {
  const view = await healthOfTenant("ownerless");
  expect(containerLines(view)).toEqual({ cpu: 0.97, memory: 0.95, storage: 0.3, restarts: 4 });
  expect(view.overall.state).toBe("trouble");
  expect(view.runtime.versions).toEqual(["migrate-ownerless 9", "ownerless 1.0.0"]);
});
