import { createServer } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createPrometheus } from "@/lib/prometheus/client";
import { createFleet } from "@/lib/prometheus/fleet";
import { fleetQuery } from "@/lib/promql/fleet";
import { scopeQuery } from "@/lib/promql/scoped-query";
import { mintTenantScope } from "@/lib/tenant/mint";
import { startPrometheus, type TestPrometheus } from "@/testing/prometheus";

// A tenant exposes a native histogram under a name that the bundle asks for. Prometheus takes those by protobuf alone.
const varint = (value: number): number[] =>
  value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
const bytes = (field: number, content: readonly number[]) => [
  ...varint(field * 8 + 2),
  ...varint(content.length),
  ...content,
];
const text = (field: number, value: string) => bytes(field, [...Buffer.from(value)]);
const whole = (field: number, value: number) => [...varint(field * 8), ...varint(value)];
const double = (field: number, value: number) => {
  const content = Buffer.alloc(8);
  content.writeDoubleLE(value);
  return [...varint(field * 8 + 1), ...content];
};
const tenant = (id: string) => bytes(1, [...text(1, "tenant"), ...text(2, id)]);
const GAUGE = 1;
const HISTOGRAM = 4;
const family = (name: string, type: number, metrics: number[][]) => {
  const message = [...text(1, name), ...whole(3, type), ...metrics.flatMap((metric) => bytes(4, metric))];
  return [...varint(message.length), ...message];
};
const gauge = (id: string, value: number) => [...tenant(id), ...bytes(2, double(1, value))];
/** Two observations in one bucket; schema 0, written in zigzag. */
const histogram = (id: string) => [
  ...tenant(id),
  ...bytes(7, [
    ...whole(1, 2),
    ...double(2, 3),
    ...whole(5, 0),
    ...double(6, 0.001),
    ...whole(7, 0),
    ...bytes(12, [...whole(1, 2), ...whole(2, 1)]),
    ...whole(13, 4),
  ]),
];

let prometheus: TestPrometheus;
const exporter = createServer((_, response) => {
  response.setHeader(
    "Content-Type",
    "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited",
  );
  response.end(
    Buffer.from([
      ...family("probe_success", GAUGE, [gauge("photos", 1), gauge("tickets", 0)]),
      ...family("probe_success", HISTOGRAM, [histogram("evil")]),
    ]),
  );
});
beforeAll(async () => {
  await new Promise<void>((resolve) => exporter.listen(0, "127.0.0.1", resolve));
  const address = exporter.address();
  const port = typeof address === "object" && address ? address.port : 0;
  prometheus = await startPrometheus({
    scrapeTargets: [`127.0.0.1:${port}`],
    features: ["native-histograms"],
  });
});
afterAll(async () => {
  await prometheus?.stop();
  exporter.close();
  exporter.closeAllConnections();
});

const options = { label: "tenant", windowSeconds: 60 };
const askFleet = (template: string) =>
  createFleet({ url: prometheus.url }).ask(
    fleetQuery(template, options),
    Date.now(),
    new AbortController().signal,
  );

test("a native histogram leaves its own tenant without a value, and the others have theirs", async () => {
  await expect
    .poll(() => askFleet("sum by ($tenant) (probe_success)"), { timeout: 20_000 })
    .toMatchObject({
      ok: true,
      samples: expect.arrayContaining([
        { tenantId: "photos", labels: { tenant: "photos" }, value: 1 },
        { tenantId: "tickets", labels: { tenant: "tickets" }, value: 0 },
      ]),
      unusable: [{ tenantId: "evil", reason: "histogram" }],
    });
  for (const template of [
    "avg by ($tenant) (avg_over_time(probe_success[$window]))",
    "max by ($tenant) (timestamp(probe_success))",
  ]) {
    const answer = await askFleet(template);
    expect(answer, template).toMatchObject({ ok: true });
    if (!answer.ok) continue;
    expect(answer.samples.map(({ tenantId }) => tenantId).sort(), template).toEqual(
      expect.arrayContaining(["photos", "tickets"]),
    );
  }
});

test("its owner's page has nothing of it, which is no failure", async () => {
  const query = scopeQuery(mintTenantScope("evil"), "sum by ($tenant) (probe_success)", options);
  const nowMs = Date.now();
  const client = createPrometheus({ url: prometheus.url });
  expect(await client.instant(query, nowMs)).toMatchObject({ ok: true, data: [] });
  const grid = { fromMs: nowMs - 10_000, toMs: nowMs, stepSeconds: 1 };
  expect(await client.range(query, grid)).toMatchObject({ ok: true, data: [] });
});
