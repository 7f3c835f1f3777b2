import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { alertStore } from "@/lib/alerts/store";
import { type Bundle, SIGNAL_IDS } from "@/lib/catalogue/bundle";
import { defaultBundle, startTestEvaluation, type TestEvaluation } from "@/testing/evaluation";
import { startPrometheus, type TestPrometheus } from "@/testing/prometheus";

// A Prometheus that scrapes and evaluates its own alerting rule slot by slot, and our evaluator over the same series afterwards.
/** On a busy machine a scrape is late by a good part of a second, which may not cost a slot. */
const SLOT_SECONDS = 2;
const SLOT_MS = SLOT_SECONDS * 1_000;
const FOR_SECONDS = 3 * SLOT_SECONDS;
const KEEP_SECONDS = 2 * SLOT_SECONDS;

/** One character a scrape: a value, or a dot for none. The last one stays. */
const SHAPES: Record<string, string> = {
  quiet: "00000000000000000",
  spike: "00090000000000000",
  long: "00099999999900000",
  flapping: "09909909909900000",
  again: "00099999099990000",
  gap: "0009999..99990000",
  twice: "99999000099999000",
  vanishing: "000999999........",
};
const TENANTS = Object.keys(SHAPES);
const SCRAPES = 20;

let scrapes = 0;
let exporter: Server;
let prometheus: TestPrometheus;
let evaluation: TestEvaluation;
let fromMs: number;
let toMs: number;
beforeAll(async () => {
  exporter = createServer((_, response) => {
    const lines = Object.entries(SHAPES).flatMap(([tenant, shape]) => {
      const mark = shape[Math.min(scrapes, shape.length - 1)] ?? ".";
      return mark === "." ? [] : [`shape{tenant="${tenant}"} ${mark}\n`];
    });
    scrapes += 1;
    response.writeHead(200, { "Content-Type": "text/plain; version=0.0.4" }).end(lines.join(""));
  }).listen(0, "127.0.0.1");
  await once(exporter, "listening");
  const address = exporter.address();
  const target = `127.0.0.1:${typeof address === "object" && address ? address.port : 0}`;
  const rule = {
    alert: "Shape",
    expr: "max by (tenant) (shape) > 5",
    for: `${FOR_SECONDS}s`,
    keep_firing_for: `${KEEP_SECONDS}s`,
  };
  fromMs = Math.floor(Date.now() / SLOT_MS) * SLOT_MS;
  [prometheus, evaluation] = await Promise.all([
    startPrometheus({ scrapeTargets: [target], rules: [rule], scrapeIntervalSeconds: SLOT_SECONDS }),
    startTestEvaluation(TENANTS),
  ]);
  await vi.waitUntil(() => scrapes >= SCRAPES, { timeout: 200_000, interval: 200 });
  toMs = Math.floor(Date.now() / SLOT_MS) * SLOT_MS;
  const bundle = shapeBundle();
  const judge = evaluation.judge(prometheus.url, {
    readBundle: async () => bundle,
    intervalSeconds: SLOT_SECONDS,
  });
  for (let slotMs = fromMs; slotMs <= toMs; slotMs += SLOT_MS) await judge(slotMs);
});
afterAll(async () => {
  exporter?.close();
  await Promise.all([prometheus?.stop(), evaluation?.drop()]);
});

/** A bundle that judges the shapes alone, by a threshold of the rule's meaning. */
function shapeBundle(): Bundle {
  const bundle = { ...defaultBundle(), scrapeIntervalSeconds: SLOT_SECONDS };
  for (const id of SIGNAL_IDS) for (const line of bundle.signals[id].lines) line.threshold = undefined;
  const threshold = { value: 5, inclusive: false, forSeconds: FOR_SECONDS, recoverForSeconds: KEEP_SECONDS };
  const query = "max by ($tenant) (shape)";
  const freshness = "max by ($tenant) (timestamp(shape))";
  bundle.signals.latency = {
    ...bundle.signals.latency,
    traffic: undefined,
    lines: [{ id: "shape", label: "Shape", query, freshness, threshold }],
  };
  return bundle;
}

type Span = { fromMs: number; toMs: number };

/** When the rule was firing, by its own ALERTS series. */
async function ruleFired(tenant: string): Promise<Span[]> {
  const query = `ALERTS{alertname="Shape",alertstate="firing",tenant="${tenant}"}[5m]`;
  const body = new URLSearchParams({ query, time: String(toMs / 1000) });
  const response = await fetch(`${prometheus.url}/api/v1/query`, { method: "POST", body });
  const { data } = (await response.json()) as { data: { result: { values: [number, string][] }[] } };
  const spans: Span[] = [];
  for (const [seconds] of data.result.flatMap(({ values }) => values)) {
    const atMs = seconds * 1000;
    const last = spans.at(-1);
    if (last && atMs - last.toMs < 1.5 * SLOT_MS) last.toMs = atMs;
    else spans.push({ fromMs: atMs, toMs: atMs });
  }
  return spans.map((span) => ({ ...span, toMs: span.toMs + SLOT_MS }));
}

/** When our alert was firing: the slots, less the scrape interval by which they ask behind the clock. */
async function evaluatorFired(tenant: string): Promise<(Span & { ended: boolean })[]> {
  const alerts = await alertStore.readAlerts(evaluation.scope(tenant));
  return alerts
    .map(({ firedAtMs, ended }) => ({
      fromMs: firedAtMs - SLOT_MS,
      toMs: (ended?.atMs ?? toMs) - SLOT_MS,
      ended: ended !== null,
    }))
    .sort((a, b) => a.fromMs - b.fromMs);
}

describe("the evaluator and a running Prometheus's own alerting rule of the same meaning", () => {
  test.each(TENANTS.filter((tenant) => tenant !== "vanishing"))(
    "fire and end within a slot of each other: %s",
    async (tenant) => {
      const [rule, own] = [await ruleFired(tenant), await evaluatorFired(tenant)];
      expect(own).toHaveLength(rule.length);
      expect(rule).toHaveLength({ long: 1, again: 1, gap: 1, twice: 2 }[tenant] ?? 0);
      for (const [n, span] of own.entries()) {
        expect(span.ended).toBe(true);
        expect(Math.abs(span.fromMs - (rule[n]?.fromMs ?? 0))).toBeLessThanOrEqual(SLOT_MS);
        expect(Math.abs(span.toMs - (rule[n]?.toMs ?? 0))).toBeLessThanOrEqual(SLOT_MS);
      }
    },
  );

  test("differ on purpose where a firing series vanishes: the rule ends, and our alert stays", async () => {
    const [rule, own] = [await ruleFired("vanishing"), await evaluatorFired("vanishing")];
    expect(rule).toHaveLength(1);
    expect(rule[0]?.toMs).toBeLessThan(toMs - 2 * SLOT_MS);
    expect(own).toMatchObject([{ ended: false }]);
  });
});
