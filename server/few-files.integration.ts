import { connect, type Socket } from "node:net";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { startTestOutbox, type TestOutbox, testMail } from "@/testing/outbox";
import { expectBuild, type PortalProcess, startCommand } from "@/testing/portal-process";
import { startTestRelay, type TestRelay } from "@/testing/relay";
import { askHttp } from "@/testing/worker";
import { freePort } from "./free-port";

// The real web and worker, which may have 64 files and connections open at once.

const MAILS = 60;
const CLIENTS = 80;
const SHORTAGE = "may have only 64 files and connections open at once";
const few = (script: string) => ["sh", "-c", `ulimit -n 64; exec sh server/${script}`];
const until = (condition: () => Promise<void>) => vi.waitFor(condition, { timeout: 120_000, interval: 100 });

let outbox: TestOutbox;
let relay: TestRelay;
const running: PortalProcess[] = [];
const clients: Socket[] = [];
beforeEach(async () => {
  outbox = await startTestOutbox(Array.from({ length: MAILS }, (_, nth) => `capability-${nth}`));
  relay = await startTestRelay();
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  for (const each of running.splice(0)) {
    each.child.kill("SIGKILL");
    await each.ended();
  }
  await relay.stop();
  await outbox.drop();
});

function start(script: string, settings: Record<string, string>): PortalProcess {
  const addresses = { DATABASE_URL: outbox.url, PROMETHEUS_URL: "http://127.0.0.1:9", SMTP_URL: relay.url };
  const started = startCommand(few(script), { HOSTNAME: "127.0.0.1", ...addresses, ...settings });
  running.push(started);
  return started;
}

/** Connections that ask for nothing, and are opened again when the other side closes them. */
function crowd(port: number): void {
  for (let nth = 0; nth < CLIENTS; nth++) {
    const client = connect(port, "127.0.0.1");
    client.on("error", () => {});
    clients.push(client);
  }
}

test("a worker with 64 files says so, and loses no mail, however many ask it", async () => {
  const port = await freePort();
  const worker = start("worker.sh", { WORKER_PORT: String(port) });
  await until(async () => expect((await askHttp(port, "/healthz"))?.status, worker.said()).toBe(200));
  expect((await askHttp(port, "/readyz"))?.text).toContain(SHORTAGE);
  await expect.poll(worker.said).toContain(SHORTAGE);
  crowd(port);
  for (let nth = 0; nth < MAILS; nth++) await outbox.write(await testMail(`capability-${nth}`));
  await until(async () => {
    const { rows } = await outbox.pool.query(
      "SELECT count(*)::int AS open FROM mail WHERE state <> 'accepted'",
    );
    expect(rows, worker.said()).toEqual([{ open: 0 }]);
  });
  expect(new Set(relay.taken.map(({ to }) => to)).size).toBe(MAILS);
  for (const client of clients.splice(0)) client.destroy();
  await until(async () => expect((await askHttp(port, "/readyz"))?.text).toContain(SHORTAGE));
  worker.child.kill("SIGTERM");
  expect(await worker.ended()).toBe(0);
});

test("a portal with 64 files says so, and serves every page once a crowd has gone", async () => {
  await expectBuild();
  const port = await freePort();
  const web = start("web.sh", { PORT: String(port) });
  await until(async () => expect(await askHttp(port, "/healthz"), web.said()).not.toBeNull());
  await expect.poll(web.said).toContain(SHORTAGE);
  crowd(port);
  const pages = ["/sign-in", "/", "/alerts", "/thresholds", "/timeline", "/api/health", "/readyz"];
  for (let round = 0; round < 3; round++) await Promise.all(pages.map((page) => askHttp(port, page)));
  for (const client of clients.splice(0)) client.destroy();
  for (const page of pages.slice(0, -1))
    await until(async () =>
      expect((await askHttp(port, page))?.status, `${page}: ${web.said()}`).toBeLessThan(500),
    );
  await until(async () => expect((await askHttp(port, "/readyz"))?.text).toContain(SHORTAGE));
  web.child.kill("SIGTERM");
  expect(await web.ended()).toBe(0);
});
