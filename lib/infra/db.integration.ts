import { Pool } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freshDatabase, type TestDatabase } from "@/testing/postgres";
import { inTransaction } from "./db";

let postgres: TestDatabase;
let pool: Pool;
beforeAll(async () => {
  postgres = await freshDatabase();
  pool = new Pool({ connectionString: postgres.url });
  pool.on("error", () => {});
  await pool.query("CREATE TABLE note (text text)");
});
afterAll(async () => {
  await pool?.end();
  await postgres?.drop();
});

const notes = async () => (await pool.query<{ text: string }>("SELECT text FROM note")).rows;

test("a transaction is written whole, and not at all where its work fails", async () => {
  expect(
    await inTransaction(pool, async (client) => {
      await client.query("INSERT INTO note VALUES ('kept')");
      return "done";
    }),
  ).toBe("done");
  const failing = inTransaction(pool, async (client) => {
    await client.query("INSERT INTO note VALUES ('lost')");
    throw new Error("no");
  });
  await expect(failing).rejects.toThrow("no");
  expect(await notes()).toEqual([{ text: "kept" }]);
});

test("a connection that is ended between two statements fails the transaction and not the process, and the next one has another", async () => {
  const broken = inTransaction(pool, async (client) => {
    const { rows } = await client.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
    // events.once would reject by the error that comes before the end, maybe while nobody waits for it yet.
    const ended = new Promise<void>((resolve) => client.once("end", resolve));
    await pool.query("SELECT pg_terminate_backend($1)", [rows[0]?.pid]);
    await ended;
    await client.query("INSERT INTO note VALUES ('lost')");
  });
  await expect(broken).rejects.toThrow(/not queryable|connection/i);
  await inTransaction(pool, (client) => client.query("INSERT INTO note VALUES ('next')"));
  expect(await notes()).toEqual([{ text: "kept" }, { text: "next" }]);
});
