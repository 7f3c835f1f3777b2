import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { judgedLines } from "@/alerting/fleet/questions";
import { createBudget } from "@/alerting/runtime/budget";
import { alertStore } from "@/lib/alerts/store";
import type { EffectiveThreshold } from "@/lib/evaluation/effective";
import { platformSamples } from "@/lib/evaluation/platform.fixture";
import { createPrometheus } from "@/lib/prometheus/client";
import { createFleet } from "@/lib/prometheus/fleet";
import { askHistory } from "@/lib/thresholds/ask-history";
import { backtest } from "@/lib/thresholds/backtest";
import { replayPointsOf } from "@/lib/thresholds/history";
import { NEVER_EVALUATED } from "@/lib/views/health/evaluated";
import { healthOf } from "@/lib/views/health/health";
import {
  defaultBundle,
  INTERVAL_SECONDS,
  startTestEvaluation,
  type TestEvaluation,
} from "@/testing/evaluation";
import { startPrometheus, type TestPrometheus } from "@/testing/prometheus";
import { applyDeployGrace } from "./deploy-grace";

const FROM_MS = Date.UTC(2026, 10, 21, 10);
const at = (minute: number) => FROM_MS + minute * 60_000;
const bundle = defaultBundle();
const SCRAPE_MS = bundle.scrapeIntervalSeconds * 1000;
/** Restarts between scrapes, as they are. */
const restarts = (...minutes: number[]) =>
  minutes.map((minute) => ({ atMs: at(minute) + 4_000, reason: "Error", exitCode: 1 }));
const deployments = (...minutes: number[]) =>
  minutes.map((minute, index) => ({ atMs: at(minute) + 2_000, version: `${index + 2}` }));

/** Restarts and deployments of each tenant, and how many alerts they are. */
const CAPABILITIES = [
  { id: "rollout", deployments: deployments(30), restarts: restarts(30.5, 31, 32, 34), alerts: 0 },
  { id: "crashing", deployments: [], restarts: restarts(30.5, 31, 32, 34), alerts: 1 },
  { id: "both", deployments: deployments(30), restarts: restarts(28, 31, 32, 33, 37, 39), alerts: 1 },
  { id: "two-rollouts", deployments: deployments(30, 40), restarts: restarts(31, 32, 41, 42), alerts: 0 },
  { id: "while-firing", deployments: deployments(30), restarts: restarts(20, 21, 22, 31, 32, 33), alerts: 1 },
];
const FIRST_MS = at(10);
const LAST_MS = at(80);

let prometheus: TestPrometheus;
let evaluation: TestEvaluation;
/** Where the evaluator said that the restarts stand, by tenant and slot. */
const judged = new Map<string, string | null>();
beforeAll(async () => {
  const capabilities = CAPABILITIES.map((capability) => ({ ...capability, fromMs: FROM_MS, toMs: at(90) }));
  [prometheus, evaluation] = await Promise.all([
    startPrometheus({ openMetrics: platformSamples(capabilities) }),
    startTestEvaluation(CAPABILITIES.map(({ id }) => id)),
  ]);
  const judge = evaluation.judge(prometheus.url);
  for (let slotMs = FIRST_MS; slotMs <= LAST_MS; slotMs += INTERVAL_SECONDS * 1000) {
    await judge(slotMs);
    for (const { id } of CAPABILITIES) {
      const all = await alertStore.readJudgements(evaluation.scope(id));
      const own = all.find(({ lineKey }) => lineKey === "restarts/restarts");
      judged.set(`${id} ${slotMs}`, own?.condition ?? null);
    }
  }
});
afterAll(async () => {
  await Promise.all([prometheus?.stop(), evaluation?.drop()]);
});
/** An owner who has set nothing, of an installation without a worker. */
const NOTHING_RECORDED = Promise.resolve({ settings: [], evaluated: NEVER_EVALUATED });
const sources = () => ({
  bundle,
  tenantLabel: "tenant",
  prometheus: createPrometheus({ url: prometheus.url }),
});

describe("restarts in the five minutes after a deployment", () => {
  test.each(CAPABILITIES)(
    "are judged alike by evaluator and preview: $id has $alerts alerts, in the same slots",
    async ({ id, alerts }) => {
      const scope = evaluation.scope(id);
      const line = { signal: "restarts", line: "restarts" } as const;
      const grid = {
        fromMs: FIRST_MS - SCRAPE_MS,
        toMs: LAST_MS - SCRAPE_MS,
        stepSeconds: INTERVAL_SECONDS,
      };
      const history = await askHistory(sources(), scope, line, grid);
      if (!history?.ok) throw new Error("The history can't be had.");
      const [definition] = bundle.signals.restarts.lines;
      if (!definition?.threshold) throw new Error("The bundle doesn't judge restarts.");
      const threshold = { ...definition.threshold, worse: bundle.signals.restarts.worse };
      const previewed = backtest(replayPointsOf([history.data]), threshold, INTERVAL_SECONDS).alerts;
      const evaluated = (await alertStore.readAlerts(scope)).map(({ firedAtMs, ended }) => ({
        firedAtMs: firedAtMs - SCRAPE_MS,
        endedAtMs: ended && ended.atMs - SCRAPE_MS,
      }));
      expect(previewed.map(({ firedAtMs, endedAtMs }) => ({ firedAtMs, endedAtMs }))).toEqual(evaluated);
      expect(evaluated).toHaveLength(alerts);
    },
  );

  test.each(CAPABILITIES)(
    "are judged alike by the page, where no evaluator judges: $id stands where the evaluator would have it",
    async ({ id }) => {
      // Minutes at which both have judged the same hour, and no edge lies between their instants.
      for (const minute of [36, 45, 52]) {
        const atMs = at(minute);
        const view = await healthOf(
          sources(),
          evaluation.scope(id),
          { id, name: id },
          atMs + SCRAPE_MS,
          NOTHING_RECORDED,
        );
        const own = view.signals.find((signal) => signal.id === "restarts");
        expect(`${minute} ${own?.condition}`).toBe(`${minute} ${judged.get(`${id} ${atMs}`)}`);
      }
    },
  );
});

test("are drawn in the mail as they were judged: without those that the deployment explains", () => {
  const [mail] = evaluation.notified.filter(({ capability }) => capability.id === "both");
  const [line] = mail?.lines ?? [];
  expect(line).toMatchObject({ signal: "restarts", value: 3, threshold: { value: 3 } });
  const drawn = (line?.trend ?? []).flatMap(([, value]) => (value === null ? [] : [value]));
  expect(drawn.at(-1)).toBe(line?.value);
  expect(drawn.filter((value) => value >= 3)).toHaveLength(1);
  const [crashing] = evaluation.notified.filter(({ capability }) => capability.id === "crashing");
  expect(crashing?.lines[0]?.trend?.at(-1)?.[1]).toBe(crashing?.lines[0]?.value);
});

test("where the deployments can't be asked, restarts count as seen, and a preview says that it can't be had", async () => {
  const broken = { ...bundle, events: { ...bundle.events, deployments: "sum by (tenant) (" } };
  const ask = sources();
  const scope = evaluation.scope("rollout");
  const grid = { fromMs: at(30), toMs: at(40), stepSeconds: INTERVAL_SECONDS };
  const history = await askHistory(
    { ...ask, bundle: broken },
    scope,
    { signal: "restarts", line: "restarts" },
    grid,
  );
  expect(history?.ok).toBe(false);
  const view = await healthOf(
    { ...ask, bundle: broken },
    scope,
    { id: "rollout", name: "rollout" },
    at(36),
    NOTHING_RECORDED,
  );
  expect(view.signals.find(({ id }) => id === "restarts")?.condition).toBe("firing");
});

test("all tenants are asked together, and where that fails restarts count as seen", async () => {
  const fleet = createFleet({ url: prometheus.url });
  const asked: string[] = [];
  const counting = {
    clockMs: fleet.clockMs,
    ask: (...[query, atMs, signal]: Parameters<typeof fleet.ask>) => {
      asked.push(query.promql);
      return fleet.ask(query, atMs, signal);
    },
  };
  const options = { label: "tenant", askWithinMs: 10_000 };
  const budget = createBudget(60_000, new AbortController().signal);
  const lines = judgedLines(bundle).filter(({ signalId }) => signalId === "restarts");
  const threshold = { ...lines[0]?.line.threshold, enabled: true, version: 0, source: "default" as const };
  const thresholdsOf = () => new Map([["restarts/restarts", threshold as EffectiveThreshold]]) as never;
  const ids = [
    ...CAPABILITIES.map(({ id }) => id),
    ...Array.from({ length: 500 }, (_, nth) => `other-${nth}`),
  ];
  const apply = async (fleetOrBroken: typeof fleet) => {
    const ofLine = new Map(ids.map((id) => [id, { kind: "value" as const, value: 4 }]));
    const slot = { lines, bundle, askedAtMs: at(35), budget };
    await applyDeployGrace(
      { ...options, fleet: fleetOrBroken },
      slot,
      new Map([["restarts/restarts", ofLine]]),
      thresholdsOf,
    );
    return (id: string) => ofLine.get(id)?.value;
  };
  const after = await apply(counting);
  expect(after("rollout")).toBeLessThan(1);
  expect(after("crashing")).toBe(4);
  expect(asked.length).toBeLessThan(16); // as many as the names fit in
  const silent = { ...counting, ask: async () => FAILED };
  expect((await apply(silent))("rollout")).toBe(4);
});

const FAILED = { ok: false, failure: { code: "timeout", message: "" }, detail: "" } as const;
