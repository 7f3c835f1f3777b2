import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { alertStore } from "@/lib/alerts/store";
import type { Bundle, SignalId } from "@/lib/catalogue/bundle";
import { effectiveThresholds, type LineKey } from "@/lib/evaluation/effective";
import { type MadeCapability, platformSamples } from "@/lib/evaluation/platform.fixture";
import { createPrometheus } from "@/lib/prometheus/client";
import { askHistory } from "@/lib/thresholds/ask-history";
import { type Backtest, backtest, type PastAlert } from "@/lib/thresholds/backtest";
import { replayPointsOf } from "@/lib/thresholds/history";
import { thresholdStore } from "@/lib/thresholds/store";
import {
  defaultBundle,
  INTERVAL_SECONDS,
  startTestEvaluation,
  type TestEvaluation,
} from "@/testing/evaluation";
import { startPrometheus, type TestPrometheus } from "@/testing/prometheus";

const FROM_MS = Date.UTC(2026, 10, 21, 10);
const INTERVAL_MS = INTERVAL_SECONDS * 1000;
const at = (minute: number) => FROM_MS + minute * 60_000;
const during =
  (fromMinute: number, toMinute: number, share = 0.5) =>
  (atMs: number) =>
    atMs >= at(fromMinute) && atMs < at(toMinute) ? share : 0;
/** Two minutes of errors in every ten. */
const nowAndThen = (atMs: number) => (((atMs - FROM_MS) / 60_000) % 10 < 2 ? 0.5 : 0);

/** One line each that turns, so that its mails are the mails of that line alone. */
const CAPABILITIES: (Partial<MadeCapability> & { id: string; line: LineKey; alerts: number })[] = [
  { id: "long", line: "error-rate/error-rate", errorShare: during(20, 60), alerts: 1 },
  { id: "spike", line: "error-rate/error-rate", errorShare: during(20, 21, 0.1), alerts: 0 },
  { id: "lasting", line: "error-rate/error-rate", errorShare: during(60, 100), alerts: 1 },
  { id: "flapping", line: "error-rate/error-rate", errorShare: nowAndThen, alerts: 9 },
  { id: "slow", line: "latency/p95", slowShare: during(15, 30), alerts: 1 },
  { id: "down", line: "availability/availability", up: (atMs) => during(20, 30)(atMs) === 0, alerts: 1 },
  {
    id: "gap",
    line: "error-rate/error-rate",
    errorShare: during(20, 60),
    silent: (atMs) => during(35, 48)(atMs) > 0,
    alerts: 1,
  },
  {
    id: "gap-while-pending",
    line: "error-rate/error-rate",
    errorShare: during(20, 60),
    silent: (atMs) => during(23, 26)(atMs) > 0,
    alerts: 1,
  },
  {
    id: "idle",
    line: "error-rate/error-rate",
    requestsPerSecond: () => 0.02,
    errorShare: () => 1,
    alerts: 0,
  },
];
const FIRST_SLOT_MS = at(6);
const LAST_SLOT_MS = at(96);

let prometheus: TestPrometheus;
let evaluation: TestEvaluation;
const bundle: Bundle = defaultBundle();
const SCRAPE_MS = bundle.scrapeIntervalSeconds * 1000;
beforeAll(async () => {
  const openMetrics = platformSamples(
    CAPABILITIES.map((capability) => ({ fromMs: FROM_MS, toMs: at(100), ...capability })),
  );
  [prometheus, evaluation] = await Promise.all([
    startPrometheus({ openMetrics }),
    startTestEvaluation(CAPABILITIES.map(({ id }) => id)),
  ]);
  // Short times, so that what comes and goes is seen to flap.
  await evaluation.query(
    `INSERT INTO threshold_setting (tenant_id, signal, line, enabled, value, inclusive, for_seconds, recover_for_seconds, version,
      updated_by) VALUES ('flapping', 'error-rate', 'error-rate', true, 0.1, false, 60, 60, 1, 'owner')`,
  );
  // Missing availability would be mailed as well, whatever threshold the preview is of.
  await evaluation.query("UPDATE tenant SET without = '{availability/availability}' WHERE id LIKE 'gap%'");
  const judge = evaluation.judge(prometheus.url);
  for (let slotMs = FIRST_SLOT_MS; slotMs <= LAST_SLOT_MS; slotMs += INTERVAL_MS) {
    await judge(slotMs);
    // As a preview counts mails: each is taken by the relay at once.
    await evaluation.query("UPDATE mail SET state = 'accepted', accepted_at = now() WHERE state = 'queued'");
  }
});
afterAll(async () => {
  await Promise.all([prometheus?.stop(), evaluation?.drop()]);
});

/** What the preview says of a line, its points being as far from the evaluator's instants as given. */
async function previewed(tenantId: string, lineKey: LineKey, offsetMs: number): Promise<Backtest> {
  const [signal, line] = lineKey.split("/") as [SignalId, string];
  const settings = (await thresholdStore.readAllSettings()).get(tenantId) ?? [];
  const threshold = effectiveThresholds(bundle, settings).get(lineKey);
  if (!threshold) throw new Error(`The bundle doesn't judge ${lineKey}.`);
  const grid = {
    fromMs: FIRST_SLOT_MS - SCRAPE_MS + offsetMs,
    toMs: LAST_SLOT_MS - SCRAPE_MS + offsetMs,
    stepSeconds: INTERVAL_SECONDS,
  };
  const sources = { bundle, tenantLabel: "tenant", prometheus: createPrometheus({ url: prometheus.url }) };
  const answer = await askHistory(sources, evaluation.scope(tenantId), { signal, line }, grid);
  if (!answer?.ok) throw new Error(`The history can't be had: ${JSON.stringify(answer)}`);
  const { worse } = bundle.signals[signal];
  return backtest(replayPointsOf([answer.data]), { ...threshold, worse }, INTERVAL_SECONDS);
}

/** What the evaluator did, oldest first; an alert's times are the slots, a scrape interval after the instants asked about. */
async function evaluated(tenantId: string, lineKey: LineKey): Promise<PastAlert[]> {
  const alerts = await alertStore.readAlerts(evaluation.scope(tenantId));
  return alerts
    .filter((alert) => alert.lineKey === lineKey)
    .map(({ breachedAtMs, firedAtMs, ended }) => ({
      breachedAtMs,
      firedAtMs,
      endedAtMs: ended?.atMs ?? null,
    }))
    .sort((a, b) => a.firedAtMs - b.firedAtMs);
}

const later = ({ breachedAtMs, firedAtMs, endedAtMs }: PastAlert, byMs: number): PastAlert => ({
  breachedAtMs: breachedAtMs + byMs,
  firedAtMs: firedAtMs + byMs,
  endedAtMs: endedAtMs === null ? null : endedAtMs + byMs,
});

describe("preview and evaluator on the same series", () => {
  test.each(CAPABILITIES)(
    "agree on $id: the same alerts in the same slots, and as many mails",
    async (capability) => {
      const preview = await previewed(capability.id, capability.line, 0);
      const done = await evaluated(capability.id, capability.line);
      expect(done).toHaveLength(capability.alerts);
      expect(preview.alerts.map((alert) => later(alert, SCRAPE_MS))).toEqual(done);
      const mails = (await evaluation.mails()).filter(({ tenant_id }) => tenant_id === capability.id);
      expect(mails.map(({ kind }) => kind)).toHaveLength(preview.mails);
    },
  );

  test("agree within a slot where the preview's points lie at the slots themselves, as the page asks for them", async () => {
    for (const { id, line } of CAPABILITIES) {
      const { alerts } = await previewed(id, line, SCRAPE_MS);
      const done = await evaluated(id, line);
      expect(alerts).toHaveLength(done.length);
      for (const [n, alert] of alerts.entries()) {
        const { firedAtMs, endedAtMs } = done[n] ?? alert;
        expect(Math.abs(alert.firedAtMs - firedAtMs)).toBeLessThanOrEqual(INTERVAL_MS);
        expect(Math.abs((alert.endedAtMs ?? 0) - (endedAtMs ?? 0))).toBeLessThanOrEqual(INTERVAL_MS);
      }
    }
  });

  test("agree that no other line of any tenant alerts", async () => {
    for (const { id, line } of CAPABILITIES)
      for (const other of effectiveThresholds(bundle, []).keys())
        if (other !== line) {
          expect(await evaluated(id, other)).toEqual([]);
          expect((await previewed(id, other, 0)).alerts).toEqual([]);
        }
  });
});
