import { createServer, type RequestListener } from "node:http";
import { afterAll, afterEach, beforeAll } from "vitest";
import { alertStore } from "@/lib/alerts/store";
import { type MadeCapability, platformSamples } from "@/lib/evaluation/platform.fixture";
import { INTERVAL_SECONDS, startTestEvaluation, type TestEvaluation } from "./evaluation";
import type { TestDatabase } from "./postgres";
import { startPrometheus, type TestPrometheus } from "./prometheus";

const FROM_MS = Date.UTC(2026, 10, 21, 10);
export const at = (minute: number) => FROM_MS + minute * 60_000;
export const STEP_MINUTES = INTERVAL_SECONDS / 60;
const between = (fromMinute: number, toMinute: number) => (atMs: number) =>
  atMs >= at(fromMinute) && atMs < at(toMinute);

export const crowd = Array.from({ length: 10 }, (_, index) => `crowd-${index}`);
const capability = (id: string, more: Partial<MadeCapability> = {}): MadeCapability => ({
  id,
  fromMs: FROM_MS,
  toMs: at(100),
  ...more,
});
const failing = (fromMinute: number, toMinute: number) => ({
  errorShare: (atMs: number) => (between(fromMinute, toMinute)(atMs) ? 0.5 : 0),
});
const restarts = (...minutes: number[]) => ({
  restarts: minutes.map((minute) => ({ atMs: at(minute), reason: "Error", exitCode: 1 })),
});

const CAPABILITIES = [
  capability("photos", failing(20, 40)),
  capability("tickets"),
  capability("shop", { ...failing(20, 40), up: (atMs) => !between(26, 40)(atMs) }),
  capability("vanishing", { silent: (atMs) => atMs >= at(40) }),
  capability("rollout", {
    ...restarts(30.3, 31.3, 32.3, 33.3),
    deployments: [{ atMs: at(30), version: "2" }],
  }),
  capability("crashing", restarts(30.3, 31.3, 32.3, 33.3)),
  ...crowd.map((id, index) => capability(id, { silent: index < 6 ? between(40, 50) : undefined })),
];

export type Judge = ReturnType<TestEvaluation["judge"]>;

/**
 * A real Prometheus that knows a fleet's hundred minutes, for all tests of a file, and a database of its own for each test that
 * begins one. Call it once at the head of the file: it sees to its own end.
 */
export function fleetWorld() {
  let prometheus: TestPrometheus;
  let evaluation: TestEvaluation;
  const stops: (() => Promise<unknown>)[] = [];
  const kept: TestDatabase[] = [];
  beforeAll(async () => {
    prometheus = await startPrometheus({ openMetrics: platformSamples(CAPABILITIES) });
  }, 120_000);
  afterAll(async () => {
    for (const database of kept) await database.drop();
    await prometheus?.stop();
  });
  afterEach(async () => {
    for (const stop of stops.splice(0)) await stop();
    await evaluation.drop();
  });

  return {
    /** What has to end with the test, before its database. */
    stops,
    get evaluation() {
      return evaluation;
    },
    get prometheusUrl() {
      return prometheus.url;
    },
    /** @param tenants that are live */
    async begin(...tenants: string[]): Promise<Judge> {
      evaluation = await startTestEvaluation(tenants);
      return evaluation.judge(prometheus.url);
    },
    /**
     * What several tests begin with, which happens once: each of them has a copy of the database that it leaves.
     * @param happen begins, and does what comes first
     * @returns begins a test with it; its evaluator is a new one, which remembers what is written
     */
    once(happen: () => Promise<unknown>): () => Promise<Judge> {
      let left: TestDatabase | undefined;
      return async () => {
        if (!left) {
          await happen();
          left = await evaluation.keep();
          kept.push(left);
        }
        evaluation = await startTestEvaluation([], left);
        return evaluation.judge(prometheus.url);
      };
    },
    /** Every slot of a time, its end not included. */
    async run(judge: Judge, fromMinute: number, toMinute: number): Promise<void> {
      for (let minute = fromMinute; minute < toMinute; minute += STEP_MINUTES) await judge(at(minute));
    },
    kinds: async () => (await evaluation.mails()).map(({ kind, tenant_id }) => `${tenant_id} ${kind}`),
    alertsOf: (tenantId: string) => alertStore.readAlerts(evaluation.scope(tenantId)),
    conditionOf: async (tenantId: string, line: string) =>
      (await alertStore.readJudgements(evaluation.scope(tenantId))).find(({ lineKey }) => lineKey === line),
    /** As the relay would have it. */
    acceptAll: () =>
      evaluation.query(
        "UPDATE mail SET state = 'accepted', accepted_at = now(), finished_at = now() WHERE state = 'queued'",
      ),
    outcomes: () =>
      evaluation.query<{ outcome: string; reason: string | null; count: number }>(
        "SELECT outcome, reason, count(*)::int AS count FROM cycle GROUP BY 1, 2 ORDER BY 1, 2",
      ),
    /** An evaluator that is begun anew for each slot: nothing is remembered but what is written. */
    forgetful: (): Judge => (slotMs) => evaluation.judge(prometheus.url)(slotMs),
    /** Something that speaks HTTP where Prometheus should be. @returns its address */
    async impostor(listener: RequestListener): Promise<string> {
      const server = createServer(listener).listen(0, "127.0.0.1");
      await new Promise((resolve) => server.once("listening", resolve));
      stops.push(async () => {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      });
      const address = server.address();
      return `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`;
    },
  };
}
