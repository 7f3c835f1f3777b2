import { Client } from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type BreakingProxy, startBreakingProxy } from "@/testing/breaking-proxy";
import { freshDatabase, type TestDatabase } from "@/testing/postgres";
import { isDatabaseAway } from "./database-away";
import { closeDatabase, database, isDatabaseAnsweringAnew } from "./db";
import { statementsOf } from "./statement";

// A database whose node is lost, or whose line stalls: nothing is refused and nothing ends, there are just no
// answers any more.

const statement = statementsOf<{
  PROCESS: { values: []; row: { pid: number } };
  LOCK: { values: []; row: Record<never, never> };
  READ_ONLY: { values: []; row: Record<never, never> };
  WRITE: { values: []; row: Record<never, never> };
  LONG: { values: []; row: Record<never, never> };
}>();
const PROCESS = statement("PROCESS")`SELECT pg_backend_pid() AS pid, pg_sleep(0.1)`;
const LOCK = statement("LOCK")`SELECT pg_advisory_xact_lock(815)`;
const READ_ONLY = statement("READ_ONLY")`SET default_transaction_read_only = on`;
const WRITE = statement("WRITE")`DELETE FROM worker_heartbeat`;
const LONG = statement("LONG", { withinMs: 300 })`SELECT pg_sleep(600) AS "long, of the test"`;
const LOST_WITHIN_MS = 10_000;

let postgres: TestDatabase;
let proxy: BreakingProxy;
beforeEach(async () => {
  postgres = await freshDatabase();
  proxy = await startBreakingProxy(postgres.url);
  await closeDatabase();
  process.env.DATABASE_URL = proxy.url;
});
afterEach(async () => {
  await closeDatabase();
  await proxy.stop();
  await postgres.drop();
});

const failure = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: unknown) => error,
  );

test("a pool whose connections went silent is given up as one: the first answer that doesn't come costs the only wait", async () => {
  const pids = await Promise.all([1, 2, 3].map(() => database.rows(PROCESS)));
  expect(new Set(pids.flat().map(({ pid }) => pid)).size).toBe(3);
  proxy.silence();
  expect(await isDatabaseAnsweringAnew()).toBe(true);
  expect(isDatabaseAway(await failure(database.rows(PROCESS)))).toBe(true);
  const begunMs = performance.now();
  await Promise.all([1, 2, 3].map(() => database.rows(PROCESS)));
  expect(performance.now() - begunMs).toBeLessThan(LOST_WITHIN_MS);
});

test("a pool that leads to a server which takes no writes is given up, so that the next write finds the primary", async () => {
  await database.run(READ_ONLY);
  expect(await failure(database.run(WRITE))).toMatchObject({ code: "25006" });
  expect(await database.run(WRITE)).toBe(0);
});

test("a statement that was given up ends at the server as well, so that a slow server isn't asked ever more", async () => {
  const beside = new Client(postgres.url);
  await beside.connect();
  const asked = async () =>
    (
      await beside.query(
        "SELECT count(*)::int AS many FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%long, of the test%' AND pid <> pg_backend_pid()",
      )
    ).rows[0].many;
  try {
    expect(isDatabaseAway(await failure(database.rows(LONG)))).toBe(true);
    expect(await asked()).toBe(1);
    await expect.poll(asked).toBe(0);
  } finally {
    await beside.end();
  }
});

test("Prisma's client is on the new pool as well", async () => {
  await database.prisma.tenant.findMany();
  proxy.silence();
  expect(isDatabaseAway(await failure(database.run(PROCESS)))).toBe(true);
  expect(await database.prisma.tenant.findMany()).toEqual([]);
});

test("a database that accepts connections and says nothing is away, and not waited for", async () => {
  proxy.silence(true);
  expect(await isDatabaseAnsweringAnew()).toBe(false);
  expect(isDatabaseAway(await failure(database.run(PROCESS)))).toBe(true);
  proxy.mend();
  expect(await database.rows(PROCESS)).toHaveLength(1);
});

test("whoever goes silent within a transaction loses its locks within ten seconds", async () => {
  const waiting = new Client({ connectionString: postgres.url });
  await waiting.connect();
  const lost = await failure(
    database.transaction(async (tx) => {
      await tx.run(LOCK);
      proxy.silence();
      const begunMs = performance.now();
      await waiting.query("SELECT pg_advisory_lock(815)");
      expect(performance.now() - begunMs).toBeLessThan(LOST_WITHIN_MS);
      await tx.run(PROCESS);
    }),
  );
  expect(isDatabaseAway(lost)).toBe(true);
  await waiting.end();
});
