import { Client } from "pg";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { closeDatabase, connectionPool } from "@/lib/infra/db";
import { log } from "@/lib/infra/log";
import { setPortalEnvironment } from "@/testing/portal-environment";
import { freshDatabase, type TestDatabase } from "@/testing/postgres";
import { startPrometheus, type TestPrometheus } from "@/testing/prometheus";
import { readReadiness } from "./readiness";
import { readinessStore } from "./store";

let database: TestDatabase;
let prometheus: TestPrometheus;
let sql: Client;

// One process, one environment: the tests below take away one thing after the other, and nothing is put back.
beforeAll(async () => {
  [database, prometheus] = await Promise.all([freshDatabase(), startPrometheus()]);
  sql = new Client({ connectionString: database.url });
  await sql.connect();
  setPortalEnvironment({ DATABASE_URL: database.url, PROMETHEUS_URL: prometheus.url });
});

afterAll(async () => {
  await closeDatabase();
  await sql?.end();
  await prometheus?.stop();
  await database?.drop();
});

const NO_DEFINITIONS = /^No definitions have been applied\./;

test("a migrated database without definitions isn't ready, and that is all that is named", async () => {
  const report = await readReadiness();
  expect(report).toMatchObject({ ready: false, degraded: [] });
  expect(report.missing).toEqual([expect.stringMatching(NO_DEFINITIONS)]);
});

test("a database that hangs is not reachable, and is once it goes on", async () => {
  await expect.poll(readinessStore.isDatabaseReachable).toBe(true);
  // Every connection of the pool waits for a row that somebody else holds.
  await sql.query("BEGIN");
  await sql.query("LOCK TABLE tenant IN ACCESS EXCLUSIVE MODE");
  const waiting = Array.from({ length: 10 }, () => connectionPool().query("SELECT count(*) FROM tenant"));
  expect(await readinessStore.isDatabaseReachable()).toBe(false);
  await sql.query("ROLLBACK");
  await Promise.all(waiting);
  await expect.poll(readinessStore.isDatabaseReachable).toBe(true);
});

test("a Prometheus that is down degrades, without a word of where it is", async () => {
  await prometheus.stop();
  const report = await readReadiness();
  expect(report.degraded).toEqual(["The platform's metrics can't be reached right now."]);
  expect(report.missing).toEqual([expect.stringMatching(NO_DEFINITIONS)]);
});

test("a record of migrations that can't be read is logged: to a load balancer it looks like no database", async () => {
  await sql.query("ALTER TABLE _prisma_migrations RENAME COLUMN migration_name TO elsewhere");
  const logged = vi.spyOn(log, "error");
  const report = await readReadiness();
  expect(report.missing).toEqual([expect.stringContaining("The database can't be reached.")]);
  expect(logged.mock.calls).toMatchObject([[{ err: { code: "42703" } }, expect.any(String)]]);
  logged.mockRestore();
  await sql.query("ALTER TABLE _prisma_migrations RENAME COLUMN elsewhere TO migration_name");
});

test("a migration that the database lacks is named", async () => {
  const { rows } = await sql.query("DELETE FROM _prisma_migrations RETURNING migration_name");
  const { missing } = await readReadiness();
  expect(missing).toHaveLength(1);
  for (const { migration_name } of rows) expect(missing[0]).toContain(migration_name);
  await sql.query("DROP TABLE _prisma_migrations");
  expect((await readReadiness()).missing).toEqual(missing);
});

test("a database that can't be reached is named, without its address or its password", async () => {
  await closeDatabase();
  const dead = new URL(database.url);
  dead.port = "9";
  process.env.DATABASE_URL = dead.href;
  expect(await readinessStore.isDatabaseReachable()).toBe(false);
  const report = await readReadiness();
  expect(report.missing).toEqual([expect.stringContaining("The database can't be reached.")]);
  expect(JSON.stringify(report)).not.toMatch(/127\.0\.0\.1|postgres:\/\/|postgresql:\/\//);
});
