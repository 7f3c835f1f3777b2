import { afterAll, beforeAll, expect, test } from "vitest";
import type { Components } from "@/lib/catalogue/components";
import { COMPONENTS } from "@/lib/catalogue/components.fixture";
import { closeDatabase } from "@/lib/infra/db";
import { queriesTotal } from "@/lib/prometheus/metrics";
import { startTestOutbox, type TestOutbox } from "@/testing/outbox";
import { setPortalEnvironment } from "@/testing/portal-environment";
import { startPrometheus, type TestPrometheus } from "@/testing/prometheus";
import { readAttribution } from "./read-attribution";

const FROM_MS = Date.UTC(2026, 10, 21, 10);
const NOW_MS = FROM_MS + 10 * 60_000;
const PLATFORM: Components = {
  windowSeconds: 60,
  components: [
    ...COMPONENTS,
    { id: "storage", name: "Storage", state: "min(storage_up)", dependents: "max by ($tenant) (claims)" },
  ],
};

function samples(): string {
  const series: [string, number][] = [
    ['up{job="ingress"}', 1],
    ['kube_node_status_condition{node="node-a",condition="Ready",status="true"}', 1],
    ['kube_node_status_condition{node="node-b",condition="Ready",status="true"}', 0],
    ["storage_up", 1],
    ['kube_pod_info{tenant="photos",node="node-a"}', 1],
    ['kube_pod_info{tenant="tickets",node="node-b"}', 1],
    ['claims{tenant="photos"}', 1],
    ['probe_success{tenant="canary"}', 1],
  ];
  const lines = series.flatMap(([head, value]) =>
    Array.from({ length: 41 }, (_, index) => `${head} ${value} ${FROM_MS / 1000 + index * 15}`),
  );
  return `${lines.join("\n")}\n# EOF\n`;
}

let db: TestOutbox;
let prometheus: TestPrometheus;
beforeAll(async () => {
  [db, prometheus] = await Promise.all([startTestOutbox(), startPrometheus({ openMetrics: samples() })]);
  await closeDatabase();
  setPortalEnvironment({ DATABASE_URL: db.url, PROMETHEUS_URL: prometheus.url });
  await db.pool.query(
    "INSERT INTO definition (kind, document, applied_at) VALUES ('components', $1, now())",
    [JSON.stringify(PLATFORM)],
  );
});
afterAll(async () => {
  await closeDatabase();
  await Promise.all([db?.drop(), prometheus?.stop()]);
});

const asked = async () => (await queriesTotal.get()).values.reduce((sum, { value }) => sum + value, 0);

test("a healthy page asks two questions of its own, one of which all viewers share, and names nobody else's parts", async () => {
  const before = await asked();
  const photos = await readAttribution(db.scope("photos"), NOW_MS);
  expect(await asked()).toBe(before + 2);
  expect(photos).toMatchObject({ tenantId: "photos", alerts: [] });
  expect(photos.platform?.components).toEqual([
    { id: "ingress", name: "Ingress", parts: [], state: "ok" },
    { id: "nodes", name: "Nodes", parts: [], state: "ok" },
    { id: "storage", name: "Storage", parts: [], state: "ok" },
    { id: "canary", name: "Canary", parts: [], state: "ok" },
  ]);
  expect(JSON.stringify(photos)).not.toMatch(/tickets|node-b/);

  const tickets = await readAttribution(db.scope("tickets"), NOW_MS);
  expect(await asked()).toBe(before + 3);
  expect(tickets.platform?.components).toEqual([
    { id: "ingress", name: "Ingress", parts: [], state: "ok" },
    { id: "nodes", name: "Nodes", parts: ["node-b"], state: "failing" },
    { id: "canary", name: "Canary", parts: [], state: "ok" },
  ]);

  await Promise.all(["photos", "tickets"].map((id) => readAttribution(db.scope(id), NOW_MS)));
  expect(await asked()).toBe(before + 3);
});
