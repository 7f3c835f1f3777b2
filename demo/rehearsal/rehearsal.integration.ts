import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type RequestListener } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { bundleSchema } from "@/lib/catalogue/bundle";
import { checkBundle } from "@/lib/definitions/check-bundle";
import { freshDatabase, type TestDatabase } from "@/testing/postgres";
import { keepVacuuming, startVacuumingPostgres } from "@/testing/vacuuming-postgres";
import { prometheusConfig } from "../platform/prometheus/config";
import { rehearsedDatabase } from "./database";
import { startDeadMansSwitch } from "./dead-mans-switch";
import { startGate } from "./gate";
import { startMixUp } from "./mix-up";
import { rehearsalRules } from "./start";

const ROOT = join(import.meta.dirname, "../..");
const BUNDLE = "lib/definitions/defaults/bundle.yaml";

let database: TestDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database?.drop());

async function connected(): Promise<Client> {
  const client = new Client({ connectionString: database.url });
  client.on("error", () => {});
  await client.connect();
  return client;
}

describe("the database of a rehearsal", () => {
  test("shut, it ends who is connected and lets in nobody; opened again it is as before", async () => {
    const rehearsed = rehearsedDatabase(database.url, true);
    const standing = await connected();
    await rehearsed.setShut(true);
    await expect(standing.query("SELECT 1")).rejects.toThrow();
    // A code that the portal knows as a database that is away.
    await expect(connected()).rejects.toMatchObject({ code: "53300" });
    await rehearsed.setShut(false);
    const again = await connected();
    expect((await again.query("SELECT count(*)::int AS count FROM tenant")).rows).toEqual([{ count: 0 }]);
    await again.end();
  });

  test("is shut while an autovacuum worker is busy in it", async () => {
    const server = await startVacuumingPostgres();
    try {
      const standing = await keepVacuuming(server.url);
      await rehearsedDatabase(server.url, true).setShut(true);
      await expect(standing.query("SELECT 1")).rejects.toThrow();
    } finally {
      await server.stop();
    }
  });

  test("of somebody else is never shut", async () => {
    await expect(rehearsedDatabase(database.url, false).setShut(true)).rejects.toThrow(
      "The demo shuts only a database that it started itself.",
    );
  });

  test("has a line of the bundle that nobody answers, once, and has it no more", async () => {
    const { rehearsed, bundle, stored, end } = await withBundle();
    await rehearsed.setUnanswered(true);
    await rehearsed.setUnanswered(true);
    expect((await stored()).signals.restarts.lines.map(({ id }) => id)).toEqual(["restarts", "rehearsal"]);
    expect(checkBundle(await stored(), { tenantLabel: "tenant" })).toEqual([]);
    await rehearsed.setUnanswered(false);
    expect(await stored()).toEqual(bundle);
    await end();
  });

  test("has a bundle that expects a scrape each second, and the one that it was again", async () => {
    const { rehearsed, bundle, stored, end } = await withBundle();
    await rehearsed.setHurried(true);
    await rehearsed.setHurried(true);
    expect(await stored()).toEqual({ ...bundle, scrapeIntervalSeconds: 1 });
    await rehearsed.setHurried(false);
    await rehearsed.setHurried(false);
    expect(await stored()).toEqual(bundle);
    await end();
  });

  test("locked, a life sign waits and pages can be read; let go, it is written", async () => {
    const rehearsed = rehearsedDatabase(database.url, true);
    const [worker, page] = await Promise.all([connected(), connected()]);
    await rehearsed.setLocked(true);
    let written = false;
    const recordHeartbeat = worker
      .query(
        "INSERT INTO worker_heartbeat (id, started_at, seen_at, version) VALUES (gen_random_uuid(), now(), now(), '1')",
      )
      .then(() => {
        written = true;
      });
    const waits = `SELECT count(*)::int AS count FROM pg_stat_activity
      WHERE wait_event_type = 'Lock' AND datname = current_database()`;
    await expect.poll(async () => (await page.query(waits)).rows[0].count).toBeGreaterThan(0);
    expect((await page.query("SELECT count(*)::int AS count FROM worker_heartbeat")).rows).toEqual([
      { count: 0 },
    ]);
    expect(written).toBe(false);
    await rehearsed.setLocked(false);
    await recordHeartbeat;
    await Promise.all([worker.end(), page.end()]);
  });
});

/** The default bundle in the database, until its end. */
async function withBundle() {
  const client = await connected();
  const bundle = bundleSchema.parse(parse(await readFile(join(ROOT, BUNDLE), "utf8")));
  await client.query("INSERT INTO definition (kind, document) VALUES ('bundle', $1)", [bundle]);
  return {
    rehearsed: rehearsedDatabase(database.url, true),
    bundle,
    stored: async () =>
      bundleSchema.parse((await client.query("SELECT document FROM definition")).rows[0].document),
    end: async () => {
      await client.query("DELETE FROM definition");
      await client.end();
    },
  };
}

async function serve(handler: RequestListener): Promise<{ port: number; stop(): void }> {
  const server = createServer(handler).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const stop = () => {
    server.close();
    server.closeAllConnections();
  };
  return { port: typeof address === "object" && address ? address.port : 0, stop };
}

test("a line that is cut ends what runs over it, and passes everything once it is mended; it can be led elsewhere", async () => {
  const [here, there] = await Promise.all([
    serve((_, response) => response.end("here")),
    serve((_, response) => response.end("there")),
  ]);
  const gate = await startGate("A line of a test", here.port);
  const ask = () => fetch(`http://127.0.0.1:${gate.port}/`).then((response) => response.text());
  expect(await ask()).toBe("here");
  gate.setCut(true);
  await expect(ask()).rejects.toThrow();
  gate.setCut(false);
  expect(await ask()).toBe("here");
  gate.lead(there.port);
  expect(await ask()).toBe("there");
  await gate.stop();
  here.stop();
  there.stop();
});

test("questions that are mixed up reach Prometheus whole, and its answers come back as they are", async () => {
  const asked: string[] = [];
  const prometheus = await serve(async (request, response) => {
    asked.push(`${request.url} ${Buffer.concat(await request.toArray())}`);
    response.writeHead(422, { "content-type": "application/json" }).end("{}");
  });
  const mixUp = await startMixUp(prometheus.port);
  const body = new URLSearchParams({ query: `up{tenant="photos"}`, time: "1" });
  const answer = await fetch(`http://127.0.0.1:${mixUp.port}/api/v1/query`, { method: "POST", body });
  expect(asked).toEqual([
    `/api/v1/query ${new URLSearchParams({ query: `up{tenant="tickets"}`, time: "1" })}`,
  ]);
  expect([answer.status, await answer.text()]).toEqual([422, "{}"]);
  await mixUp.stop();
  prometheus.stop();
});

test("a dead-man's switch receives the watchdog as long as it goes on, and no other alert, and nothing over a cut line", async () => {
  const receiver = await startDeadMansSwitch();
  const send = (alertname: string, endsInMs: number) =>
    fetch(`http://${receiver.alertmanager}/api/v2/alerts`, {
      method: "POST",
      body: JSON.stringify([
        { labels: { alertname }, endsAt: new Date(Date.now() + endsInMs).toISOString() },
      ]),
    }).then(({ status }) => status);
  const isReceived = async (request: Promise<number>) => {
    const beforeMs = receiver.receivedAtMs();
    await expect.poll(() => Date.now()).toBeGreaterThan(beforeMs);
    return [await request, receiver.receivedAtMs() > beforeMs];
  };
  await expect.poll(() => Date.now()).toBeGreaterThan(receiver.receivedAtMs());
  expect(await isReceived(send("WatchpostWatchdog", 60_000))).toEqual([200, true]);
  expect(await isReceived(send("WatchpostWatchdog", -1_000))).toEqual([200, false]);
  expect(await isReceived(send("WatchpostQueueOld", 60_000))).toEqual([200, false]);
  receiver.line.setCut(true);
  await expect(send("WatchpostWatchdog", 60_000)).rejects.toThrow();
  await receiver.stop();
});

test("Prometheus takes the configuration with the portal in it, and the shortened rules", async () => {
  const directory = await mkdtemp(join(tmpdir(), "watchpost-rehearsal-"));
  try {
    const file = (name: string) => join(directory, name);
    await writeFile(file("token"), "a token");
    await writeFile(file("rules.yml"), await rehearsalRules(ROOT));
    const portal = {
      targets: ["127.0.0.1:1"],
      tokenFile: file("token"),
      rulesFile: file("rules.yml"),
      alertmanager: "127.0.0.1:6",
    };
    const addresses = { exporters: "127.0.0.1:2", prometheus: "127.0.0.1:3", signIn: null, portal };
    const nodes = { "node-a": "127.0.0.1:4", "node-b": "127.0.0.1:5" };
    await writeFile(file("prometheus.yml"), prometheusConfig(addresses, nodes));
    const { stdout } = await promisify(execFile)("promtool", ["check", "config", file("prometheus.yml")]);
    const rules = (await readFile(join(ROOT, "deploy/observability/alerts.yaml"), "utf8")).match(
      /- alert: /g,
    );
    expect(stdout).toContain(`${rules?.length} rules found`);
  } finally {
    await rm(directory, { recursive: true });
  }
});
