import { afterAll, beforeAll, expect, test } from "vitest";
import { createPrometheus } from "@/lib/prometheus/client";
import { createFleet } from "@/lib/prometheus/fleet";
import { fleetQuery } from "@/lib/promql/fleet";
import { scopeQuery } from "@/lib/promql/scoped-query";
import { mintTenantScope } from "@/lib/tenant/mint";
import { startPrometheus, type TestPrometheus } from "@/testing/prometheus";
import {
  gauges,
  nativeHistograms,
  type ProtobufExporter,
  startProtobufExporter,
} from "@/testing/protobuf-exporter";

// A tenant exposes a native histogram under a name that the bundle asks for.
let prometheus: TestPrometheus;
let exporter: ProtobufExporter;
beforeAll(async () => {
  exporter = await startProtobufExporter([
    ...gauges("probe_success", { photos: 1, tickets: 0 }),
    ...nativeHistograms("probe_success", ["evil"]),
  ]);
  prometheus = await startPrometheus({
    scrapeTargets: [exporter.target],
    features: ["native-histograms"],
  });
});
afterAll(async () => {
  await prometheus?.stop();
  exporter?.stop();
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
    .poll(() => askFleet("sum by ($tenant) (probe_success)"))
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
