import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { bundleSchema } from "@/lib/catalogue/bundle";
import type { SignalSources } from "@/lib/evaluation/ask";
import { platformSamples } from "@/lib/evaluation/platform.fixture";
import { createPrometheus, type Prometheus } from "@/lib/prometheus/client";
import { mintTenantScope } from "@/lib/tenant/mint";
import { startPrometheus, type TestPrometheus } from "@/testing/prometheus";
import { releaseBefore } from "./read-pass-on";

const MINUTE_MS = 60_000;
const NOW_MS = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS;
const FROM_MS = NOW_MS - 120 * MINUTE_MS;
const RELEASED_MS = NOW_MS - 50 * MINUTE_MS;
/** Enough for a machine that is half as fast. */
const WAIT_MS = 60_000;

const bundle = bundleSchema.parse(
  parse(readFileSync(new URL("../../definitions/defaults/bundle.yaml", import.meta.url), "utf8")),
);

let server: TestPrometheus;
let client: Prometheus;

beforeAll(async () => {
  server = await startPrometheus({
    openMetrics: platformSamples([
      {
        id: "photos",
        fromMs: FROM_MS,
        toMs: NOW_MS,
        deployments: [
          { atMs: FROM_MS, version: "1.0.0" },
          { atMs: RELEASED_MS, version: "1.1.0" },
          { atMs: NOW_MS - 10 * MINUTE_MS + 3_000, version: "1.1.1" },
        ],
      },
      { id: "notes", fromMs: FROM_MS, toMs: NOW_MS, deployments: [] },
    ]),
  });
  client = createPrometheus({ url: server.url });
});
afterAll(() => server?.stop());

const before = (
  minutesAgo: number,
  tenant = "photos",
  prometheus: SignalSources["prometheus"] = client,
  waitMs = WAIT_MS,
) =>
  releaseBefore(
    { bundle, tenantLabel: "tenant", prometheus },
    mintTenantScope(tenant),
    NOW_MS - minutesAgo * MINUTE_MS + 7_000,
    waitMs,
  );

test("the release before a breach is the last one before it, not the newest", async () => {
  expect(await before(30)).toEqual({ kind: "deployed", version: "1.1.0", atMs: RELEASED_MS });
  expect(await before(60)).toMatchObject({ version: "1.0.0" });
});

test("a release is known that was first scraped after the breach that it caused", async () => {
  expect(await before(10)).toMatchObject({ kind: "deployed", version: "1.1.1" });
});

test("before the first one there is none, and another tenant's is nobody else's", async () => {
  expect(await before(119 + 30)).toEqual({ kind: "none" });
  expect(await before(30, "notes")).toEqual({ kind: "none" });
});

test("a store that fails, or doesn't answer in time, is not known", async () => {
  const nowhere = createPrometheus({ url: "http://127.0.0.1:9" });
  expect(await before(30, "photos", nowhere)).toEqual({ kind: "unknown" });
  const hanging = { instant: () => new Promise<never>(() => {}), range: client.range };
  expect(await before(30, "photos", hanging, 1)).toEqual({ kind: "unknown" });
});
