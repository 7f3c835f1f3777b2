import { Client } from "pg";
import { afterEach, expect, test } from "vitest";
import { startPgBouncer } from "@/testing/pgbouncer";
import { freshDatabase } from "@/testing/postgres";
import { waitForDatabase } from "./wait-for-database";

// Debian's PgBouncer, which .ci/run installs.

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});
const waited = (url: string, lines: string[] = []) =>
  waitForDatabase(url, { timeoutMs: 30_000, report: (line) => lines.push(line) });

test("PgBouncer in transaction mode is refused with its reason, and leaves no lock behind", async () => {
  const database = await freshDatabase();
  stops.push(database.drop);
  const pooler = await startPgBouncer(database.url, "transaction");
  stops.push(pooler.stop);
  await expect(waited(pooler.url)).rejects.toThrow(
    /is behind a pooler that shares sessions[\s\S]+pool_mode = session/,
  );
  const direct = new Client({ connectionString: database.url });
  await direct.connect();
  const { rowCount } = await direct.query(
    `SELECT FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  );
  await direct.end();
  expect(rowCount).toBe(0);
});

test("PgBouncer in session mode is as good as PostgreSQL itself", async () => {
  const database = await freshDatabase();
  stops.push(database.drop);
  const pooler = await startPgBouncer(database.url, "session");
  stops.push(pooler.stop);
  const lines: string[] = [];
  await waited(pooler.url, lines);
  expect(lines).toEqual([]);
});
