import { afterAll, beforeAll, expect, test } from "vitest";
import { closeDatabase, database } from "@/lib/infra/db";
import { mintTenantScope } from "@/lib/tenant/mint";
import { defaultBundle } from "@/testing/evaluation";
import { type MetricsGate, startMetricsGate } from "@/testing/metrics-gate";
import { setPortalEnvironment } from "@/testing/portal-environment";
import { freshDatabase, type TestDatabase } from "@/testing/postgres";
import { startPrometheus, type TestPrometheus } from "@/testing/prometheus";
import { BOUNDS, requestsOf } from "@/testing/stock-platform/capability";
import { exportersOf, stockOpenMetrics } from "@/testing/stock-platform/exporters";
import { STOCK_NOW_MS } from "@/testing/stock-platform/scenario";
import { readHistory } from "./read-backtest";
import { readEditCheck } from "./read-edit-check";
import { readThresholdLine } from "./read-thresholds";

// What the store has decides: buckets up to 0.5 s, with a sum of all times or without.
const LINE = { signal: "latency", line: "p95" } as const;
const REQUESTS = { service: "web", pod: "web-1", perSecond: 4, seconds: 0.2, bounds: [0.1, 0.25, 0.5] };
const draft = (value: number, enabled = true) => ({
  enabled,
  value,
  inclusive: false,
  forSeconds: 60,
  recoverForSeconds: 60,
});

let postgres: TestDatabase;
let prometheus: TestPrometheus;
let gate: MetricsGate;
beforeAll(async () => {
  const bounded = requestsOf(exportersOf("bounded"), REQUESTS).filter(({ name }) => !name.endsWith("_sum"));
  const summed = requestsOf(exportersOf("summed"), { ...REQUESTS, bounds: BOUNDS });
  const openMetrics = stockOpenMetrics([...bounded, ...summed], STOCK_NOW_MS);
  [postgres, prometheus] = await Promise.all([freshDatabase(), startPrometheus({ openMetrics })]);
  gate = await startMetricsGate(prometheus.url);
  await closeDatabase();
  setPortalEnvironment({ DATABASE_URL: postgres.url, PROMETHEUS_URL: gate.url });
  await database.prisma.definition.create({ data: { kind: "bundle", document: defaultBundle() } });
});
afterAll(async () => {
  await closeDatabase();
  await gate?.stop();
  await prometheus?.stop();
  await postgres?.drop();
});

async function check(tenant: string, value: number, enabled = true, nowMs = STOCK_NOW_MS) {
  const scope = mintTenantScope(tenant);
  const line = await readThresholdLine(scope, [], LINE);
  if (!line) throw new Error("The default bundle judges p95.");
  return readEditCheck(scope, line, draft(value, enabled), nowMs);
}

test("without a sum a threshold at the highest bucket or above is refused, with the bucket", async () => {
  for (const value of [0.5, 2]) {
    const { checked, unchecked } = await check("bounded", value);
    expect(unchecked).toBeNull();
    expect(checked.ok ? "saved" : checked.problems.value).toMatch(/^Enter less than 500\s?ms: that is the/);
  }
  expect((await check("bounded", 0.49)).checked.ok).toBe(true);
});

test("an alert that is off, a service with a sum, and one of which nothing is known may have any", async () => {
  expect((await check("bounded", 2, false)).checked.ok).toBe(true);
  for (const tenant of ["summed", "unseen"])
    expect(await check(tenant, 20)).toMatchObject({ checked: { ok: true }, unchecked: null });
});

test("the preview has the highest bucket with its last part, so that the page refuses while it is typed", async () => {
  const highest = async (tenant: string, part: number) => {
    const asked = { range: "24h", toMs: STOCK_NOW_MS, part } as const;
    const answer = await readHistory(mintTenantScope(tenant), LINE, asked, STOCK_NOW_MS);
    if (!answer || "refused" in answer || !answer.ok) throw new Error("There is a history.");
    return answer.data.highest;
  };
  expect(await highest("bounded", 1)).toBe(0.5);
  expect(await highest("bounded", 0)).toBeUndefined();
  expect(await highest("summed", 1)).toBeNull();
});

// Last: the client leaves a Prometheus alone for a moment that it couldn't reach.
test("where the store can't be asked it is saved, and says that it wasn't checked", async () => {
  gate.set("cut");
  const { checked, unchecked } = await check("bounded", 2, true, STOCK_NOW_MS - 60_000);
  expect(checked.ok).toBe(true);
  expect(unchecked).toBe(
    "Whether values can be that high wasn't checked. The platform's metrics can't be reached right now.",
  );
});
