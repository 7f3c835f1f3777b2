import type { ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { alertStore } from "@/lib/alerts/store";
import { platformSamples } from "@/lib/evaluation/platform.fixture";
import { freePort } from "@/server/free-port";
import { defaultBundle, startTestEvaluation, type TestEvaluation } from "@/testing/evaluation";
import { SECRET } from "@/testing/outbox";
import { startPrometheus, type TestPrometheus } from "@/testing/prometheus";
import { startTestRelay, type TestRelay } from "@/testing/relay";
import { askHttp, METRICS_TOKEN, startWorkerProcess, type WorkerProcess } from "@/testing/worker";

const MAIN = fileURLToPath(new URL("main.ts", import.meta.url));
const TOGETHER = fileURLToPath(new URL("../testing/worker-beside.ts", import.meta.url));

let prometheus: TestPrometheus;
let evaluation: TestEvaluation;
let relay: TestRelay;
const children: ChildProcess[] = [];
beforeAll(async () => {
  const nowMs = Math.floor(Date.now() / 15_000) * 15_000;
  // Errors all the time, up to a few minutes after now: the default threshold fires after five minutes of them.
  const openMetrics = platformSamples([
    { id: "photos", fromMs: nowMs - 1_800_000, toMs: nowMs + 900_000, errorShare: () => 0.5 },
  ]);
  [prometheus, evaluation, relay] = await Promise.all([
    startPrometheus({ openMetrics }),
    startTestEvaluation(["photos"]),
    startTestRelay(),
  ]);
  await evaluation.query("INSERT INTO definition (kind, document) VALUES ('bundle', $1)", [defaultBundle()]);
  await evaluation.query(
    `INSERT INTO threshold_setting (tenant_id, signal, line, enabled, value, inclusive, for_seconds, recover_for_seconds, version,
      updated_by) VALUES ('photos', 'error-rate', 'error-rate', true, 0.1, false, 10, 60, 1, 'owner')`,
  );
});
afterAll(async () => {
  for (const child of children) child.kill("SIGKILL");
  await Promise.all([prometheus?.stop(), evaluation?.drop(), relay?.stop()]);
});

function start(more: Record<string, string>, command?: string[], options?: { tied: boolean }): WorkerProcess {
  const addresses = {
    DATABASE_URL: evaluation.url,
    PROMETHEUS_URL: prometheus.url,
    SMTP_URL: relay.url,
  };
  const worker = startWorkerProcess({ ...addresses, ...more }, command, options);
  children.push(worker.child);
  return worker;
}

describe("the worker's process", () => {
  test("evaluates and delivers; killed at any moment and begun again it fires once; asked to stop it does within ten seconds", async () => {
    const port = await freePort();
    let worker = start({ WORKER_PORT: String(port) });
    // Killed again and again on its way from the first breach to the mail.
    for (let kills = 0; kills < 3; kills++) {
      const seen = (await alertStore.readHeartbeats()).length;
      await expect.poll(async () => (await alertStore.readHeartbeats()).length).toBeGreaterThan(seen);
      worker.child.kill("SIGKILL");
      await worker.ended();
      worker = start({ WORKER_PORT: String(port) });
    }
    // A start, the pending time, rendering and sending: more than one state has to come.
    await expect.poll(() => relay.taken.length, { timeout: 200_000 }).toBe(1);
    await expect.poll(async () => (await askHttp(port, "/readyz"))?.status).toBe(200);
    expect((await askHttp(port, "/metrics"))?.status).toBe(401);
    const metrics = async () =>
      (await askHttp(port, "/metrics", { authorization: `Bearer ${METRICS_TOKEN}` }))?.text ?? "";
    // This worker's own: the mail may be the work of one that was killed.
    await expect
      .poll(metrics)
      .toMatch(/watchpost_cycles_total\{line="latency\/p95",outcome="good",reason=""\} [1-9]/);
    expect(await metrics()).toContain('watchpost_relay_breaker{state="closed"} 1');
    expect(await metrics()).not.toContain("owner@photos");
    const begunMs = performance.now();
    worker.child.kill("SIGTERM");
    expect(await worker.ended()).toBe(0);
    expect(performance.now() - begunMs).toBeLessThan(10_000);
    expect(relay.taken).toHaveLength(1);
    expect(await evaluation.query("SELECT count(*)::int AS count FROM episode")).toEqual([{ count: 1 }]);
    expect(worker.said()).not.toContain("owner@photos");
  });

  test("asked to stop before it has loaded ends with 0, in the flags that it is started by", async () => {
    const says = 'data:text/javascript,process.stdout.write("not loaded yet")';
    const flags = ["--import", "./server/early-stop.mjs", "--import", says];
    const { child, ended, said } = start({}, [...flags, MAIN]);
    await expect.poll(said, { interval: 2 }).toContain("not loaded yet");
    child.kill("SIGTERM");
    expect(await ended()).toBe(0);
  });

  test.each([
    [{ MAIL_FROM: "" }, "MAIL_FROM is not set"],
    [{ SMTP_URL: "" }, "SMTP_URL is not set"],
    [{ SMTP_URL: "relay.example" }, "SMTP_URL"],
    [{ MAIL_FROM: "nobody" }, "sender"],
    [{ PROMETHEUS_URL: "http://a:b%@c" }, "PROMETHEUS_URL has a user name or password"],
    [{ EVALUATION_INTERVAL_SECONDS: "soon" }, "EVALUATION_INTERVAL_SECONDS"],
    [{ BOUNCE_PORT: "x" }, "BOUNCE_PORT"],
  ])("with %o it doesn't start, and names what is wrong", async (fault, words) => {
    const { said, ended } = start(fault);
    expect(await ended()).toBe(1);
    expect(said()).toContain(words);
    expect(said()).not.toContain(SECRET);
    expect(said()).not.toMatch(/^ +at /m);
  });

  test("with a mistake in its own code it doesn't start, and shows the stack", async () => {
    const mistake = `import http from "node:http"; import { syncBuiltinESMExports } from "node:module";
      http.createServer = function broken() { throw new TypeError("a mistake"); }; syncBuiltinESMExports();`;
    const { said, ended } = start({ WORKER_PORT: String(await freePort()) }, [
      "--import",
      `data:text/javascript,${encodeURIComponent(mistake)}`,
      MAIN,
    ]);
    expect(await ended()).toBe(1);
    expect(said()).toMatch(/TypeError: a mistake\n +at .*broken/);
  });
});

describe("web and worker on one machine", () => {
  /** In the portal's place: it ends when it is asked to, or when what began it is gone. */
  const WEB = [
    "node",
    "-e",
    `const began = process.ppid;
     process.on("SIGTERM", () => process.exit(0));
     setInterval(() => process.ppid === began || process.exit(0), 50);`,
  ];
  const begin = async (web: string[]) => {
    const port = await freePort();
    const both = start({ WORKER_PORT: String(port) }, [TOGETHER, ...web]);
    const isUp = async () => (await askHttp(port, "/healthz"))?.status === 200;
    return { ...both, isUp };
  };

  test.each(["SIGTERM", "SIGKILL"] as const)(
    "%s of the one that began them leaves no worker behind",
    async (signal) => {
      const { child, ended, isUp } = await begin(WEB);
      await expect.poll(isUp).toBe(true);
      child.kill(signal);
      expect(await ended()).toBe(signal === "SIGTERM" ? 0 : null);
      await expect.poll(isUp).toBe(false);
    },
  );

  test("a worker whose launcher ended while it started ends by itself", async () => {
    const { child, ended } = start({}, [MAIN], { tied: true });
    child.disconnect();
    expect(await ended()).toBe(0);
  });

  test("the end of one ends the other, with a code that says that it failed", async () => {
    const { ended } = await begin(["node", "-e", "setTimeout(() => process.exit(0), 3000)"]);
    expect(await ended()).toBe(1);
  });
});
