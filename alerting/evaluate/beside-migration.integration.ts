import { afterAll, beforeAll, expect, test } from "vitest";
import { alertStore } from "@/lib/alerts/store";
import { type MadeCapability, platformSamples, pressedMigration } from "@/lib/evaluation/platform.fixture";
import { startTestEvaluation, type TestEvaluation } from "@/testing/evaluation";
import { startPrometheus, type TestPrometheus } from "@/testing/prometheus";

const MINUTE_MS = 60_000;
const NOW_MS = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS;
const SLOT_MS = 30_000;
/** Longer than any line of the bundle takes to alert. */
const JUDGED_MS = 20 * MINUTE_MS;

const live = { fromMs: NOW_MS - 90 * MINUTE_MS, toMs: NOW_MS };
const migration = pressedMigration(NOW_MS);
const capabilities: MadeCapability[] = [
  { id: "moving", ...live, migration },
  { id: "ownerless", ...live, migration: { ...migration, ownerNotified: false } },
];

let prometheus: TestPrometheus;
let evaluation: TestEvaluation;
beforeAll(async () => {
  [prometheus, evaluation] = await Promise.all([
    startPrometheus({ openMetrics: platformSamples(capabilities) }),
    startTestEvaluation(capabilities.map(({ id }) => id)),
  ]);
  const judge = evaluation.judge(prometheus.url);
  for (let slotMs = NOW_MS - JUDGED_MS; slotMs <= NOW_MS; slotMs += SLOT_MS) await judge(slotMs);
});
afterAll(async () => {
  await Promise.all([prometheus?.stop(), evaluation?.drop()]);
});

const alertsOf = async (id: string) =>
  (await alertStore.readAlerts(evaluation.scope(id))).map(({ lineKey }) => lineKey).sort();

test("a migration near its limits, killed again and again, alerts its capability's owner of nothing", async () => {
  expect(await alertsOf("moving")).toEqual([]);
  expect((await evaluation.mails()).filter(({ tenant_id }) => tenant_id === "moving")).toEqual([]);
});

test("the same is an alert where kube-state-metrics doesn't report that the pod is a job's", async () => {
  expect(await alertsOf("ownerless")).toEqual(["restarts/restarts", "saturation/cpu", "saturation/memory"]);
});
