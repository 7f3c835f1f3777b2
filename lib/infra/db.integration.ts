import { Pool } from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { startBreakingProxy } from "@/testing/breaking-proxy";
import { freshDatabase, type TestDatabase } from "@/testing/postgres";
import { type Database, databaseOf } from "./db";
import { statementsOf } from "./statement";

const statement = statementsOf<{
  NOTE: { values: [string]; row: Record<never, never> };
  NOTES: { values: []; row: { text: string } };
  PROCESS: { values: []; row: { pid: number } };
  FIRST_NUMBERS: { values: [number]; row: { number: number; sort: string } };
}>();
const NOTE = statement("NOTE")`INSERT INTO note VALUES ($1)`;
const NOTES = statement("NOTES")`SELECT text FROM note`;
const PROCESS = statement("PROCESS")`SELECT pg_backend_pid() AS pid`;
const FIRST_NUMBERS = statement("FIRST_NUMBERS", {
  settings: "SELECT set_config('enable_sort', 'off', true)",
})`
  SELECT number, current_setting('enable_sort') AS sort FROM generate_series(1, 9) AS number LIMIT $1`;

let postgres: TestDatabase;
let pool: Pool;
let db: Database;
beforeAll(async () => {
  postgres = await freshDatabase();
  pool = new Pool({ connectionString: postgres.url });
  pool.on("error", () => {});
  db = databaseOf(pool);
  await pool.query("CREATE TABLE note (text text)");
});
afterAll(async () => {
  await db?.close();
  await postgres?.drop();
});
beforeEach(() => pool.query("TRUNCATE note"));

const notes = () => db.rows(NOTES);

test("a transaction is written whole, and not at all where its work fails", async () => {
  expect(
    await db.transaction(async (tx) => {
      await tx.run(NOTE, "kept");
      return "done";
    }),
  ).toBe("done");
  const failing = db.transaction(async (tx) => {
    await tx.run(NOTE, "lost");
    throw new Error("no");
  });
  await expect(failing).rejects.toThrow("no");
  expect(await notes()).toEqual([{ text: "kept" }]);
});

test("a transaction whose result isn't to be kept is rolled back, and its result is known", async () => {
  const work = db.transaction(
    async (tx) => {
      await tx.run(NOTE, "lost");
      return "lost";
    },
    { isKept: (result) => result !== "lost" },
  );
  expect(await work).toBe("lost");
  expect(await notes()).toEqual([]);
});

test("work within a transaction joins it", async () => {
  const failing = db.transaction(async (tx) => {
    await tx.transaction((inner) => inner.run(NOTE, "lost"));
    throw new Error("no");
  });
  await expect(failing).rejects.toThrow("no");
  expect(await notes()).toEqual([]);
});

test("a connection that is ended between two statements fails the transaction and not the process, and the next one has another", async () => {
  const broken = db.transaction(async (tx) => {
    const [process] = await tx.rows(PROCESS);
    await pool.query("SELECT pg_terminate_backend($1, 60000)", [process?.pid]);
    await tx.run(NOTE, "lost");
  });
  await expect(broken).rejects.toThrow(/not queryable|connection|terminat/i);
  await db.transaction((tx) => tx.run(NOTE, "next"));
  expect(await notes()).toEqual([{ text: "next" }]);
});

test("a COMMIT whose answer is lost throws what the caller says, with the cause", async () => {
  const proxy = await startBreakingProxy(postgres.url);
  const behind = new Pool({ connectionString: proxy.url });
  behind.on("error", () => {});
  try {
    proxy.breakNextCommit("after");
    const unclear = databaseOf(behind).transaction((tx) => tx.run(NOTE, "written"), {
      commitFailed: (cause) => new Error("unclear", { cause }),
    });
    await expect(unclear).rejects.toMatchObject({ message: "unclear", cause: expect.any(Error) });
    expect(await notes()).toEqual([{ text: "written" }]);
  } finally {
    await behind.end();
    await proxy.stop();
  }
});

test("a statement with settings runs with them, its numbers stand in its text, and the settings end with it", async () => {
  expect(await db.rows(FIRST_NUMBERS, 2)).toEqual([
    { number: 1, sort: "off" },
    { number: 2, sort: "off" },
  ]);
  expect((await pool.query("SHOW enable_sort")).rows).toEqual([{ enable_sort: "on" }]);
  await expect(db.rows(FIRST_NUMBERS, Number.NaN)).rejects.toThrow(RangeError);
  await expect(db.rows(FIRST_NUMBERS, "1; DROP TABLE note" as never)).rejects.toThrow(RangeError);
});
