import { createServer } from "node:http";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { readChain } from "@/lib/alerting-chain/read-chain";
import { alertStore } from "@/lib/alerts/store";
import type { LineKey } from "@/lib/evaluation/effective";
import { platformSamples } from "@/lib/evaluation/platform.fixture";
import { freePort } from "@/server/free-port";
import { defaultBundle, startTestEvaluation, type TestEvaluation } from "@/testing/evaluation";
import { startPrometheus, type TestPrometheus } from "@/testing/prometheus";
import { type RelayScript, startTestRelay } from "@/testing/relay";
import { askHttp, METRICS_TOKEN, startWorkerProcess } from "@/testing/worker";

// What an operator gets wrong: named in the log, on /readyz and in /metrics, shown in the owner's chain, and nothing is lost by it.
const ASKED: readonly LineKey[] = ["availability/availability", "latency/p95", "error-rate/error-rate"];

let prometheus: TestPrometheus;
let evaluation: TestEvaluation;
const stops: (() => unknown)[] = [];
beforeAll(async () => {
  const nowMs = Math.floor(Date.now() / 15_000) * 15_000;
  const openMetrics = platformSamples([{ id: "photos", fromMs: nowMs - 900_000, toMs: nowMs + 600_000 }]);
  prometheus = await startPrometheus({ openMetrics });
});
afterAll(() => prometheus?.stop());
beforeEach(async () => {
  evaluation = await startTestEvaluation(["photos"]);
});
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
  await evaluation.drop();
});

/** The owner's chain: which links are broken, and why. */
async function brokenLinks(): Promise<Record<string, string | null>> {
  const { alerting } = await readChain(evaluation.scope("photos"), new Map(ASKED.map((key) => [key, key])));
  return Object.fromEntries(
    alerting?.links.filter(({ ok }) => !ok).map(({ id, reason }) => [id, reason]) ?? [],
  );
}

/** A worker in its own process, on a relay that follows a script. */
async function worker(
  script: RelayScript,
  bundle = defaultBundle(),
  environment: Record<string, string> = {},
) {
  await evaluation.query("INSERT INTO definition (kind, document) VALUES ('bundle', $1)", [bundle]);
  const [relay, port] = await Promise.all([startTestRelay(script), freePort()]);
  const running = startWorkerProcess({
    DATABASE_URL: evaluation.url,
    PROMETHEUS_URL: prometheus.url,
    SMTP_URL: relay.url,
    WORKER_PORT: String(port),
    ...environment,
  });
  stops.push(() => running.child.kill("SIGKILL"), running.ended, relay.stop);
  const ready = async () => (await askHttp(port, "/readyz"))?.text ?? "";
  const metrics = async () =>
    (await askHttp(port, "/metrics", { authorization: `Bearer ${METRICS_TOKEN}` }))?.text ?? "";
  return { ...running, ready, metrics };
}

describe("an operator's mistake", () => {
  test.each<[string, RelayScript, RegExp]>([
    [
      "a login that the relay refuses",
      { refuseLogin: true },
      /535 5\.7\.8 Authentication credentials invalid/,
    ],
    ["a relay whose certificate has expired", { startTls: true }, /shows an expired certificate/],
  ])(
    "%s is named on /readyz and in the log, and the owner's chain is broken at the relay",
    async (_, script, words) => {
      const { ready, said, metrics } = await worker(script);
      await expect.poll(ready).toMatch(/The mail relay isn't accepting mail: /);
      expect(await ready()).toMatch(words);
      await expect.poll(said).toMatch(words);
      expect(said()).not.toContain("wrong"); // the login's password
      await expect.poll(brokenLinks).toEqual({ relay: expect.stringContaining("isn't accepting mail") });
      expect(await metrics()).toContain("watchpost_relay_breaker");
    },
  );

  test("queries that give no tenant, or two series for one, are named by line and reason, and so is a threshold written by hand", async () => {
    const bundle = defaultBundle();
    const [availability] = bundle.signals.availability.lines;
    const [latency] = bundle.signals.latency.lines;
    if (availability) availability.query = "avg(probe_success)";
    if (latency)
      latency.query = "sum by ($tenant, code) (rate(http_request_duration_seconds_count[$window]))";
    await evaluation.query(
      `INSERT INTO threshold_setting (tenant_id, signal, line, enabled, value, inclusive, for_seconds, recover_for_seconds, version,
         updated_by) VALUES ('photos', 'error-rate', 'error-rate', true, 'NaN', false, -1, 60, 1, 'psql')`,
    );
    const { ready, said, metrics } = await worker({}, bundle);
    await expect.poll(ready).toContain("availability/availability (ungrouped), latency/p95 (several-series)");
    await expect
      .poll(metrics)
      .toMatch(
        /watchpost_cycles_total\{line="availability\/availability",outcome="failed",reason="ungrouped"\} \d/,
      );
    await expect
      .poll(metrics)
      .toMatch(/watchpost_cycles_total\{line="latency\/p95",outcome="failed",reason="several-series"\} \d/);
    await expect.poll(said).toContain("More than one series for the tenant photos.");
    await expect
      .poll(said)
      .toMatch(/"tenant":"photos","signal":"error-rate".+A threshold in the database can't be used/);
    // The other lines are judged all the same.
    const cycles = await alertStore.lastCycles([...ASKED]);
    expect(cycles.map(({ newest }) => newest?.outcome)).toEqual(["failed", "failed", "good"]);
    await expect
      .poll(brokenLinks)
      .toEqual({ metrics: expect.stringContaining("availability/availability and latency/p95") });
  });

  test("an address that can't exist, put past the definitions, is named in the owner's chain", async () => {
    await evaluation.query("UPDATE tenant SET contact_address = 'nobody'");
    await evaluation.query("INSERT INTO worker_heartbeat VALUES (gen_random_uuid(), now(), now(), '1')");
    await evaluation.judge(prometheus.url)(Math.floor(Date.now() / 30_000) * 30_000);
    expect(await brokenLinks()).toMatchObject({ address: expect.stringContaining("nobody") });
  });
});

describe("a store that holds nothing of any tenant", () => {
  const slots = async (url: string, label: string, fromMinute: number, toMinute: number) => {
    const judge = evaluation.judge(url, { label });
    const nowMs = Math.floor(Date.now() / 30_000) * 30_000;
    for (let minute = fromMinute; minute <= toMinute; minute += 0.5) await judge(nowMs + minute * 60_000);
  };

  test.each([
    ["because it is another store", "empty", "tenant", /Compare PROMETHEUS_URL and PROMETHEUS_TENANT_HEADER/],
    ["because the label is another", "whole", "team", /compare TENANT_LABEL with/],
  ])("%s is reported to the operator, and no owner is mailed", async (_, store, label, words) => {
    const empty = store === "empty" ? await startPrometheus() : null;
    if (empty) stops.push(empty.stop);
    await evaluation.query("INSERT INTO worker_heartbeat VALUES (gen_random_uuid(), now(), now(), '1')");
    await slots(empty?.url ?? prometheus.url, label, -8, 0);
    for (const { newest } of await alertStore.lastCycles([...ASKED]))
      expect(newest).toMatchObject({ outcome: "guarded", reason: "nobody" });
    const [row] = await evaluation.query<{ detail: string }>("SELECT detail FROM cycle LIMIT 1");
    expect(row?.detail).toMatch(words);
    expect(await evaluation.mails()).toEqual([]);
    expect(await evaluation.query("SELECT * FROM judgement")).toEqual([]);
    expect(await brokenLinks()).toMatchObject({
      metrics: expect.stringContaining("Only the operator can put that right"),
    });
  });

  test("is named on /readyz, in the log and in the metrics", async () => {
    const { ready, said, metrics } = await worker({}, defaultBundle(), { TENANT_LABEL: "team" });
    await expect.poll(ready).toContain("availability/availability (nobody)");
    await expect.poll(said).toContain("compare TENANT_LABEL with the label that ingestion stamps");
    await expect
      .poll(metrics)
      .toMatch(
        /watchpost_cycles_total\{line="availability\/availability",outcome="guarded",reason="nobody"\} \d/,
      );
  });
});

describe("clocks that are an hour apart", () => {
  test.each([
    ["behind", -3_600_000],
    ["ahead", 3_600_000],
  ])(
    "where Prometheus's is %s, no cycle is believed: the reason is the clock, and the owner's chain is broken",
    async (_, byMs) => {
      const elsewhen = createServer((request, response) => {
        let form = "";
        request.on("data", (chunk) => {
          form += chunk;
        });
        request.on("end", async () => {
          const body = new URLSearchParams(form);
          const answer = await fetch(`${prometheus.url}${request.url}`, { method: "POST", body });
          response.setHeader("Date", new Date(Date.now() + byMs).toUTCString());
          response.end(await answer.text());
        });
      }).listen(0, "127.0.0.1");
      await new Promise((resolve) => elsewhen.once("listening", resolve));
      stops.push(
        () => elsewhen.closeAllConnections(),
        () => elsewhen.close(),
      );
      const address = elsewhen.address();
      const port = typeof address === "object" && address ? address.port : 0;
      const slotMs = Math.floor(Date.now() / 30_000) * 30_000;
      await evaluation.query("INSERT INTO worker_heartbeat VALUES (gen_random_uuid(), now(), now(), '1')");
      await evaluation.judge(prometheus.url)(slotMs - 30_000);
      expect((await alertStore.lastCycles([...ASKED])).map(({ newest }) => newest?.outcome)).toEqual([
        "good",
        "good",
        "good",
      ]);
      const before = await evaluation.query("SELECT * FROM judgement ORDER BY 1, 2, 3");
      await evaluation.judge(`http://127.0.0.1:${port}`)(slotMs);
      for (const { newest } of await alertStore.lastCycles([...ASKED]))
        expect(newest).toMatchObject({ outcome: "failed", reason: "clock" });
      const [row] = await evaluation.query<{ detail: string }>(
        "SELECT detail FROM cycle WHERE reason = 'clock'",
      );
      expect(row?.detail).toMatch(
        byMs < 0 ? /is 3\d\d\d s ahead of Prometheus's/ : /is 3\d\d\d s behind Prometheus's/,
      );
      expect(await evaluation.query("SELECT * FROM judgement ORDER BY 1, 2, 3")).toEqual(before);
      expect(await brokenLinks()).toMatchObject({
        metrics: expect.stringMatching(/^The platform's clocks are more than a minute apart/),
      });
    },
  );
});
