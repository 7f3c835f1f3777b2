import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freshDatabase, type TestDatabase } from "@/e2e/services/postgres";
import { prometheusConfig } from "../platform/prometheus/config";
import { rehearsedDatabase } from "./database";
import { startGate } from "./gate";
import { rehearsalRules } from "./start";

const ROOT = join(import.meta.dirname, "../..");

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

  test("of somebody else is never shut", async () => {
    await expect(rehearsedDatabase(database.url, false).setShut(true)).rejects.toThrow(
      "The demo shuts only a database that it started itself.",
    );
  });

  test("locked, a life sign waits and pages can be read; let go, it is written", async () => {
    const rehearsed = rehearsedDatabase(database.url, true);
    const [worker, page] = await Promise.all([connected(), connected()]);
    await rehearsed.setLocked(true);
    let written = false;
    const beat = worker
      .query(
        "INSERT INTO worker_heartbeat (id, started_at, seen_at, version) VALUES (gen_random_uuid(), now(), now(), '1')",
      )
      .then(() => {
        written = true;
      });
    const waits = "SELECT count(*)::int AS count FROM pg_stat_activity WHERE wait_event_type = 'Lock'";
    await expect.poll(async () => (await page.query(waits)).rows[0].count).toBeGreaterThan(0);
    expect((await page.query("SELECT count(*)::int AS count FROM worker_heartbeat")).rows).toEqual([
      { count: 0 },
    ]);
    expect(written).toBe(false);
    await rehearsed.setLocked(false);
    await beat;
    await Promise.all([worker.end(), page.end()]);
  });
});

test("a line that is cut ends what runs over it, and passes everything once it is mended", async () => {
  const server = createServer((_, response) => response.end("here")).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const gate = await startGate(typeof address === "object" && address ? address.port : 0);
  const ask = () => fetch(`http://127.0.0.1:${gate.port}/`).then((response) => response.text());
  expect(await ask()).toBe("here");
  gate.setCut(true);
  await expect(ask()).rejects.toThrow();
  gate.setCut(false);
  expect(await ask()).toBe("here");
  await gate.stop();
  server.close();
  server.closeAllConnections();
});

test("Prometheus takes the configuration with the portal in it, and the shortened rules", async () => {
  const directory = await mkdtemp(join(tmpdir(), "watchpost-rehearsal-"));
  try {
    const file = (name: string) => join(directory, name);
    await writeFile(file("token"), "a token");
    await writeFile(file("rules.yml"), await rehearsalRules(ROOT));
    const portal = { targets: ["127.0.0.1:1"], tokenFile: file("token"), rulesFile: file("rules.yml") };
    const addresses = { exporters: "127.0.0.1:2", prometheus: "127.0.0.1:3", signIn: null, portal };
    const nodes = { "node-a": "127.0.0.1:4", "node-b": "127.0.0.1:5" };
    await writeFile(file("prometheus.yml"), prometheusConfig(addresses, nodes));
    const { stdout } = await promisify(execFile)("promtool", ["check", "config", file("prometheus.yml")]);
    expect(stdout).toContain("13 rules found");
  } finally {
    await rm(directory, { recursive: true });
  }
});
