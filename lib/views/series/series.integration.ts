import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { type Bundle, bundleSchema, type SignalId } from "@/lib/catalogue/bundle";
import { platformSamples } from "@/lib/evaluation/platform.fixture";
import { RANGE_IDS, type RangeId } from "@/lib/evaluation/ranges";
import { createPrometheus, type Prometheus } from "@/lib/prometheus/client";
import { mintTenantScope } from "@/lib/tenant/mint";
import { startPrometheus, type TestPrometheus } from "@/testing/prometheus";
import { seriesOf } from "./series";
import { type SeriesView, seriesViewSchema } from "./view";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const NOW_MS = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS;
const FROM_MS = NOW_MS - 26 * HOUR_MS;
const OUTAGE_MS = NOW_MS - 5 * HOUR_MS;
const DEPLOYED_MS = NOW_MS - 4 * HOUR_MS;
const SILENCE_MS = NOW_MS - 40 * MINUTE_MS;
const KILLED_MS = NOW_MS - 20 * MINUTE_MS;

const bundle = bundleSchema.parse(
  parse(readFileSync(new URL("../../definitions/defaults/bundle.yaml", import.meta.url), "utf8")),
);

let server: TestPrometheus;
let client: Prometheus;

beforeAll(async () => {
  const samples = platformSamples([
    {
      id: "photos",
      fromMs: FROM_MS,
      toMs: NOW_MS,
      up: (atMs) => atMs <= OUTAGE_MS || atMs > OUTAGE_MS + 6 * MINUTE_MS,
      silent: (atMs) => atMs > SILENCE_MS && atMs <= SILENCE_MS + 10 * MINUTE_MS,
      requestsPerSecond: (atMs) => (atMs > NOW_MS - 10 * MINUTE_MS ? 0 : 4),
      restarts: [{ atMs: KILLED_MS, reason: "OOMKilled", exitCode: 137 }],
      deployments: [
        { atMs: FROM_MS - 90 * HOUR_MS, version: "1.4.1" },
        { atMs: DEPLOYED_MS, version: "1.4.2" },
      ],
    },
    {
      id: "tickets",
      fromMs: FROM_MS,
      toMs: NOW_MS,
      deployments: [{ atMs: KILLED_MS, version: "9.9.9" }],
    },
  ]);
  server = await startPrometheus({ openMetrics: samples });
  client = createPrometheus({ url: server.url });
});
afterAll(() => server?.stop());

async function ask(
  signal: SignalId,
  range: RangeId,
  sources: { bundle?: Bundle; prometheus?: Prometheus; atMs?: number } = {},
) {
  const { atMs = NOW_MS, ...others } = sources;
  return seriesOf(
    { bundle, tenantLabel: "tenant", prometheus: client, ...others },
    mintTenantScope("photos"),
    signal,
    range,
    atMs + bundle.scrapeIntervalSeconds * 1000,
  );
}

async function viewOf(
  signal: SignalId,
  range: RangeId,
  sources: { bundle?: Bundle; prometheus?: Prometheus } = {},
): Promise<SeriesView> {
  const series = await ask(signal, range, sources);
  if (!series.ok) throw new Error(series.failure.message);
  expect(seriesViewSchema.parse(JSON.parse(JSON.stringify(series.view)))).toEqual(series.view);
  return series.view;
}

const between = (view: SeriesView, fromMs: number, toMs: number) =>
  (view.lines[0]?.points ?? []).filter(([atMs]) => atMs > fromMs && atMs <= toMs).map(([, value]) => value);

test.each(RANGE_IDS)("%s has at most 301 points a line, on the range's own grid", async (range) => {
  const view = await viewOf("latency", range);
  expect(view.lines.map(({ id, threshold }) => `${id} ${threshold?.value ?? "only drawn"}`)).toEqual([
    "p95 1",
    "p50 only drawn",
    "p99 only drawn",
  ]);
  for (const { points } of view.lines) {
    expect(points.length).toBeLessThanOrEqual(301);
    expect(points[0]?.[0]).toBe(view.fromMs);
    expect(points.at(-1)?.[0]).toBe(view.toMs);
    expect(points.some(([, value]) => value !== null)).toBe(true);
  }
});

describe("a chart", () => {
  test("draws time without data as a gap, although the window still remembers older samples", async () => {
    const view = await viewOf("availability", "1h");
    const gap = between(view, SILENCE_MS + 90_000, SILENCE_MS + 10 * MINUTE_MS);
    expect(gap.length).toBeGreaterThan(30);
    expect(gap.every((value) => value === null)).toBe(true);
    expect(between(view, SILENCE_MS - 10 * MINUTE_MS, SILENCE_MS).every((value) => value === 1)).toBe(true);
  });

  test("draws time with too few requests to judge as a gap", async () => {
    const view = await viewOf("error-rate", "1h");
    expect(between(view, NOW_MS - 4 * MINUTE_MS, NOW_MS).every((value) => value === null)).toBe(true);
    expect(between(view, NOW_MS - 15 * MINUTE_MS, NOW_MS - 11 * MINUTE_MS)).toContain(0);
  });

  test("never steps over an incident: a longer step looks back by the whole of it", async () => {
    for (const range of ["24h", "7d", "30d"] as const) {
      const values = (await viewOf("availability", range)).lines[0]?.points.map(([, value]) => value) ?? [];
      const low = values.filter((value) => value !== null && value < 1);
      // A coarse grid may end before the outage is over; where it doesn't, the outage is seen.
      const { toMs } = await viewOf("availability", range);
      if (toMs >= OUTAGE_MS + 6 * MINUTE_MS) expect(low.length).toBeGreaterThan(0);
    }
  });

  test("has the range's own events, each with what is known of it, and none of another tenant", async () => {
    const killed = {
      kind: "restart",
      atMs: KILLED_MS,
      pod: "photos-0",
      container: "web",
      reason: "OOMKilled",
      exitCode: 137,
    };
    expect((await viewOf("latency", "1h")).events).toEqual([killed]);
    expect((await viewOf("latency", "24h")).events).toEqual([
      { kind: "deployment", atMs: DEPLOYED_MS, version: "1.4.2" },
      killed,
    ]);
  });
});

describe("availability bars", () => {
  test("are by the hour over 24 h; the outage counts, the silence doesn't, and is stated", async () => {
    const { bars } = await viewOf("availability", "24h");
    expect(bars?.bars).toHaveLength(24);
    const down = bars?.bars.filter(({ share }) => share !== null && share < 1) ?? [];
    expect(down.length).toBeGreaterThanOrEqual(1);
    const lost = down.reduce((sum, { share }) => sum + (1 - (share ?? 1)), 0);
    expect(lost).toBeCloseTo(0.1, 1);
    expect(bars?.share).toBeCloseTo(1 - 6 / (24 * 60), 3);
    expect(bars?.knownShare).toBeCloseTo(1 - 10 / (24 * 60), 2);
  });

  test("end together over all ranges, and no longer range has less downtime than a shorter one", async () => {
    const views = await Promise.all((["24h", "7d", "30d"] as const).map((id) => viewOf("availability", id)));
    const downSeconds = views.map(({ bars }) =>
      (bars?.bars ?? []).reduce(
        (sum, { share, knownShare }) => sum + (1 - (share ?? 1)) * knownShare * (bars?.intervalSeconds ?? 0),
        0,
      ),
    );
    expect(new Set(views.map(({ bars }) => bars?.bars.at(-1)?.toMs)).size).toBe(1);
    // A probe at the edge of two bars may count in either: at most two scrapes of difference.
    for (const [index, seconds] of downSeconds.slice(1).entries())
      expect(seconds).toBeGreaterThanOrEqual((downSeconds[index] ?? 0) - 30);
  });

  test("show the time before the first probe as unknown, neither up nor down", async () => {
    const { bars } = await viewOf("availability", "7d");
    expect(bars?.bars).toHaveLength(28);
    expect(bars?.bars[0]).toMatchObject({ share: null, knownShare: 0 });
    expect(bars?.knownShare).toBeLessThan(0.2);
    expect(bars?.share).toBeGreaterThan(0.99);
  });

  test("exist for availability alone, and not for short ranges", async () => {
    expect((await viewOf("latency", "24h")).bars).toBeNull();
    expect((await viewOf("availability", "6h")).bars).toBeNull();
  });
});

test("events that can't be asked are named as such, and the lines are there", async () => {
  const broken = structuredClone(bundle);
  broken.events.restarts = 'max by ($tenant) (label_replace(probe_success, "x", "", "instance", "("))';
  const view = await viewOf("latency", "1h", { bundle: broken });
  expect(view.failed.map(({ part }) => part)).toEqual(["events"]);
  expect(view.lines[0]?.points.some(([, value]) => value !== null)).toBe(true);
});

test("when Prometheus dies, says why and keeps the last view, which ends where its points do", async () => {
  const mortal = await startPrometheus({
    openMetrics: platformSamples([{ id: "photos", fromMs: NOW_MS - 2 * HOUR_MS, toMs: NOW_MS }]),
  });
  const dying = createPrometheus({ url: mortal.url });
  const before = await viewOf("availability", "1h", { prometheus: dying });
  await mortal.stop();
  const after = await ask("availability", "1h", { prometheus: dying, atMs: NOW_MS + MINUTE_MS });
  expect(after).toMatchObject({ ok: false, failure: { code: "unreachable" } });
  if (after.ok || !after.last) throw new Error("The last view is gone.");
  expect(after.last.lines[0]?.points).toEqual(before.lines[0]?.points.slice(4));
  expect(after.last.toMs).toBe(before.toMs);
  const never = await ask("latency", "1h", { prometheus: dying });
  expect(never).toMatchObject({ ok: false, last: null });
});
