import { Client, Pool } from "pg";
import { afterEach, expect, test, vi } from "vitest";
import { freshDatabase } from "./postgres";
import { shiftClock } from "./shifted-clock";
import { keepVacuuming, startVacuumingPostgres } from "./vacuuming-postgres";

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

/** A new database, with an autovacuum worker that is busy in it. */
async function databaseBeingVacuumed() {
  const server = await startVacuumingPostgres();
  stops.push(server.stop);
  vi.stubEnv("TEST_DATABASE_URL", server.url);
  stops.push(async () => void vi.unstubAllEnvs());
  const database = await freshDatabase({ migrated: false });
  await keepVacuuming(database.url);
  return { server, database };
}

test("a database is dropped while others are connected to it and an autovacuum worker is busy in it", async () => {
  const { server, database } = await databaseBeingVacuumed();
  await database.drop();
  const outside = new Client({ connectionString: server.url });
  await outside.connect();
  stops.push(() => outside.end());
  const { rowCount } = await outside.query("SELECT FROM pg_database WHERE datname LIKE 'watchpost_test_%'");
  expect(rowCount).toBe(0);
});

test("a database gets a clock of its own while an autovacuum worker is busy in it", async () => {
  const { database } = await databaseBeingVacuumed();
  stops.push(database.drop);
  const pool = new Pool({ connectionString: database.url, max: 1 });
  stops.push(() => pool.end());
  const setClock = await shiftClock(pool);
  await setClock(Date.UTC(2020, 5, 1));
  const fresh = new Client({ connectionString: database.url });
  await fresh.connect();
  stops.push(() => fresh.end());
  const { rows } = await fresh.query("SELECT extract(year FROM now() AT TIME ZONE 'UTC')::int AS year");
  expect(rows).toEqual([{ year: 2020 }]);
});

test("the server of a run goes on between two databases", async () => {
  const startedAt = async () => {
    const database = await freshDatabase();
    const client = new Client({ connectionString: database.url });
    await client.connect();
    const { rows } = await client.query("SELECT pg_postmaster_start_time()::text AS at");
    await client.end();
    await database.drop();
    return rows[0].at;
  };
  expect(await startedAt()).toBe(await startedAt());
});
