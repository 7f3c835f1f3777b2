import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { bundleSchema } from "@/lib/catalogue/bundle";
import { componentsSchema } from "@/lib/catalogue/components";
import { type MadeCapability, platformSamples } from "@/lib/evaluation/platform.fixture";
import { createPrometheus, type Prometheus } from "@/lib/prometheus/client";
import { mintTenantScope } from "@/lib/tenant/mint";
import { startPrometheus, type TestPrometheus } from "@/testing/prometheus";
import { releaseOf } from "./release";

// Releases on a real Prometheus that remembers the hours around them, of this week and of the last.

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const WEEK_MS = 7 * 24 * HOUR_MS;
const NOW_MS = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS;
const DEPLOYED_MS = NOW_MS - 90 * MINUTE_MS;
const LIVE = { timeZone: "Europe/Berlin", leaving: {} };

const yamlOf = (name: string) =>
  parse(readFileSync(new URL(`../../definitions/defaults/${name}.yaml`, import.meta.url), "utf8"));
const bundle = bundleSchema.parse(yamlOf("bundle"));
const components = componentsSchema.parse({
  components: [{ id: "ingress", name: "Ingress", state: 'min(ingress_up{$tenant=""})' }],
});

const isNear = (atMs: number) => Math.abs(atMs - DEPLOYED_MS) < 3 * HOUR_MS;
const capability = (id: string, made: Partial<MadeCapability>): MadeCapability => ({
  id,
  fromMs: DEPLOYED_MS - WEEK_MS - 3 * HOUR_MS,
  toMs: NOW_MS,
  silent: (atMs) => !isNear(atMs) && !isNear(atMs + WEEK_MS),
  requestsPerSecond: () => 4,
  deployments: [
    { atMs: DEPLOYED_MS - 2 * WEEK_MS, version: "1.0" },
    { atMs: DEPLOYED_MS, version: "1.1" },
  ],
  ...made,
});
const since = (atMs: number) => atMs > DEPLOYED_MS;

let server: TestPrometheus;
let client: Prometheus;
beforeAll(async () => {
  const ingress = Array.from({ length: 6 * 60 }, (_, minute) => DEPLOYED_MS + (minute - 180) * MINUTE_MS)
    .filter((atMs) => atMs <= NOW_MS)
    .map(
      (atMs) =>
        `ingress_up ${atMs - DEPLOYED_MS > 40 * MINUTE_MS && atMs - DEPLOYED_MS < 50 * MINUTE_MS ? 0 : 1} ${atMs / 1000}`,
    );
  const samples = platformSamples([
    capability("photos", { slowShare: (atMs) => (since(atMs) ? 0.2 : 0), memoryShare: 0.5 }),
    capability("tickets", { memoryShare: 0.5 }),
    capability("idle", { requestsPerSecond: () => 0 }),
    capability("weekly", {
      slowShare: (atMs) => (since(atMs) ? 0.2 : 0),
      deployments: [-WEEK_MS, 0].map((agoMs) => ({ atMs: DEPLOYED_MS + agoMs, version: `2.${agoMs}` })),
    }),
    capability("hasty", {
      deployments: [-20, 0].map((minutes) => ({
        atMs: DEPLOYED_MS + minutes * MINUTE_MS,
        version: `3.${minutes}`,
      })),
    }),
  ]);
  server = await startPrometheus({ openMetrics: samples.replace("# EOF", `${ingress.join("\n")}\n# EOF`) });
  client = createPrometheus({ url: server.url });
});
afterAll(() => server?.stop());

async function look(
  tenantId: string,
  {
    atMs = NOW_MS,
    deployedMs = DEPLOYED_MS,
    platform = null,
    leaving = {},
  }: {
    atMs?: number;
    deployedMs?: number;
    platform?: typeof components | null;
    leaving?: Parameters<typeof releaseOf>[2]["leaving"];
  } = {},
) {
  const sources = { bundle, components: platform, tenantLabel: "tenant", prometheus: client };
  const nowMs = atMs + bundle.scrapeIntervalSeconds * 1000;
  return releaseOf(
    sources,
    mintTenantScope(tenantId),
    { ...LIVE, leaving },
    Math.floor(deployedMs / 1000),
    nowMs,
  );
}

async function viewOf(...asked: Parameters<typeof look>) {
  const found = await look(...asked);
  if (found.kind !== "found") throw new Error(found.kind);
  return found.view;
}

const wordsOf = (view: Awaited<ReturnType<typeof viewOf>>) =>
  Object.fromEntries((view.compared?.lines ?? []).map(({ rule, word }) => [rule.key, word]));

describe("a release", () => {
  test("that slows every fifth request down is worse, by its latency alone, with the values before and after", async () => {
    const view = await viewOf("photos");
    expect(view).toMatchObject({ word: "worse", release: { versions: ["1.1"] }, next: null });
    expect(view.compared).toMatchObject({ daysBefore: 7, stretches: { lengthMs: HOUR_MS } });
    const { "latency/p95": latency, ...others } = wordsOf(view);
    expect(latency).toBe("worse");
    expect(new Set(Object.values(others))).toEqual(new Set(["same"]));
    const line = view.compared?.lines.find(({ name }) => name === "latency");
    expect(line?.before).toBeLessThan(0.3);
    expect(line?.after).toBeGreaterThan(1);
    expect(line?.blocks.after).toHaveLength(12);
  });

  test("that changes nothing is the same", async () => {
    expect(await viewOf("tickets")).toMatchObject({
      word: "same",
      doubt: null,
      rollout: { kind: "complete" },
    });
  });

  test("of another tenant doesn't exist, and neither does one at another second", async () => {
    const deployedMs = DEPLOYED_MS - 20 * MINUTE_MS;
    expect((await look("hasty", { deployedMs })).kind).toBe("found");
    expect(await look("tickets", { deployedMs })).toEqual({ kind: "none" });
    expect(await look("tickets", { deployedMs: DEPLOYED_MS + 1000 })).toEqual({ kind: "none" });
    expect(await look("tickets", { deployedMs: NOW_MS + HOUR_MS })).toEqual({ kind: "none" });
  });

  test("is too early to tell at first, and says when it will be known", async () => {
    const view = await viewOf("photos", { atMs: DEPLOYED_MS + 20 * MINUTE_MS });
    expect(view).toMatchObject({ word: "too-early", compared: null });
    expect(view.againAtMs).toBe(DEPLOYED_MS + 35 * MINUTE_MS);
  });

  test("without requests can't be told, because users notice latency and errors", async () => {
    const view = await viewOf("idle");
    expect(view).toMatchObject({ word: "unclear", doubt: { kind: "lines" } });
    const latency = view.compared?.lines.find(({ name }) => name === "latency");
    expect(latency?.reason).toMatchObject({ kind: "no-traffic" });
  });

  test("isn't compared with a week in which there was a release at the same hour", async () => {
    const view = await viewOf("weekly");
    expect(view.compared?.daysBefore).toBeNull();
    expect(wordsOf(view)["latency/p95"]).toBe("unclear");
    expect(view.compared?.lines.find(({ name }) => name === "latency")?.reason).toEqual({
      kind: "no-last-week",
    });
  });

  test("20 minutes after another can't be told, and names the other", async () => {
    expect(await viewOf("hasty")).toMatchObject({
      word: "unclear",
      doubt: { kind: "other-release", which: "previous", release: { versions: ["3.-20"] } },
    });
  });

  test("isn't blamed for what the ingress can explain that failed for ten minutes", async () => {
    const view = await viewOf("photos", { platform: components });
    expect(view.word).toBe("unclear");
    expect(view.compared).toMatchObject({ isPlatformKnown: true });
    const { "latency/p95": latency, "saturation/memory": memory } = wordsOf(view);
    expect([latency, memory]).toEqual(["unclear", "same"]);
  });

  test("before an eviction that came soon is told only as far as it served", async () => {
    const evictedAt = (minutes: number) => ({
      eviction: {
        from: new Date(DEPLOYED_MS + minutes * MINUTE_MS).toISOString(),
        issueUrl: "https://github.com/acme/infra/issues/1",
        pauses: [],
      },
    });
    const soon = await viewOf("photos", { leaving: evictedAt(20) });
    expect(soon).toMatchObject({ word: "unclear", doubt: { kind: "not-serving" }, compared: null });
    const later = await viewOf("photos", { leaving: evictedAt(45) });
    expect(later.compared).toMatchObject({ stretches: { lengthMs: HOUR_MS / 2 } });
  });

  test("whose releases can't be asked isn't called missing", async () => {
    const away = createPrometheus({ url: "http://127.0.0.1:9" });
    const sources = { bundle, components: null, tenantLabel: "tenant", prometheus: away };
    const found = await releaseOf(
      sources,
      mintTenantScope("photos"),
      LIVE,
      Math.floor(DEPLOYED_MS / 1000),
      NOW_MS,
    );
    expect(found).toMatchObject({ kind: "not-asked", message: expect.stringMatching(/metrics/) });
  });

  test("is asked in at most 30 questions", async () => {
    let asked = 0;
    const counting: Prometheus = {
      ...client,
      instant: (...given) => {
        asked += 1;
        return client.instant(...given);
      },
      range: (...given) => {
        asked += 1;
        return client.range(...given);
      },
    };
    const sources = { bundle, components: null, tenantLabel: "tenant", prometheus: counting };
    const nowMs = NOW_MS + bundle.scrapeIntervalSeconds * 1000;
    await releaseOf(sources, mintTenantScope("photos"), LIVE, Math.floor(DEPLOYED_MS / 1000), nowMs);
    // 9 lines and one traffic, for this week and the last; releases of both; the rollout.
    expect(asked).toBeLessThanOrEqual(30);
  });
});
