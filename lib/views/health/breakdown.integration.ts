import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { type Bundle, bundleSchema } from "@/lib/catalogue/bundle";
import type { SignalSources } from "@/lib/evaluation/ask";
import { lineKeyOf } from "@/lib/evaluation/effective";
import { createPrometheus, type Prometheus } from "@/lib/prometheus/client";
import { mintTenantScope } from "@/lib/tenant/mint";
import { startPrometheus, type TestPrometheus } from "@/testing/prometheus";
import { lineView } from "@/testing/views/health";
import { askBreakdown } from "./ask-breakdown";

const MINUTE_MS = 60_000;
const SCRAPE_MS = 15_000;
const NOW_MS = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS;
const FROM_MS = NOW_MS - 40 * MINUTE_MS;

type Labels = Record<string, string>;
const labelled = (labels: Labels) =>
  `{${Object.entries(labels)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(",")}}`;

/** A metric of each scrape; `value` by seconds since the first. */
function scraped(metric: string, labels: Labels, value: (seconds: number) => number): string[] {
  const lines: string[] = [];
  for (let atMs = FROM_MS; atMs <= NOW_MS; atMs += SCRAPE_MS)
    lines.push(`${metric}${labelled(labels)} ${value((atMs - FROM_MS) / 1000)} ${atMs / 1000}`);
  return lines;
}

function container(tenant: string, pod: string, share: number): string[] {
  const of = { tenant, namespace: tenant, pod, container: "db" };
  return [
    ...scraped("container_memory_working_set_bytes", of, () => 1e9 * share),
    ...scraped("kube_pod_container_resource_limits", { ...of, resource: "memory" }, () => 1e9),
  ];
}

const requests = (labels: Labels, perSecond: number) =>
  scraped(
    "http_request_duration_seconds_count",
    { namespace: labels.tenant ?? "", ...labels },
    (at) => at * perSecond,
  );

/** A container that restarted so many times in the last half hour. */
function restarted(tenant: string, pod: string, times: number, reason?: string): string[] {
  const of = { tenant, namespace: tenant, pod, uid: pod, container: "db" };
  return [
    ...scraped("kube_pod_container_status_restarts_total", of, (at) => (at > 20 * 60 ? 7 + times : 7)),
    ...(reason
      ? scraped("kube_pod_container_status_last_terminated_reason", { ...of, reason }, () => 1)
      : []),
  ];
}

const HOSTILE = `<img src=x onerror="alert(1)">\u202e${"x".repeat(300)}`;

const samples = [
  ...[0.95, 0.5, 0.4].flatMap((share, nth) => container("photos", `photos-${nth}`, share)),
  // Seven of nine breach 90 %: more than are asked for.
  ...[0.99, 0.98, 0.97, 0.96, 0.95, 0.94, 0.93, 0.5, 0.4].flatMap((share, nth) =>
    container("many", `many-${nth}`, share),
  ),
  ...container("alone", "alone-0", 0.95),
  ...container("hostile", HOSTILE, 0.95),
  ...container("neighbour", "neighbour-0", 1),
  // 60 pods with 40 routes each; two routes fail, the one with three times as many requests.
  ...Array.from({ length: 60 }, (_, pod) => pod).flatMap((pod) =>
    Array.from({ length: 40 }, (_, route) => route).flatMap((route) =>
      requests({ tenant: "busy", pod: `busy-${pod}`, route: `/route/${route}`, code: "200" }, 1),
    ),
  ),
  ...requests({ tenant: "busy", pod: "busy-0", route: "/route/7", code: "503" }, 300),
  ...requests({ tenant: "busy", pod: "busy-0", route: "/route/8", code: "500" }, 100),
  ...requests({ tenant: "routeless", code: "200" }, 9),
  ...requests({ tenant: "routeless", code: "500" }, 1),
  ...requests({ tenant: "idle", route: "/", code: "200" }, 0),
  ...restarted("photos", "photos-0", 3, "OOMKilled"),
  ...restarted("photos", "photos-1", 1),
  ...restarted("photos", "photos-2", 0),
].join("\n");

const bundle: Bundle = bundleSchema.parse(
  parse(readFileSync(new URL("../../definitions/defaults/bundle.yaml", import.meta.url), "utf8")),
);

let server: TestPrometheus;
let client: Prometheus;
beforeAll(async () => {
  server = await startPrometheus({ openMetrics: `${samples}\n# EOF\n` });
  client = createPrometheus({ url: server.url });
});
afterAll(() => server?.stop());

const SATURATION = { signal: "saturation", line: "memory", threshold: 0.9 } as const;
const ERRORS = { signal: "error-rate", line: "error-rate", threshold: 0.05 } as const;
const RESTARTS = { signal: "restarts", line: "restarts", threshold: 3 } as const;
type Asked = { signal: keyof Bundle["signals"]; line: string; threshold: number };

async function breakdownOf(
  tenant: string,
  { signal, line, threshold }: Asked,
  change: Partial<SignalSources> = {},
) {
  const definition = bundle.signals[signal].lines.find(({ id }) => id === line);
  if (!definition) throw new Error(`There is no ${line}.`);
  return askBreakdown(
    { bundle, tenantLabel: "tenant", prometheus: client, ...change },
    mintTenantScope(tenant),
    { signal: bundle.signals[signal], definition, threshold: { ...lineView().threshold, value: threshold } },
    { key: lineKeyOf(signal, line), atMs: NOW_MS, waitMs: 60_000 },
  );
}

async function partsOf(tenant: string, asked: Asked, change: Partial<SignalSources> = {}) {
  const answer = await breakdownOf(tenant, asked, change);
  if (answer?.kind !== "parts") throw new Error(`Not broken down: ${JSON.stringify(answer)}`);
  return answer.breakdown;
}

/** The client, and how many series each of its answers had. */
function counting(): { prometheus: Pick<Prometheus, "instant" | "range">; series: number[] } {
  const series: number[] = [];
  return {
    series,
    prometheus: {
      range: (...asked) => client.range(...asked),
      instant: async (...asked) => {
        const answer = await client.instant(...asked);
        series.push(answer.ok ? answer.data.length : -1);
        return answer;
      },
    },
  };
}

describe("a line that is the worst of its parts", () => {
  test("names them, the worst first, and counts those that breach, in one question", async () => {
    const { prometheus, series } = counting();
    const { label, parts, counts } = await partsOf("photos", SATURATION, { prometheus });
    expect(label).toBe("containers");
    expect(parts.map(({ words, value, isBad, share }) => [words, value, isBad, share])).toEqual([
      ["container db of pod photos-0", 0.95, true, null],
      ["container db of pod photos-1", 0.5, false, null],
      ["container db of pod photos-2", 0.4, false, null],
    ]);
    expect(counts).toEqual({ all: 3, bad: 1 });
    expect(series).toEqual([3]);
  });

  test("counts what isn't shown, by the owner's threshold", async () => {
    const { prometheus, series } = counting();
    const { parts, counts } = await partsOf("many", SATURATION, { prometheus });
    expect(parts.map(({ value }) => value)).toEqual([0.99, 0.98, 0.97, 0.96, 0.95]);
    expect(counts).toEqual({ all: 9, bad: 7 });
    expect(series).toEqual([5, 1, 1]);
    expect((await partsOf("many", { ...SATURATION, threshold: 0.45 })).counts).toEqual({ all: 9, bad: 8 });
    expect((await partsOf("many", { ...SATURATION, threshold: 0.97 })).counts).toEqual({ all: 9, bad: 2 });
  });

  test("has no counts where they can't be asked, and its parts all the same", async () => {
    const prometheus: SignalSources["prometheus"] = {
      range: (...asked) => client.range(...asked),
      instant: async (query, atMs) =>
        query.promql.startsWith("topk")
          ? client.instant(query, atMs)
          : { ok: false, failure: { code: "status", message: "no" }, last: null },
    };
    const { parts, counts } = await partsOf("many", SATURATION, { prometheus });
    expect(parts).toHaveLength(5);
    expect(counts).toBeNull();
  });

  test("with a single part has only that, and never one of another tenant", async () => {
    const { parts, counts } = await partsOf("alone", SATURATION);
    expect(parts.map(({ name }) => name)).toEqual([["alone", "alone-0", "db"]]);
    expect(counts).toEqual({ all: 1, bad: 1 });
  });

  test("shows a name from outside cut, and without characters that turn what follows", async () => {
    const [part] = (await partsOf("hostile", SATURATION)).parts;
    expect(part?.words.length).toBeLessThan(120);
    expect(part?.words).not.toContain("\u202e");
  });
});

describe("a line that its parts add up to", () => {
  test("gives each its share, of 40 routes by five series", async () => {
    const { prometheus, series } = counting();
    const { label, parts, counts } = await partsOf("busy", ERRORS, { prometheus });
    expect(label).toBe("routes");
    expect(parts.slice(0, 3).map(({ words, isBad }) => [words, isBad])).toEqual([
      ["route /route/7", true],
      ["route /route/8", true],
      [expect.stringMatching(/^route \/route\//), false],
    ]);
    expect(parts.map(({ share }) => share)).toEqual([
      expect.closeTo(0.75, 6),
      expect.closeTo(0.25, 6),
      0,
      0,
      0,
    ]);
    expect(counts).toEqual({ all: 40, bad: 2 });
    expect(series).toEqual([5, 1]);
    // Of all requests, 400 of 2,800 fail.
    expect(parts.reduce((sum, { value }) => sum + value, 0)).toBeCloseTo(400 / 2_800, 6);
  });

  test("of restarts names the reason where it is known", async () => {
    const { parts, counts } = await partsOf("photos", RESTARTS);
    expect(parts.map(({ words, value, share }) => [words, value, share])).toEqual([
      ["container db of pod photos-0, reason OOMKilled", 3, 0.75],
      ["container db of pod photos-1", 1, 0.25],
      ["container db of pod photos-2", 0, 0],
    ]);
    expect(counts).toEqual({ all: 3, bad: 2 });
  });

  test("without a label for routes says that its parts have no names", async () => {
    expect(await breakdownOf("routeless", ERRORS)).toEqual({
      kind: "unnamed",
      by: ["route", "handler", "path"],
    });
  });

  test("without requests has no part, and no NaN", async () => {
    expect(await breakdownOf("idle", ERRORS)).toEqual({ kind: "none" });
    expect(await breakdownOf("nobody", ERRORS)).toEqual({ kind: "none" });
  });
});

test("a line without parts and breakdown isn't broken down", async () => {
  expect(await breakdownOf("photos", { signal: "availability", line: "pods", threshold: 1 })).toBeNull();
});

test("what can't be asked is said, and after a timeout it isn't asked again for a while", async () => {
  const failing = (code: "status" | "timeout") => {
    const asked: string[] = [];
    const prometheus: SignalSources["prometheus"] = {
      range: (...args) => client.range(...args),
      instant: async ({ promql }) => {
        asked.push(promql);
        return { ok: false, failure: { code, message: `It is ${code}.` }, last: null };
      },
    };
    return { prometheus, asked };
  };
  expect(await breakdownOf("resting", SATURATION, failing("status"))).toEqual({
    kind: "unknown",
    message: "It is status.",
  });
  await breakdownOf("resting", SATURATION, failing("timeout"));
  const later = failing("status");
  expect(await breakdownOf("resting", SATURATION, later)).toMatchObject({ kind: "unknown" });
  expect(later.asked).toEqual([]);
  expect(await breakdownOf("photos", SATURATION, failing("status"))).toMatchObject({
    message: "It is status.",
  });
});
