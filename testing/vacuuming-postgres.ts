import { appendFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { startEmbeddedPostgres } from "../server/embedded";

const VACUUMED_WITHIN_MS = 60_000;
/** Vacuums itself as soon as it can, and takes its time over it. */
const SLOWLY_VACUUMED = `CREATE TABLE slowly_vacuumed (n int) WITH (autovacuum_vacuum_threshold = 1,
  autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_cost_delay = 100, autovacuum_vacuum_cost_limit = 1)`;

/** A PostgreSQL of its own that looks each second for a table to vacuum. */
export async function startVacuumingPostgres(): Promise<{ url: string; stop(): Promise<void> }> {
  const folder = await mkdtemp(path.join(tmpdir(), "watchpost-postgres-"));
  const dataDir = path.join(folder, "postgres");
  const server = await startEmbeddedPostgres({ dataDir, durable: false });
  await appendFile(path.join(dataDir, "data/postgresql.conf"), "autovacuum_naptime = 1s\n");
  const [pid] = (await readFile(path.join(dataDir, "data/postmaster.pid"), "utf8")).split("\n");
  process.kill(Number(pid), "SIGHUP");
  const stop = async () => {
    await server.stop();
    await rm(folder, { recursive: true });
  };
  return { url: server.url, stop };
}

/** Keeps an autovacuum worker busy in a database of that server. @returns once it is there, with a connection of ours beside it */
export async function keepVacuuming(databaseUrl: string): Promise<Client> {
  const client = new Client({ connectionString: databaseUrl });
  client.on("error", () => {}); // a caller that ends all connections ends this one
  await client.connect();
  await client.query(SLOWLY_VACUUMED);
  await client.query("INSERT INTO slowly_vacuumed SELECT generate_series(1, 100000)");
  await client.query("DELETE FROM slowly_vacuumed");
  const deadlineMs = performance.now() + VACUUMED_WITHIN_MS;
  for (;;) {
    const { rowCount } = await client.query(
      "SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
    );
    if (rowCount === 1) return client;
    if (performance.now() > deadlineMs) throw new Error("No autovacuum worker came.");
    await sleep(50);
  }
}
