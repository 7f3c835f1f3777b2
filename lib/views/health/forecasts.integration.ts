import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { type Bundle, bundleSchema } from "@/lib/catalogue/bundle";
import type { SignalSources } from "@/lib/evaluation/ask";
import { createPrometheus, type Prometheus } from "@/lib/prometheus/client";
import { mintTenantScope } from "@/lib/tenant/mint";
import { startPrometheus, type TestPrometheus } from "@/testing/prometheus";
import { askForecasts } from "./ask-forecasts";

const QUARTER_MS = 900_000;
const HOUR_MS = 3_600_000;
const NOW_MS = Math.floor(Date.now() / QUARTER_MS) * QUARTER_MS;
const SCRAPE_MS = 60_000;

type Volume = { tenant: string; name: string; hours?: number; share(hoursAgo: number): number };

/** What grows to 1 in so many days, and is at this share now. */
const filling = (share: number, days: number) => (hoursAgo: number) =>
  share - (hoursAgo * (1 - share)) / (days * 24);

const volumes: Volume[] = [
  { tenant: "photos", name: "archive", share: () => 0.8 },
  { tenant: "photos", name: "uploads", share: filling(0.7, 4) },
  { tenant: "notes", name: "notes", share: () => 0.3 },
  { tenant: "young", name: "young", hours: 40, share: filling(0.7, 4) },
  { tenant: "both", name: "both", share: filling(0.7, 2) },
  // More than are asked for, of which the fullest fill up.
  ...Array.from({ length: 60 }, (_, nth) => ({
    tenant: "many",
    name: `data-${String(nth).padStart(2, "0")}`,
    share: nth < 3 ? filling(0.85, 3 + nth) : () => nth / 200,
  })),
];

/** A container of one capability that is at its limit in so many days. */
function memorySamples(tenant: string, days: number): string[] {
  const labels = `tenant="${tenant}",namespace="${tenant}",pod="${tenant}-0",container="web"`;
  const limit = `kube_pod_container_resource_limits{${labels},resource="memory"}`;
  const used = `container_memory_working_set_bytes{${labels}}`;
  const share = filling(0.7, days);
  const times = Array.from({ length: 74 * 60 }, (_, minute) => NOW_MS - (74 * 60 - 1 - minute) * SCRAPE_MS);
  return [
    ...times.map((atMs) => `${used} ${1e9 * share((NOW_MS - atMs) / HOUR_MS)} ${atMs / 1000}`),
    ...times.map((atMs) => `${limit} 1e9 ${atMs / 1000}`),
  ];
}

function samples(): string {
  const lines = (metric: string, value: (volume: Volume, hoursAgo: number) => number) =>
    volumes.flatMap((volume) => {
      const labels = `{tenant="${volume.tenant}",namespace="${volume.tenant}",persistentvolumeclaim="${volume.name}"}`;
      const every = volume.tenant === "many" ? QUARTER_MS / 3 : SCRAPE_MS;
      const made: string[] = [];
      for (let atMs = NOW_MS - (volume.hours ?? 74) * HOUR_MS; atMs <= NOW_MS; atMs += every)
        made.push(`${metric}${labels} ${value(volume, (NOW_MS - atMs) / HOUR_MS)} ${atMs / 1000}`);
      return made;
    });
  return `${[
    ...lines("kubelet_volume_stats_used_bytes", ({ share }, hoursAgo) => 1e9 * share(hoursAgo)),
    ...lines("kubelet_volume_stats_capacity_bytes", () => 1e9),
    ...memorySamples("both", 4),
  ].join("\n")}\n# EOF\n`;
}

const bundle: Bundle = bundleSchema.parse(
  parse(readFileSync(new URL("../../definitions/defaults/bundle.yaml", import.meta.url), "utf8")),
);

let server: TestPrometheus;
let client: Prometheus;

beforeAll(async () => {
  server = await startPrometheus({ openMetrics: samples() });
  client = createPrometheus({ url: server.url });
});
afterAll(() => server?.stop());

const sources = (change: Partial<SignalSources> = {}): SignalSources => ({
  bundle,
  tenantLabel: "tenant",
  prometheus: client,
  ...change,
});
const forecastsOf = (tenant: string, change: Partial<SignalSources> = {}, nowMs = NOW_MS + 15_000) =>
  askForecasts(sources(change), mintTenantScope(tenant), { nowMs, zone: "UTC", waitMs: 60_000 });

test("a volume that overtakes the fullest is named, with its date", async () => {
  const [storage, ...others] = await forecastsOf("photos");
  // No memory was measured: nothing is said about it.
  expect(others).toEqual([]);
  expect(storage).toMatchObject({ signal: "saturation", line: "storage", kind: "full" });
  expect(storage?.sentence).toMatch(/^At this rate, volume uploads is full \w+ about \d\d:00 UTC/);
  expect(storage?.onCard).toMatch(/^Storage full \w{3} about \d\d:00 UTC/);
  expect(((storage?.fullAtMs ?? 0) - NOW_MS) / HOUR_MS).toBeCloseTo(96, 0);
});

test("memory is forecast by its containers, and the first that is full comes first", async () => {
  const both = await forecastsOf("both");
  expect(both.map(({ line, kind }) => [line, kind])).toEqual([
    ["storage", "full"],
    ["memory", "full"],
  ]);
  expect(both[1]?.onCard).toMatch(/^Memory full/);
});

test("a volume that stays is not growing, and no card has it", async () => {
  expect(await forecastsOf("notes")).toMatchObject([
    { kind: "not-growing", sentence: "Not growing.", onCard: null, fullAtMs: null },
  ]);
});

test("less than three days are too few", async () => {
  expect(await forecastsOf("young")).toMatchObject([{ kind: "too-few", onCard: null }]);
});

test("an owner's forecast is of their own volumes only", async () => {
  expect(await forecastsOf("nobody")).toEqual([]);
});

test("sixty volumes are a small answer, and the first that is full is named", async () => {
  const sizes: number[] = [];
  const measuring: SignalSources["prometheus"] = {
    instant: client.instant,
    range: async (query, grid) => {
      const answer = await client.range(query, grid);
      if (answer.ok && answer.data.length > 0) sizes.push(answer.data.length);
      return answer;
    },
  };
  const [storage] = await forecastsOf("many", { prometheus: measuring });
  expect(storage?.sentence).toContain("volume data-00");
  expect(Math.max(...sizes)).toBeLessThan(15);
});

test("every viewer of a quarter of an hour asks the same, once", async () => {
  const grids = new Set<string>();
  const counting: SignalSources["prometheus"] = {
    instant: client.instant,
    range: (query, grid) => {
      grids.add(`${query.promql} ${JSON.stringify(grid)}`);
      return client.range(query, grid);
    },
  };
  for (const seconds of [15, 100, 800])
    await forecastsOf("photos", { prometheus: counting }, NOW_MS + seconds * 1000);
  expect(grids.size).toBe(2);
});

test("a bundle without parts asks for the line itself", async () => {
  const plain = structuredClone(bundle);
  for (const line of plain.signals.saturation.lines) delete line.parts;
  const [storage] = await forecastsOf("notes", { bundle: plain });
  expect(storage).toMatchObject({ line: "storage", kind: "not-growing" });
});

test("a query that ends in a comment is asked", async () => {
  const commented = structuredClone(bundle);
  for (const { parts } of commented.signals.saturation.lines) if (parts) parts.query += "\n# of each part";
  expect(await forecastsOf("notes", { bundle: commented })).toMatchObject([{ kind: "not-growing" }]);
});

test("a question that was too much for the store isn't asked again at the next poll", async () => {
  let asked = 0;
  const late = { code: "timeout" as const, message: "The metrics store did not answer in time." };
  const heavy: SignalSources["prometheus"] = {
    instant: client.instant,
    range: async () => {
      asked += 1;
      return { ok: false, failure: late, last: null };
    },
  };
  for (let poll = 0; poll < 3; poll += 1)
    expect(await forecastsOf("resting", { prometheus: heavy })).toEqual([]);
  // Memory and storage, once each.
  expect(asked).toBe(2);
  expect(await forecastsOf("notes")).toHaveLength(1);
});

test("a store that doesn't answer keeps nobody waiting, and a failure shows nothing", async () => {
  const hanging: SignalSources["prometheus"] = {
    instant: client.instant,
    range: () => new Promise(() => {}),
  };
  const scope = mintTenantScope("photos");
  const at = { nowMs: NOW_MS + 15_000, zone: "UTC", waitMs: 1 };
  expect(await askForecasts(sources({ prometheus: hanging }), scope, at)).toEqual([]);
  const nowhere = createPrometheus({ url: "http://127.0.0.1:9" });
  expect(await forecastsOf("photos", { prometheus: nowhere })).toEqual([]);
});
