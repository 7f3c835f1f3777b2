import { appendFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Client } from "pg";
import { afterEach, expect, test, vi } from "vitest";
import { startEmbeddedPostgres } from "@/server/embedded";
import { freshDatabase } from "./postgres";

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
  vi.unstubAllEnvs();
});

/** Vacuums itself as soon as it can, and takes its time over it. */
const SLOWLY_VACUUMED = `CREATE TABLE slowly_vacuumed (n int) WITH (autovacuum_vacuum_threshold = 1,
  autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_cost_delay = 100, autovacuum_vacuum_cost_limit = 1)`;

async function connect(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  client.on("error", () => {}); // the drop of its database ends it
  await client.connect();
  return client;
}

test("a database is dropped while others are connected to it and an autovacuum worker is busy in it", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "watchpost-postgres-"));
  stops.push(() => rm(folder, { recursive: true }));
  const dataDir = path.join(folder, "postgres");
  const server = await startEmbeddedPostgres({ dataDir, durable: false });
  stops.push(server.stop);
  await appendFile(path.join(dataDir, "data/postgresql.conf"), "autovacuum_naptime = 1s\n");
  const [pid] = (await readFile(path.join(dataDir, "data/postmaster.pid"), "utf8")).split("\n");
  process.kill(Number(pid), "SIGHUP");
  vi.stubEnv("TEST_DATABASE_URL", server.url);

  const database = await freshDatabase({ migrated: false });
  const inside = await connect(database.url);
  await inside.query(SLOWLY_VACUUMED);
  await inside.query("INSERT INTO slowly_vacuumed SELECT generate_series(1, 100000)");
  await inside.query("DELETE FROM slowly_vacuumed");
  const others = () =>
    inside.query(
      "SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
    );
  await vi.waitFor(async () => expect((await others()).rowCount).toBe(1), { timeout: 60_000, interval: 50 });

  await database.drop();
  const outside = await connect(server.url);
  stops.push(() => outside.end());
  const { rowCount } = await outside.query("SELECT FROM pg_database WHERE datname LIKE 'watchpost_test_%'");
  expect(rowCount).toBe(0);
});
