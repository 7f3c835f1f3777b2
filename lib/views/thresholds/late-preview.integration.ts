import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { platformSamples } from "@/lib/evaluation/platform.fixture";
import { closeDatabase, database } from "@/lib/infra/db";
import { mintTenantScope } from "@/lib/tenant/mint";
import { thresholdStore } from "@/lib/thresholds/store";
import { defaultBundle } from "@/testing/evaluation";
import { type MetricsGate, startMetricsGate } from "@/testing/metrics-gate";
import { setPortalEnvironment } from "@/testing/portal-environment";
import { freshDatabase, type TestDatabase } from "@/testing/postgres";
import { startPrometheus, type TestPrometheus } from "@/testing/prometheus";
import { inTimeForSave, readPreviewSummary } from "./read-backtest";
import { readThresholds } from "./read-thresholds";

// An owner may save faster than Prometheus answers, and a busy machine is slow to: the audit trail gets its preview all the same.
const photos = mintTenantScope("photos");
const p95 = { signal: "latency", line: "p95" } as const;
const edit = { enabled: true, value: 0.001, inclusive: false, forSeconds: 60, recoverForSeconds: 60 };

let postgres: TestDatabase;
let prometheus: TestPrometheus;
let gate: MetricsGate;
beforeAll(async () => {
  const nowMs = Date.now();
  const openMetrics = platformSamples([{ id: "photos", fromMs: nowMs - 7_200_000, toMs: nowMs }]);
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
beforeEach(async () => {
  gate.set("pass");
  await database.prisma.tenant.deleteMany();
  const contactAddress = "owner@photos.example";
  await database.prisma.tenant.create({
    data: { id: "photos", name: "Photos", contactAddress, timeZone: "UTC", state: "live", links: {} },
  });
});

/** An instant whose answers nobody has asked for yet. */
let nowMs = Date.now();
const summaryNow = () => {
  nowMs -= 60_000;
  return readPreviewSummary(photos, p95, { ...edit, worse: "higher" }, "24h", nowMs);
};
const save = async (preview: Awaited<ReturnType<typeof inTimeForSave>>) => {
  const saved = await thresholdStore.saveThreshold(photos, p95, {
    to: edit,
    expected: { version: 0 },
    by: "owner@photos.example",
    preview,
  });
  if (saved.kind !== "saved") throw new Error("Nobody else saves here.");
  return saved.edit.id;
};
const newest = async () => (await readThresholds(photos, []))?.edits[0];

test("a save that is faster than Prometheus says that its preview is pending, and has it once that answers", async () => {
  gate.set("late");
  const summary = summaryNow();
  const preview = await inTimeForSave(summary, 50);
  expect(preview).toBe("pending");
  const id = await save(preview);
  expect(await newest()).toMatchObject({ id, preview: null, previewState: "pending" });
  gate.set("pass");
  await thresholdStore.recordPreview(photos, id, await summary);
  expect(await newest()).toMatchObject({ previewState: "known", preview: { range: "24h", alerts: 1 } });
});

test("where Prometheus answers in time the save has its preview at once", async () => {
  const preview = await inTimeForSave(summaryNow(), 60_000);
  await save(preview);
  expect(await newest()).toMatchObject({ previewState: "known", preview: { range: "24h", alerts: 1 } });
});

test("a preview that nobody recorded, because its portal ended, is not pending for ever", async () => {
  await save("pending");
  await database.prisma.thresholdEdit.updateMany({ data: { at: new Date(Date.now() - 180_000) } });
  expect(await newest()).toMatchObject({ previewState: "unknown", preview: null });
});

test("a preview is recorded once: what the trail has is never changed", async () => {
  const preview = { range: "24h", stepSeconds: 30, alerts: 2, longestSeconds: 60, mails: 4 };
  const id = await save(preview);
  await thresholdStore.recordPreview(photos, id, null);
  expect(await newest()).toMatchObject({ previewState: "known", preview });
});

test("a preview whose questions failed once has them asked again", async () => {
  gate.set("hang");
  const before = gate.asked();
  const summary = summaryNow();
  const id = await save("pending");
  await expect.poll(() => gate.asked()).toBeGreaterThan(before);
  gate.set("pass");
  await thresholdStore.recordPreview(photos, id, await summary);
  expect(await newest()).toMatchObject({ previewState: "known", preview: { range: "24h", alerts: 1 } });
});

// Last: the client leaves a Prometheus alone for a moment that it couldn't reach.
test("where Prometheus can't be asked the preview is not known", async () => {
  gate.set("cut");
  const id = await save("pending");
  await thresholdStore.recordPreview(photos, id, await summaryNow());
  expect(await newest()).toMatchObject({ previewState: "unknown", preview: null });
});
