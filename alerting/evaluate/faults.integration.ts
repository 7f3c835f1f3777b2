import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { Pool } from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { startDelivery } from "@/alerting/deliver/deliver";
import { chainOf } from "@/lib/alerting-chain/chain";
import { alertingChainStore } from "@/lib/alerting-chain/store";
import { createLedger } from "@/lib/alerts/ledger/store";
import { alertStore } from "@/lib/alerts/store";
import type { LineKey } from "@/lib/evaluation/effective";
import { platformSamples } from "@/lib/evaluation/platform.fixture";
import { databaseOf } from "@/lib/infra/db";
import { startBreakingProxy } from "@/testing/breaking-proxy";
import { INTERVAL_SECONDS, renderAll, startTestEvaluation, type TestEvaluation } from "@/testing/evaluation";
import { MAIL_FROM, SECRET } from "@/testing/outbox";
import { startPrometheus, type TestPrometheus } from "@/testing/prometheus";
import { startTestRelay } from "@/testing/relay";

// The faults that take real processes: evaluators that are killed, a Prometheus that is killed or frozen, a database that is away.
const FROM_MS = Date.UTC(2026, 10, 21, 10);
const at = (minute: number) => FROM_MS + minute * 60_000;
const STEP_MINUTES = INTERVAL_SECONDS / 60;
const WATCHED: LineKey = "error-rate/error-rate";

const openMetrics = platformSamples(
  [
    { id: "photos", failing: [[20, 60]] },
    {
      id: "again",
      failing: [
        [20, 30],
        [36, 50],
      ],
    },
    { id: "tickets", failing: [] },
  ].map(({ id, failing }) => ({
    id,
    fromMs: FROM_MS,
    toMs: at(80),
    errorShare: (atMs) => (failing.some(([from = 0, to = 0]) => atMs >= at(from) && atMs < at(to)) ? 0.5 : 0),
  })),
);
let prometheus: TestPrometheus;
let evaluation: TestEvaluation;
const stops: (() => unknown)[] = [];
beforeAll(async () => {
  prometheus = await startPrometheus({ openMetrics });
});
afterAll(() => prometheus?.stop());
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
  await evaluation.drop();
});

/** Every slot of a time, its end not included. */
async function run(judge: ReturnType<TestEvaluation["judge"]>, fromMinute: number, toMinute: number) {
  for (let minute = fromMinute; minute < toMinute; minute += STEP_MINUTES) await judge(at(minute));
}
const kinds = async () => (await evaluation.mails()).map(({ kind, tenant_id }) => `${tenant_id} ${kind}`);
const acceptAll = () =>
  evaluation.query("UPDATE mail SET state = 'accepted', accepted_at = now() WHERE state = 'queued'");

/** An evaluator in a process of its own. `work` resolves with what became of a slot, or null when the process has died. */
async function evaluator(databaseUrl: string) {
  const child: ChildProcess = spawn(process.execPath, ["--import", "tsx", "testing/evaluator-worker.ts"], {
    env: {
      ...process.env,
      LOG_LEVEL: "fatal",
      DATABASE_URL: databaseUrl,
      PROMETHEUS_URL: prometheus.url,
    },
    stdio: ["pipe", "pipe", "inherit"],
  });
  if (!child.stdout || !child.stdin) throw new Error("The evaluator has no pipes.");
  const { stdin } = child;
  stdin.on("error", () => {}); // written to just when it dies
  stops.push(() => child.kill("SIGKILL"));
  const said = createInterface(child.stdout)[Symbol.asyncIterator]();
  await said.next();
  return {
    kill: () => child.kill("SIGKILL"),
    ended: async () => child.signalCode ?? (await once(child, "exit"))[1],
    work: async (slotMs: number): Promise<string | null> => {
      stdin.write(`${slotMs}\n`);
      const { value, done } = await said.next();
      return done ? null : value;
    },
  };
}
async function proxied() {
  const proxy = await startBreakingProxy(evaluation.url);
  stops.push(proxy.stop);
  return proxy;
}
/** How the owner's alerting chain stands at an instant. */
async function chainAt(tenantId: string, nowMs: number) {
  const records = await alertingChainStore.readDeliveryRecords(evaluation.scope(tenantId));
  const cycles = await alertStore.lastCycles([WATCHED]);
  const lines = cycles.map(({ goodAtMs, newest }) => ({ name: "error rate", goodAtMs, newest }));
  const chain =
    records && chainOf({ ...records, nowMs, worker: { startedAtMs: FROM_MS, seenAtMs: nowMs }, lines });
  return Object.fromEntries(chain?.links.map(({ id, ok }) => [id, ok]) ?? []);
}

describe("an evaluator's process", () => {
  test.each([
    [
      "Fault 1: killed after the firing's commit, before it could know: the mail is there, and goes out once",
      "after",
    ],
    [
      "Fault 2: killed before the firing's commit: the next slot fires, with one episode and one mail",
      "before",
    ],
  ] as const)("%s", async (_, when) => {
    evaluation = await startTestEvaluation(["photos"]);
    await run(evaluation.judge(prometheus.url), 15, 22);
    const proxy = await proxied();
    const first = await evaluator(proxy.url);
    proxy.breakNextCommit(when, { after: "INSERT INTO episode", onBreak: first.kill });
    let minute = 22;
    while ((await first.work(at(minute))) !== null) minute += STEP_MINUTES;
    expect(await first.ended()).toBe("SIGKILL");
    expect(await alertStore.readAlerts(evaluation.scope("photos"))).toHaveLength(when === "after" ? 1 : 0);
    const second = await evaluator(proxy.url);
    // The same slot again where it wasn't written, and the next one.
    expect(await second.work(at(minute))).toBe(when === "after" ? "lost" : "judged");
    expect(await second.work(at(minute + STEP_MINUTES))).toBe("judged");
    expect(await kinds()).toEqual(["photos firing"]);
    expect(await alertStore.readAlerts(evaluation.scope("photos"))).toHaveLength(1);
    await renderAll(evaluation.options(prometheus.url));
    const relay = await startTestRelay();
    const { outbox } = evaluation;
    const delivery = startDelivery({ smtpUrl: relay.url, mailFrom: MAIL_FROM, secret: SECRET, outbox });
    stops.push(delivery.stop, relay.stop);
    await expect.poll(async () => (await evaluation.mails())[0]?.state).toBe("accepted");
    expect(relay.taken).toHaveLength(1);
  });

  test("Fault 5: of two processes on each slot one writes it and the other nothing, and each event is mailed once", async () => {
    evaluation = await startTestEvaluation(["photos", "tickets"]);
    const both = await Promise.all([evaluator(evaluation.url), evaluator(evaluation.url)]);
    const results = new Set<string>();
    for (let minute = 20; minute < 30; minute += STEP_MINUTES) {
      const kinds = await Promise.all(both.map(({ work }) => work(at(minute))));
      results.add(kinds.sort().join(" "));
    }
    expect([...results]).toEqual(["judged lost"]);
    expect(await kinds()).toEqual(["photos firing"]);
    const [row] = await evaluation.query<{ cycles: number }>("SELECT count(*)::int AS cycles FROM cycle");
    expect(row?.cycles).toBe(20 * 9);
  });
});

describe("a database that is away", () => {
  test("Fault 8: for ten minutes credits no pending time, and the alert fires once it has lasted for what was seen", async () => {
    evaluation = await startTestEvaluation(["photos"]);
    const proxy = await proxied();
    const pool = new Pool({ connectionString: proxy.url, connectionTimeoutMillis: 5_000 });
    pool.on("error", () => {});
    stops.unshift(() => pool.end());
    const judge = evaluation.judge(prometheus.url, { ledger: createLedger(databaseOf(pool)) });
    await run(judge, 15, 23);
    proxy.cut();
    for (let minute = 23; minute < 33; minute += STEP_MINUTES)
      await expect(judge(at(minute))).rejects.toThrow();
    expect(await chainAt("photos", at(33))).toMatchObject({ evaluator: false, metrics: false });
    proxy.mend();
    await judge(at(33));
    expect(await kinds()).toEqual([]);
    expect(await chainAt("photos", at(33))).toMatchObject({ evaluator: true, metrics: true });
    await run(judge, 33.5, 38);
    expect(await kinds()).toEqual(["photos firing"]);
    const [alert] = await alertStore.readAlerts(evaluation.scope("photos"));
    expect(alert?.firedAtMs).toBeGreaterThan(at(34));
  });
});

describe("a Prometheus of its own", () => {
  const own = async () => {
    const started = await startPrometheus({ openMetrics });
    stops.push(started.stop);
    evaluation = await startTestEvaluation(["photos", "tickets"]);
    const judge = evaluation.judge(started.url);
    await run(judge, 15, 30);
    await acceptAll();
    expect(await kinds()).toEqual(["photos firing"]);
    expect(await chainAt("photos", at(30))).toMatchObject({ metrics: true });
    return { started, judge };
  };
  const written = () => evaluation.query("SELECT * FROM judgement ORDER BY 1, 2, 3");

  test("Fault 9: that is killed is said within two intervals, and nothing is resolved", async () => {
    const { started, judge } = await own();
    const before = await written();
    started.signal("SIGKILL");
    await run(judge, 30, 31);
    expect(await chainAt("photos", at(31))).toMatchObject({ metrics: false, evaluator: true });
    expect((await alertStore.lastCycles([WATCHED]))[0]?.newest).toMatchObject({
      outcome: "failed",
      reason: "unreachable",
    });
    expect(await written()).toEqual(before);
    expect(await kinds()).toEqual(["photos firing"]);
  });

  test("Fault 10: that is frozen is given up within the interval, and when it goes on so do we", async () => {
    const { started, judge } = await own();
    const before = await written();
    started.signal("SIGSTOP");
    const begunAtMs = performance.now();
    await evaluation.judge(started.url, { askWithinMs: 1_000 })(at(30));
    expect(performance.now() - begunAtMs).toBeLessThan((INTERVAL_SECONDS * 1000) / 2);
    expect((await alertStore.lastCycles([WATCHED]))[0]?.newest).toMatchObject({
      outcome: "failed",
      reason: "timeout",
    });
    expect(await chainAt("photos", at(30.5))).toMatchObject({ metrics: false });
    expect(await written()).toEqual(before);
    started.signal("SIGCONT");
    await expect.poll(() => fetch(`${started.url}/-/ready`).then((response) => response.ok)).toBe(true);
    await judge(at(31));
    expect(await chainAt("photos", at(31))).toMatchObject({ metrics: true });
    expect(await kinds()).toEqual(["photos firing"]);
  });
});

describe("an alert", () => {
  test("Fault 19: that breaches again while it recovers is the same alert, without a mail", async () => {
    evaluation = await startTestEvaluation(["again"]);
    const judge = evaluation.judge(prometheus.url);
    const conditions: string[] = [];
    for (let minute = 15; minute < 70; minute += STEP_MINUTES) {
      await judge(at(minute));
      await acceptAll();
      const [row] = await evaluation.query<{ condition: string }>(
        "SELECT condition FROM judgement WHERE signal = 'error-rate'",
      );
      if (row && conditions.at(-1) !== row.condition) conditions.push(row.condition);
    }
    expect(conditions).toEqual(["ok", "pending", "firing", "recovering", "firing", "recovering", "ok"]);
    expect(await kinds()).toEqual(["again firing", "again recovered"]);
    expect(await alertStore.readAlerts(evaluation.scope("again"))).toHaveLength(1);
  });
});
