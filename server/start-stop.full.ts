import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { endLeftovers, RUN_VARIABLE } from "@/setup/leftovers.mjs";
import { startBreakingProxy } from "@/testing/breaking-proxy";
import { startTestEvaluation } from "@/testing/evaluation";
import { testMail } from "@/testing/outbox";
import { linkClone, type OwnClone } from "@/testing/own-clone";
import { inOwnMounts, onlyWritable } from "@/testing/own-mounts";
import { expectBuild, type PortalProcess, startCommand } from "@/testing/portal-process";
import { startPrometheus } from "@/testing/prometheus";
import { startTestRelay } from "@/testing/relay";
import { askHttp } from "@/testing/worker";
import { freePort } from "./free-port";

// `npm start` and its processes as they are in production, in a folder whose embedded database is its own.

const NOWHERE = { PROMETHEUS_URL: "http://127.0.0.1:9", SMTP_URL: "smtp://127.0.0.1:9" };
const STOP_WITHIN_MS = 10_000;
/** The signal comes at each eighth of the time that a start takes, and twice afterwards. */
const MOMENTS_OF_START = 8;
/** A process listens for the signal long before half of its start, also where one start is slower than the one that was measured. */
const MAY_NOT_LISTEN_YET = 4;
const until = <T>(condition: () => Promise<T>) => vi.waitFor(condition, { timeout: 120_000, interval: 50 });

let run: string;
let clone: OwnClone;
const running: PortalProcess[] = [];
const stops: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  await expectBuild();
  clone = await linkClone();
  run = randomUUID();
});
afterEach(async () => {
  for (const { child } of running.splice(0)) child.kill("SIGKILL");
  await endLeftovers(run, 0);
  for (const stop of stops.splice(0).reverse()) await stop();
});
afterAll(() => clone?.remove());

type Started = PortalProcess & { port: number; workerPort: number };

async function start(command: readonly string[], settings: Record<string, string> = {}): Promise<Started> {
  const [port, workerPort] = [await freePort(), await freePort()];
  const addresses = { HOSTNAME: "127.0.0.1", PORT: String(port), WORKER_PORT: String(workerPort) };
  const own = { ...clone.settings, [RUN_VARIABLE]: run, LOG_LEVEL: "warn" };
  const started = startCommand(command, { ...addresses, ...own, ...NOWHERE, ...settings }, clone.folder);
  running.push(started);
  return { ...started, port, workerPort };
}
const npmStart = (wrapped: (command: string[]) => string[] = (command) => command) =>
  start(wrapped(["npm", "start", "--silent", "--", "-H", "127.0.0.1"]));

const isServing = async ({ port, workerPort, said }: Started) => {
  expect((await askHttp(port, "/healthz"))?.status, said()).toBe(200);
  expect((await askHttp(workerPort, "/healthz"))?.status, said()).toBe(200);
};

/** The processes of this run by a part of their command line. */
async function processOf(part: string): Promise<number> {
  for (const name of await readdir("/proc")) {
    const environment = await readFile(`/proc/${name}/environ`, "utf8").catch(() => "");
    const command = await readFile(`/proc/${name}/cmdline`, "utf8").catch(() => "");
    if (/^(node\0|next-server)/.test(command) && command.includes(part) && environment.includes(run))
      return Number(name);
  }
  throw new Error(`No process has ${part} in its command line.`);
}
const PROCESSES = {
  web: () => processOf("next-server"),
  worker: () => processOf("worker/main.mjs"),
  launcher: () => processOf("server/launch.ts"),
  "embedded database": async () => (await clone.databasePid()) ?? 0,
};

describe("npm start", () => {
  test.each(Object.entries(PROCESSES))(
    "ends, and all of it, when its %s is killed; and starts again",
    async (_, find) => {
      const started = await npmStart();
      await until(() => isServing(started));
      process.kill(await find(), "SIGKILL");
      expect(await started.ended(), started.said()).not.toBe(0);
      await until(async () =>
        expect([
          await askHttp(started.port, "/healthz"),
          await askHttp(started.workerPort, "/healthz"),
        ]).toEqual([null, null]),
      );
      const again = await npmStart();
      await until(() => isServing(again));
      again.child.kill("SIGTERM");
      expect(await again.ended(), again.said()).toBe(0);
      expect(await endLeftovers(run, 0)).toBe(0);
    },
  );

  test("ends with 0 within ten seconds and leaves nothing behind, at whatever moment npm gets SIGTERM", async () => {
    const first = await npmStart();
    const beganMs = performance.now();
    await until(() => isServing(first));
    const startMs = performance.now() - beganMs;
    first.child.kill("SIGTERM");
    expect(await first.ended(), first.said()).toBe(0);
    for (let moment = 0; moment <= 10; moment++) {
      const started = await npmStart();
      await sleep((startMs * moment) / MOMENTS_OF_START);
      const askedMs = performance.now();
      started.child.kill("SIGTERM");
      const end = await started.ended();
      const words = `${Math.round((startMs * moment) / MOMENTS_OF_START)} ms after the start: ${started.said()}`;
      // Before npm itself can listen for it, the signal ends npm, which has begun nothing.
      expect(end === "SIGTERM" && moment <= MAY_NOT_LISTEN_YET ? 0 : end, words).toBe(0);
      expect(performance.now() - askedMs, words).toBeLessThan(STOP_WITHIN_MS);
      expect(await endLeftovers(run, 0), words).toBe(0);
    }
  });

  test("needs no folder but .data to write to, and says which one it can't write to", async () => {
    const data = join(clone.folder, ".data");
    await mkdir(data, { recursive: true });
    const started = await npmStart((command) => inOwnMounts(onlyWritable([data]), command));
    await until(() => isServing(started));
    expect(started.said()).not.toMatch(/EROFS|read-only/i);
    started.child.kill("SIGTERM");
    expect(await started.ended(), started.said()).toBe(0);

    const other = await linkClone();
    stops.push(other.remove);
    const nowhere = inOwnMounts(onlyWritable([data]), ["npm", "start", "--silent"]);
    const refused = startCommand(
      nowhere,
      { ...other.settings, ...NOWHERE, [RUN_VARIABLE]: run },
      other.folder,
    );
    running.push(refused);
    expect(await refused.ended()).toBe(1);
    await expect
      .poll(refused.said)
      .toMatch(/^The embedded database can't write to .*\.data.* \(EROFS\)\. Make the folder/m);
    expect(refused.said()).not.toMatch(/^ +at /m);
  });
});

describe("web and worker by themselves", () => {
  const PEERS = ["database", "prometheus", "relay"] as const;

  test.each([
    [PEERS[0], PEERS[1], PEERS[2]],
    [PEERS[2], PEERS[0], PEERS[1]],
    [PEERS[1], PEERS[2], PEERS[0]],
  ])("wait for what they stand on, in the order %s, %s, %s", async (...order) => {
    const evaluation = await startTestEvaluation(["photos"]);
    stops.push(evaluation.drop);
    const [prometheus, relay] = await Promise.all([startPrometheus(), startTestRelay()]);
    stops.push(prometheus.stop, relay.stop);
    const lines = {
      database: await startBreakingProxy(evaluation.url),
      prometheus: await startBreakingProxy(prometheus.url),
      relay: await startBreakingProxy(relay.url),
    };
    for (const line of Object.values(lines)) {
      stops.push(line.stop);
      line.cut();
    }
    const settings = {
      DATABASE_URL: lines.database.url,
      PROMETHEUS_URL: lines.prometheus.url,
      SMTP_URL: lines.relay.url,
    };
    const web = await start(["sh", "server/web.sh"], settings);
    const worker = await start(["sh", "server/worker.sh"], settings);
    await until(async () => {
      expect((await askHttp(web.port, "/readyz"))?.text, web.said()).toContain(
        "The database can't be reached",
      );
      expect((await askHttp(worker.workerPort, "/readyz"))?.status, worker.said()).toBe(503);
    });
    for (const peer of order) lines[peer].mend();
    await evaluation.write(await testMail("photos"));
    await until(async () =>
      expect(
        relay.taken.map(({ to }) => to),
        worker.said(),
      ).toEqual(["owner@photos.example"]),
    );
    await until(async () =>
      expect((await askHttp(web.port, "/readyz"))?.text).not.toMatch(/can't be reached/),
    );
    for (const { child } of [web, worker]) child.kill("SIGTERM");
    expect([await web.ended(), await worker.ended()]).toEqual([0, 0]);
  });

  test.each([
    ["web", "server/web.sh"],
    ["worker", "server/worker.sh"],
  ])("%s ends with 0 within ten seconds at whatever moment it gets SIGTERM", async (_, script) => {
    const evaluation = await startTestEvaluation(["photos"]);
    stops.push(evaluation.drop);
    const begin = () => start(["sh", script], { DATABASE_URL: evaluation.url });
    const first = await begin();
    const beganMs = performance.now();
    const port = script === "server/web.sh" ? first.port : first.workerPort;
    await until(async () => expect((await askHttp(port, "/healthz"))?.status, first.said()).toBe(200));
    const startMs = performance.now() - beganMs;
    first.child.kill("SIGTERM");
    expect(await first.ended(), first.said()).toBe(0);
    for (let moment = 0; moment <= 10; moment++) {
      const started = await begin();
      const waitMs = (startMs * moment) / MOMENTS_OF_START;
      await sleep(waitMs);
      const askedMs = performance.now();
      started.child.kill("SIGTERM");
      const end = await started.ended();
      // Before Node can listen for it, the signal ends a shell or a Node that has begun nothing.
      const isTooEarly = end === "SIGTERM" && moment <= MAY_NOT_LISTEN_YET;
      expect(isTooEarly ? 0 : end, `${Math.round(waitMs)} ms: ${started.said()}`).toBe(0);
      expect(performance.now() - askedMs).toBeLessThan(STOP_WITHIN_MS);
    }
  });
});
