import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { setPortalEnvironment } from "@/e2e/services/portal-environment";
import { freshDatabase, type TestDatabase } from "@/e2e/services/postgres";
import { startPrometheus, type TestPrometheus } from "@/e2e/services/prometheus";
import { closeDatabase } from "@/lib/db";
import { readReadiness } from "./readiness";

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

test("a Prometheus that is down degrades, without a word of where it is", async () => {
  await prometheus.stop();
  const report = await readReadiness();
  expect(report.degraded).toEqual(["The platform's metrics can't be reached right now."]);
  expect(report.missing).toEqual([expect.stringMatching(NO_DEFINITIONS)]);
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
  const report = await readReadiness();
  expect(report.missing).toEqual([expect.stringContaining("The database can't be reached.")]);
  expect(JSON.stringify(report)).not.toMatch(/127\.0\.0\.1|postgres:\/\/|postgresql:\/\//);
});
