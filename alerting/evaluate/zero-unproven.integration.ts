import { afterAll, beforeAll, expect, test } from "vitest";
import { closeDatabase, database } from "@/lib/infra/db";
import { createFleet, type Fleet } from "@/lib/prometheus/fleet";
import { mintTenantScope } from "@/lib/tenant/mint";
import { readHealth } from "@/lib/views/health/read-health";
import {
  defaultBundle,
  INTERVAL_SECONDS,
  startTestEvaluation,
  type TestEvaluation,
} from "@/testing/evaluation";
import { setPortalEnvironment } from "@/testing/portal-environment";
import { startPrometheus, type TestPrometheus } from "@/testing/prometheus";
import { healthyCapability } from "@/testing/stock-platform/capability";
import { stockOpenMetrics } from "@/testing/stock-platform/exporters";
import { STOCK_NOW_MS } from "@/testing/stock-platform/scenario";
import {
  capabilityWith,
  during,
  seriesNamed,
  until,
} from "@/testing/stock-platform/transitions/transition-scenario";

// What is at zero on purpose must not be mailed as down because nothing reports that any more.
const at = (minute: number) => STOCK_NOW_MS + minute * 60_000;
/** The last sample is found for five minutes more. */
const LOST_MINUTE = -30;

const zero = capabilityWith("photos", [
  [seriesNamed("kube_deployment_spec_replicas"), during(-60, 1, 0)],
  [seriesNamed("kube_deployment_status_replicas_ready"), during(-60, 1, 0)],
  [seriesNamed("probe_success"), during(-60, 1, 0)],
  [({ labels }) => labels.pod !== undefined, until(-60)],
]);
const lost = zero.map((series) =>
  series.name.startsWith("kube_") ? { ...series, at: until(LOST_MINUTE)(series.at) } : series,
);

let prometheus: TestPrometheus;
let evaluation: TestEvaluation;
beforeAll(async () => {
  const series = [...lost, ...healthyCapability("tickets", STOCK_NOW_MS)];
  prometheus = await startPrometheus({ openMetrics: stockOpenMetrics(series, STOCK_NOW_MS) });
  evaluation = await startTestEvaluation(["photos", "tickets"]);
  setPortalEnvironment({ DATABASE_URL: evaluation.url, PROMETHEUS_URL: prometheus.url });
  await closeDatabase();
  await database.prisma.definition.create({ data: { kind: "bundle", document: defaultBundle() } });
}, 120_000);
afterAll(async () => {
  await evaluation?.drop();
  await prometheus?.stop();
});

const tenant = {
  id: "photos",
  name: "Photos",
  without: [],
  timeZone: "UTC",
  leaving: {},
};
const overallAt = async (minute: number) =>
  (await readHealth(mintTenantScope("photos"), tenant, at(minute))).overall;

async function run(from: number, to: number, fleet: Fleet = createFleet({ url: prometheus.url })) {
  const judge = evaluation.judge(prometheus.url, { fleet });
  for (let minute = from; minute < to; minute += INTERVAL_SECONDS / 60) await judge(at(minute));
}

const NOT_KNOWN = {
  state: "no-data",
  headline: "No data",
  sentence: expect.stringContaining(
    "was scaled to zero, and the platform doesn't report now whether it still is",
  ),
};

test("a capability at zero is mailed nothing and shown as not known, once kube-state-metrics reports nothing of it", async () => {
  await run(-34, -28);
  expect(await overallAt(-28)).toMatchObject({ state: "scaled-to-zero" });
  await run(-28, -15);
  expect(await overallAt(-15)).toMatchObject(NOT_KNOWN);
  expect(await evaluation.mails()).toEqual([]);
}, 120_000);

test("neither is it where the store doesn't answer who is at zero", async () => {
  const real = createFleet({ url: prometheus.url });
  const refusing: Fleet = {
    ...real,
    ask: async (query, atMs, signal) =>
      query.promql.startsWith("min_over_time((")
        ? { ok: false, failure: { code: "timeout", message: "" }, detail: "too slow" }
        : real.ask(query, atMs, signal),
  };
  await run(-15, -8, refusing);
  expect(await overallAt(-8)).toMatchObject(NOT_KNOWN);
  expect(await evaluation.mails()).toEqual([]);
}, 120_000);
