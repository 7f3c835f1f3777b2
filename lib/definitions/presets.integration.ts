import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Bundle } from "@/lib/catalogue/bundle";
import { createPrometheus } from "@/lib/prometheus/client";
import { scopeQuery } from "@/lib/promql/scoped-query";
import { mintTenantScope } from "@/lib/tenant/mint";
import { startPrometheus, type TestPrometheus } from "@/testing/prometheus";
import { presetNames } from "./extend-bundle";
import { readDefinitions } from "./read-definitions";

// Each preset against what its software exposes: presets/exposition has its text. In ten minutes a capability answers 900 requests of
// one service within 100 ms, and 100 of another between two bounds; 40 of those fail. What must not count stands beside it.
const TENANT = "id: photos\nname: Photos\ncontactAddress: a@photos.example\ntimeZone: UTC\nstate: live\n";
const FROM_MS = Date.UTC(2026, 10, 21, 10);
const SCRAPES = 41;
const SCRAPE_SECONDS = 15;
const AT_MS = FROM_MS + (SCRAPES - 1) * SCRAPE_SECONDS * 1000;
const TEN_MINUTES = SCRAPES * SCRAPE_SECONDS;

/** p95 of the slower service: 95 % of the way through the bucket that holds all of its requests. */
const EXPECTED: Record<string, { p95: number; judged: number; counted: number }> = {
  "ingress-nginx": { p95: 1 + 0.95 * 1.5, judged: 1_000, counted: 1_025 },
  traefik: { p95: 0.3 + 0.95 * 0.9, judged: 1_000, counted: 1_025 },
  istio: { p95: 1 + 0.95 * 1.5, judged: 1_000, counted: 1_000 },
  envoy: { p95: 1 + 0.95 * 1.5, judged: 1_000, counted: 1_000 },
  caddy: { p95: 1 + 0.95 * 1.5, judged: 1_000, counted: 1_000 },
  opentelemetry: { p95: 1 + 0.95 * 1.5, judged: 1_000, counted: 1_000 },
  grpc: { p95: 1 + 0.95 * 1.5, judged: 1_000, counted: 1_000 },
};
const FAILED = 40;

const SAMPLE = /^(\w+)\{(.*)\} ([\d.e+]+)$/;
const SLOW_SECONDS = 5_000;

/** The same requests, each slower than the highest bucket. */
function beyondTheBuckets(text: string): string {
  const samples = text.split("\n").map((line) => SAMPLE.exec(line) ?? []);
  const counts = new Map(samples.map(([, name, labels, value]) => [`${name}{${labels}}`, Number(value)]));
  const lines = samples.map(([line = "", name = "", labels = ""]) => {
    const sample = `${name}{${labels}}`;
    if (name.endsWith("_bucket") && !labels.includes('le="+Inf"')) return `${sample} 0`;
    const count = name.endsWith("_sum")
      ? counts.get(`${name.replace(/_sum$/, "_count")}{${labels}}`)
      : undefined;
    if (count === undefined) return line;
    return `${sample} ${count * SLOW_SECONDS * (/_milliseconds_sum$|_rq_time_sum$/.test(name) ? 1_000 : 1)}`;
  });
  return lines.join("\n");
}

/** Counters that grow evenly to what the text says, as Prometheus would have scraped them with the tenant's label. */
function scraped(text: string, tenant: string): string[] {
  return text.split("\n").flatMap((line) => {
    const [, name, labels, value] = SAMPLE.exec(line) ?? [];
    if (!name) return [];
    return Array.from({ length: SCRAPES }, (_, nth) => {
      const seconds = FROM_MS / 1000 + nth * SCRAPE_SECONDS;
      return `${name}{tenant="${tenant}",job="ingress",instance="10.0.0.7:9113",${labels}} ${(Number(value) * nth) / (SCRAPES - 1)} ${seconds}`;
    });
  });
}

let folder: string;
let prometheus: TestPrometheus;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "presets-"));
  await writeFile(join(folder, "tenants.yaml"), `tenants:\n- ${TENANT.trim().replaceAll("\n", "\n  ")}\n`);
  const texts = await Promise.all(
    Object.keys(EXPECTED).map((name) => readFile(`lib/definitions/presets/exposition/${name}.txt`, "utf8")),
  );
  const samples = texts.flatMap((text) => [
    ...scraped(text, "photos"),
    ...scraped(beyondTheBuckets(text), "slow"),
  ]);
  prometheus = await startPrometheus({ openMetrics: `${samples.join("\n")}\n# EOF\n` });
});
afterAll(async () => {
  await prometheus?.stop();
  await rm(folder, { recursive: true });
});

async function bundleOf(name: string): Promise<Bundle> {
  await writeFile(join(folder, "bundle.yaml"), `extends: ${name}\n`);
  const read = await readDefinitions(folder, { tenantLabel: "tenant" });
  if (!read.ok) throw new Error(read.problems.map(({ message }) => message).join("; "));
  return read.definitions.bundle;
}

/** What the portal reads for the tenant: one series, or nothing. */
async function readValue(
  template: string | undefined,
  windowSeconds: number,
  tenant = "photos",
): Promise<number | undefined> {
  if (template === undefined) throw new Error("The bundle has no such query.");
  const query = scopeQuery(mintTenantScope(tenant), template, { label: "tenant", windowSeconds });
  const answer = await createPrometheus({ url: prometheus.url }).instant(query, AT_MS);
  if (!answer.ok) throw new Error(answer.failure.message);
  expect(answer.data.length).toBeLessThanOrEqual(1);
  return answer.data[0]?.value;
}

test("every preset has an exposition that proves it", async () => {
  expect(Object.keys(EXPECTED).sort()).toEqual((await presetNames()).filter((name) => name !== "kubernetes"));
});

test.each(Object.entries(EXPECTED))(
  "%s reads latency, errors and traffic",
  async (name, { p95, judged, counted }) => {
    const { latency, "error-rate": errors } = (await bundleOf(name)).signals;
    const line = latency.lines.find(({ id }) => id === "p95");
    const errorLine = errors.lines.find(({ id }) => id === "error-rate");
    expect(await readValue(line?.query, 300)).toBeCloseTo(p95, 6);
    expect(await readValue(errorLine?.query, 300)).toBeCloseTo(FAILED / counted, 6);
    expect(await readValue(latency.traffic?.query, TEN_MINUTES)).toBeCloseTo(judged, 3);
    expect(await readValue(errors.traffic?.query, TEN_MINUTES)).toBeCloseTo(counted, 3);
    for (const freshness of [line?.freshness, errorLine?.freshness])
      expect(await readValue(freshness, 300)).toBe(AT_MS / 1000);
  },
);

/** What names the part that is slow and fails: the labels of the breakdown, in its order. */
const CULPRIT: Record<string, string[]> = {
  "ingress-nginx": ["photos-api", "/"],
  traefik: ["photos-api-80@kubernetes"],
  istio: ["photos", "api"],
  envoy: ["httproute/photos/api/rule/0"],
  caddy: ["srv1", ""],
  opentelemetry: ["api", "", "/"],
  grpc: ["photos.v1.Api", "Get"],
};

test.each(Object.entries(EXPECTED))(
  "%s breaks latency and errors down, and the slow and failing part is the worst",
  async (name, { p95, counted }) => {
    const { latency, "error-rate": errors } = (await bundleOf(name)).signals;
    for (const [lines, id, value] of [
      [latency.lines, "p95", p95],
      [errors.lines, "error-rate", FAILED / counted],
    ] as const) {
      const line = lines.find((each) => each.id === id);
      const { by = [], query = "" } = line?.breakdown ?? {};
      const scoped = scopeQuery(mintTenantScope("photos"), query, { label: "tenant", windowSeconds: 300 });
      const answer = await createPrometheus({ url: prometheus.url }).instant(scoped, AT_MS);
      if (!answer.ok) throw new Error(answer.failure.message);
      const worst = answer.data.toSorted((a, b) => b.value - a.value)[0];
      expect(answer.data.length, id).toBeGreaterThan(1);
      expect(
        by.map((label) => worst?.labels[label] ?? ""),
        id,
      ).toEqual(CULPRIT[name]);
      expect(worst?.value, id).toBeCloseTo(value, 6);
    }
  },
);

test.each(Object.keys(EXPECTED))(
  "%s reads what takes longer than the highest bucket by its mean",
  async (name) => {
    const { lines } = (await bundleOf(name)).signals.latency;
    for (const id of ["p50", "p95", "p99"]) {
      const query = lines.find((line) => line.id === id)?.query;
      expect(await readValue(query, 300, "slow"), id).toBeCloseTo(SLOW_SECONDS, 3);
    }
  },
);

test.each(Object.keys(EXPECTED))(
  "%s knows its highest bucket, in seconds, and that a sum tells of what is above",
  async (name) => {
    const line = (await bundleOf(name)).signals.latency.lines.find(({ id }) => id === "p95");
    expect(await readValue(line?.highest, 300)).toBeUndefined();
    // As if the software had no sum.
    const [highest, query] = [line?.highest, line?.query].map((each) =>
      each?.replaceAll(/\w+_sum/g, "no_such_sum"),
    );
    expect(await readValue(highest, 300, "slow")).toBeCloseTo((await readValue(query, 300, "slow")) ?? 0, 6);
  },
);
