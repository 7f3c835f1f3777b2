import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { type Bundle, bundleSchema } from "@/lib/catalogue/bundle";
import { type MadeCapability, platformSamples, SCRAPE_SECONDS } from "@/lib/evaluation/platform.fixture";
import type { SignalView } from "@/lib/evaluation/view";
import { createPrometheus, type Prometheus } from "@/lib/prometheus/client";
import { mintTenantScope } from "@/lib/tenant/mint";
import { startPrometheus, type TestPrometheus } from "@/testing/prometheus";
import { NEVER_EVALUATED } from "./evaluated";
import { healthOf } from "./health";
import { type HealthView, healthViewSchema } from "./view";

const MINUTE_MS = 60_000;
// The newest slot: samples and questions lie on the same ones, whatever the second in which the test runs.
const NOW_MS = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS;
const FROM_MS = NOW_MS - 150 * MINUTE_MS;
const INCIDENT_MS = NOW_MS - 60 * MINUTE_MS;
const INCIDENT_END_MS = NOW_MS - 40 * MINUTE_MS;

const live = { fromMs: FROM_MS, toMs: NOW_MS };
const capabilities: MadeCapability[] = [
  { id: "steady", ...live, restarts: [{ atMs: NOW_MS - 100 * MINUTE_MS, reason: "Error", exitCode: 1 }] },
  {
    id: "ailing",
    ...live,
    requestsPerSecond: () => 10,
    errorShare: (atMs) => (atMs > INCIDENT_MS && atMs <= INCIDENT_END_MS ? 0.3 : 0),
    deployments: [
      { atMs: FROM_MS, version: "2.0.0" },
      { atMs: INCIDENT_MS, version: "2.1.0" },
    ],
  },
  { id: "gone", fromMs: FROM_MS, toMs: NOW_MS - 30 * MINUTE_MS },
  { id: "stalled", fromMs: FROM_MS, toMs: NOW_MS - 3 * MINUTE_MS },
  { id: "idle", ...live, requestsPerSecond: () => 0 },
  { id: "scarce", ...live, requestsPerSecond: () => 1 / 60, errorShare: () => 1 },
  { id: "full", ...live, memoryShare: 0.95, otherMemoryShare: 0.4, storageShare: 0.5 },
  {
    id: "crashing",
    ...live,
    restarts: [3, 6, 9, 12].map((minutes) => ({
      atMs: NOW_MS - minutes * MINUTE_MS,
      reason: "OOMKilled",
      exitCode: 137,
    })),
  },
];

const bundle = bundleSchema.parse(
  parse(readFileSync(new URL("../../definitions/defaults/bundle.yaml", import.meta.url), "utf8")),
);

let server: TestPrometheus;
let client: Prometheus;

beforeAll(async () => {
  server = await startPrometheus({ openMetrics: platformSamples(capabilities) });
  client = createPrometheus({ url: server.url });
});
afterAll(() => server?.stop());

async function healthAt(
  id: string,
  atMs: number = NOW_MS,
  sources: { bundle?: Bundle; prometheus?: Pick<Prometheus, "instant" | "range"> } = {},
): Promise<HealthView> {
  const view = await healthOf(
    { bundle, tenantLabel: "tenant", prometheus: client, ...sources },
    mintTenantScope(id),
    { id, name: `The ${id} one` },
    // One scrape interval after the slot: the view is of the slot itself.
    atMs + SCRAPE_SECONDS * 1000,
    Promise.resolve({ settings: [], evaluated: NEVER_EVALUATED }),
  );
  // What leaves is what the schema says, and nothing that JSON can't carry.
  expect(healthViewSchema.parse(JSON.parse(JSON.stringify(view)))).toEqual(view);
  return view;
}

function signalOf(view: HealthView, id: SignalView["id"]): SignalView {
  const signal = view.signals.find((each) => each.id === id);
  if (!signal) throw new Error(`There is no ${id}.`);
  return signal;
}

const statuses = (view: HealthView) =>
  Object.fromEntries(view.signals.map((signal) => [signal.id, signal.status]));

describe("a healthy tenant", () => {
  test("reads healthy, every value fresh and as it was measured", async () => {
    const view = await healthAt("steady");
    expect(view.overall).toMatchObject({
      state: "healthy",
      headline: "Healthy",
      sentence: "All signals are within your thresholds.",
    });
    expect(view.asOfMs).toBe(NOW_MS);
    expect(signalOf(view, "availability").reading).toEqual({ kind: "value", value: 1, sampledAtMs: NOW_MS });
    expect(signalOf(view, "error-rate").reading).toMatchObject({ kind: "value", value: 0 });
    expect(signalOf(view, "restarts").reading).toMatchObject({ kind: "value", value: 0 });
    const latency = signalOf(view, "latency").reading;
    expect(latency.kind === "value" && latency.value).toBeCloseTo(0.2425, 3);
    const lines = Object.fromEntries(
      signalOf(view, "saturation").lines.map(({ id, reading }) => [
        id,
        reading.kind === "value" && reading.value,
      ]),
    );
    expect(lines.cpu).toBeCloseTo(0.2, 3);
    expect(lines.memory).toBeCloseTo(0.4, 3);
    expect(lines.storage).toBeCloseTo(0.3, 3);
    expect(signalOf(view, "saturation").id).toBe("saturation");
  });

  test("has a trend of the last hour by the minute", async () => {
    const { trend, conditionSinceMs } = signalOf(await healthAt("steady"), "availability");
    expect(trend).toHaveLength(61);
    expect(trend.at(-1)).toEqual([NOW_MS, 1]);
    expect(trend.every(([, value]) => value === 1)).toBe(true);
    expect(conditionSinceMs).toBe(NOW_MS - 60 * MINUTE_MS);
  });

  test("shows what runs", async () => {
    expect((await healthAt("ailing")).runtime).toEqual({
      versions: ["2.1.0"],
      replicas: { ready: 2, wanted: 2, updated: 2 },
      rollingOut: false,
      lastDeployment: { version: "2.1.0", atMs: INCIDENT_MS },
      lastKnown: null,
    });
  });

  test("says that nothing alerts yet, and that the metrics answer", async () => {
    const { alerting } = await healthAt("steady");
    expect(alerting.trustworthy).toBe(false);
    expect(alerting.links[0]).toEqual({ id: "metrics", ok: true, atMs: NOW_MS, reason: null });
    expect(alerting.links.slice(1).every(({ ok, reason }) => !ok && reason !== null)).toBe(true);
  });

  test("costs 28 questions, two of them for forecasts, and a second viewer asks the very same ones", async () => {
    const asked: string[] = [];
    const counting: Pick<Prometheus, "instant" | "range"> = {
      instant: (query, atMs) => {
        asked.push(`${query.promql} ${atMs}`);
        return client.instant(query, atMs);
      },
      range: (query, grid) => {
        asked.push(`${query.promql} ${JSON.stringify(grid)}`);
        return client.range(query, grid);
      },
    };
    await healthAt("steady", NOW_MS, { prometheus: counting });
    expect(new Set(asked).size).toBe(asked.length);
    expect(asked).toHaveLength(28);
    await healthAt("steady", NOW_MS, { prometheus: counting });
    expect(asked).toHaveLength(56);
    expect(new Set(asked).size).toBe(28);
  });
});

describe("an incident", () => {
  test("is pending until it has lasted, then firing, then recovering, then over", async () => {
    const at = async (minutes: number) =>
      signalOf(await healthAt("ailing", INCIDENT_MS + minutes * MINUTE_MS), "error-rate").condition;
    expect(await at(0)).toBe("ok");
    expect(await at(3)).toBe("pending");
    expect(await at(8)).toBe("firing");
    expect(await at(20)).toBe("firing");
    expect(await at(26)).toBe("recovering");
    expect(await at(35)).toBe("ok");
  });

  test("is what the overall state names, with the value and the threshold", async () => {
    const view = await healthAt("ailing", INCIDENT_MS + 15 * MINUTE_MS);
    expect(view.overall.state).toBe("trouble");
    expect(view.overall.sentence.replaceAll("\u00a0", " ")).toBe(
      "Breaching your thresholds: error rate 30 % (alert above 5 %).",
    );
    const { conditionSinceMs } = signalOf(view, "error-rate");
    expect(conditionSinceMs).toBeGreaterThanOrEqual(INCIDENT_MS + 5 * MINUTE_MS);
    expect(conditionSinceMs).toBeLessThanOrEqual(INCIDENT_MS + 8 * MINUTE_MS);
  });

  test("of one resource puts that one first", async () => {
    const view = await healthAt("full");
    const saturation = signalOf(view, "saturation");
    expect(view.overall.sentence.replaceAll("\u00a0", " ")).toMatch(
      / Worst for memory: container web of pod full-0 \(95 %\); 1 of 2 containers is within the threshold\.$/,
    );
    expect(saturation.lines.map(({ id, status }) => `${id} ${status}`)).toEqual([
      "memory firing",
      "storage ok",
      "cpu ok",
    ]);
    expect(saturation).toMatchObject({ label: "Memory", status: "firing" });
  });

  test("of a crash loop fires at once, by its count", async () => {
    const restarts = signalOf(await healthAt("crashing"), "restarts");
    expect(restarts).toMatchObject({ status: "firing", reading: { kind: "value" } });
  });
});

describe("a tenant without data", () => {
  test("whose series are gone reads no data: never 0, never healthy, with its last values", async () => {
    const view = await healthAt("gone");
    expect(view.overall).toMatchObject({
      state: "no-data",
      sentence: "No recent measurement of your capability has arrived.",
    });
    for (const { reading, status } of view.signals.flatMap(({ lines }) => lines)) {
      expect([reading.kind, status]).toEqual(["no-data", "no-data"]);
      expect(reading.kind === "no-data" && reading.last?.sampledAtMs).toBeLessThan(NOW_MS - 29 * MINUTE_MS);
    }
    const { trend } = signalOf(view, "availability");
    expect(trend.at(-1)).toEqual([NOW_MS, null]);
    expect(trend[0]?.[1]).toBe(1);
    expect(view.runtime).toEqual({
      versions: null,
      replicas: null,
      rollingOut: null,
      lastDeployment: { version: "1.0.0", atMs: FROM_MS }, // it happened, whatever became of it
      lastKnown: null,
    });
  });

  test("that never had any reads no data, and has no last value", async () => {
    const view = await healthAt("nobody");
    expect(view.overall.state).toBe("no-data");
    for (const signal of view.signals)
      expect(signal).toMatchObject({
        reading: { kind: "no-data", last: null },
        condition: null,
        status: "no-data",
      });
  });

  test("whose newest sample is old reads no data, although Prometheus still answers with a value", async () => {
    const { reading, trend } = signalOf(await healthAt("stalled"), "availability");
    expect(reading).toMatchObject({ kind: "no-data", last: { value: 1 } });
    expect(trend.slice(-2).map(([, value]) => value)).toEqual([null, null]);
  });
});

describe("a tenant without traffic", () => {
  test("is not judged by its requests, neither red nor green, and is healthy by the rest", async () => {
    const view = await healthAt("idle");
    expect(statuses(view)).toEqual({
      availability: "ok",
      latency: "no-traffic",
      "error-rate": "no-traffic",
      saturation: "ok",
      restarts: "ok",
    });
    expect(signalOf(view, "error-rate").reading).toMatchObject({
      kind: "no-traffic",
      requests: 0,
      minimum: 20,
    });
    expect(view.overall.state).toBe("healthy");
    expect(view.overall.sentence).toContain("Too few requests to judge latency and error rate.");
  });

  test("with a few requests, all failed, isn't called in trouble", async () => {
    const signal = signalOf(await healthAt("scarce"), "error-rate");
    expect(signal).toMatchObject({ status: "no-traffic", reading: { kind: "no-traffic", minimum: 20 } });
    expect(signal.trend.every(([, value]) => value === null)).toBe(true);
  });
});

describe("two tenants", () => {
  test("asked at the same moment never show anything of each other", async () => {
    const ids = capabilities.map(({ id }) => id);
    const views = await Promise.all(ids.map((id) => healthAt(id, INCIDENT_MS + 15 * MINUTE_MS)));
    for (const [index, view] of views.entries()) {
      const text = JSON.stringify(view);
      for (const other of ids) if (other !== ids[index]) expect(text).not.toContain(`"${other}"`);
      expect(view.overall.state === "trouble").toBe(["ailing", "full"].includes(ids[index] ?? ""));
    }
  });
});

describe("a question that fails", () => {
  test("about the parts of what breaches leaves the state, and the sentence without them", async () => {
    const prometheus: Pick<Prometheus, "instant" | "range"> = {
      range: (...asked) => client.range(...asked),
      instant: async (query, atMs) =>
        query.promql.startsWith("topk")
          ? { ok: false, failure: { code: "status", message: "It failed." }, last: null }
          : client.instant(query, atMs),
    };
    const [view, whole] = [await healthAt("full", NOW_MS, { prometheus }), await healthAt("full")];
    expect(view.overall.state).toBe("trouble");
    expect(whole.overall.sentence.startsWith(`${view.overall.sentence} Worst for memory: `)).toBe(true);
    expect(view.alerting).toEqual(whole.alerting);
  });

  test("makes its own line unknown and leaves every other as it is", async () => {
    const broken = structuredClone(bundle);
    const [p95] = broken.signals.latency.lines;
    if (p95) p95.query = 'max by ($tenant) (label_replace(probe_success, "x", "", "instance", "("))';
    const view = await healthAt("steady", NOW_MS, { bundle: broken });
    expect(statuses(view)).toMatchObject({ availability: "ok", latency: "unknown", "error-rate": "ok" });
    expect(view.overall).toMatchObject({ state: "unknown" });
    expect(view.overall.sentence).toMatch(/^Could not ask for latency\. /);
    expect(view.alerting.links[0]).toMatchObject({ ok: false, atMs: NOW_MS });
    expect(view.alerting.links[0]?.reason).toMatch(/^1 of 26 questions failed\. /);
  });

  test("is not asked at all when it can't be confined to one tenant", async () => {
    const open = structuredClone(bundle);
    const [line] = open.signals.availability.lines;
    if (line) line.query = 'info(probe_success{tenant=~".+"})';
    const view = await healthAt("steady", NOW_MS, { bundle: open });
    expect(signalOf(view, "availability").reading).toMatchObject({ kind: "unknown", last: null });
    expect(statuses(view)).toMatchObject({ latency: "ok" });
  });
});

describe("a Prometheus that dies", () => {
  test("leaves everything unknown with its last values; nothing is green and nothing is resolved", async () => {
    const mortal = await startPrometheus({ openMetrics: platformSamples(capabilities) });
    const dying = createPrometheus({ url: mortal.url });
    const inTroubleMs = INCIDENT_MS + 15 * MINUTE_MS;
    const before = await healthAt("ailing", inTroubleMs, { prometheus: dying });
    const calm = await healthAt("steady", NOW_MS, { prometheus: dying });
    await mortal.stop();

    const after = await healthAt("ailing", inTroubleMs + MINUTE_MS, { prometheus: dying });
    expect(after.overall.state).toBe("trouble");
    expect(after.overall.sentence).toContain("unknown now");
    expect(signalOf(after, "error-rate")).toMatchObject({ condition: "firing", status: "firing" });

    const unknown = await healthAt("steady", NOW_MS + MINUTE_MS, { prometheus: dying });
    expect(unknown.overall).toMatchObject({ state: "unknown", headline: "Unknown" });
    for (const signal of unknown.signals) {
      const known = signalOf(calm, signal.id);
      expect(signal.status).toBe("unknown");
      expect(signal.reading).toMatchObject({
        kind: "unknown",
        reason: { code: "unreachable" },
        last: known.reading.kind === "value" && {
          value: known.reading.value,
          sampledAtMs: known.reading.sampledAtMs,
        },
      });
      expect(signal.trend).toEqual(known.trend);
      expect(signal.condition).toBe("ok");
    }
    const { lastKnown, ...runtime } = unknown.runtime;
    expect({ ...runtime, lastKnown: null }).toEqual(calm.runtime);
    expect(lastKnown).toMatchObject({ reason: { code: "unreachable" }, asOfMs: NOW_MS });
    expect(unknown.alerting.links[0]).toMatchObject({ id: "metrics", ok: false, atMs: NOW_MS });
    expect(signalOf(before, "error-rate").status).toBe("firing");
  });

  test("and was never asked before leaves everything unknown, and no value at all", async () => {
    const never = createPrometheus({ url: "http://127.0.0.1:9" });
    const view = await healthAt("steady", NOW_MS, { prometheus: never });
    expect(view.overall.state).toBe("unknown");
    for (const signal of view.signals)
      expect(signal).toMatchObject({ reading: { kind: "unknown", last: null }, condition: null, trend: [] });
    expect(view.alerting.links[0]).toMatchObject({ ok: false, atMs: null });
  });
});
