import { Client } from "pg";
import { afterEach, expect, test, vi } from "vitest";
import { freshDatabase } from "./postgres";
import { keepVacuuming, startVacuumingPostgres } from "./vacuuming-postgres";

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

test("a database is dropped while others are connected to it and an autovacuum worker is busy in it", async () => {
  const server = await startVacuumingPostgres();
  stops.push(server.stop);
  vi.stubEnv("TEST_DATABASE_URL", server.url);
  stops.push(async () => void vi.unstubAllEnvs());
  const database = await freshDatabase({ migrated: false });
  await keepVacuuming(database.url);
  await database.drop();
  const outside = new Client({ connectionString: server.url });
  await outside.connect();
  stops.push(() => outside.end());
  const { rowCount } = await outside.query("SELECT FROM pg_database WHERE datname LIKE 'watchpost_test_%'");
  expect(rowCount).toBe(0);
});
