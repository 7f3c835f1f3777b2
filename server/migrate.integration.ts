import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client } from "pg";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { freshDatabase, type TestDatabase } from "@/testing/postgres";
import { MigrationError, migrateDatabase } from "./migrate";

const MIGRATIONS = fileURLToPath(new URL("../prisma/migrations", import.meta.url));
const FIRST = "20261121000000_tenants_and_sessions";

let database: TestDatabase;
let client: Client;
let folder: string;
beforeEach(async () => {
  database = await freshDatabase({ migrated: false });
  client = new Client({ connectionString: database.url });
  await client.connect();
  folder = await mkdtemp(join(tmpdir(), "migrations-"));
  await cp(MIGRATIONS, folder, { recursive: true });
});
afterEach(async () => {
  await client.end();
  await database.drop();
  await rm(folder, { recursive: true });
});

async function addMigration(name: string, sql: string): Promise<void> {
  await mkdir(join(folder, name));
  await writeFile(join(folder, name, "migration.sql"), sql);
}

const tables = async () =>
  (await client.query("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")).rows.map(
    (row) => row.tablename,
  );

const finished = async () =>
  (
    await client.query(
      "SELECT migration_name FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL ORDER BY 1",
    )
  ).rows.map((row) => row.migration_name);

const failure = async () => {
  const error = await migrateDatabase(database.url, { migrationsDir: folder }).catch((caught) => caught);
  expect(error).toBeInstanceOf(MigrationError);
  return (error as MigrationError).message;
};

describe("migrateDatabase", () => {
  test("brings an empty database to the newest migration, and does nothing the second time", async () => {
    const applied = await migrateDatabase(database.url);
    expect(applied[0]).toBe(FIRST);
    expect(await tables()).toEqual(
      expect.arrayContaining(["_prisma_migrations", "definition", "session", "tenant"]),
    );
    expect(await finished()).toEqual(applied);
    expect(await migrateDatabase(database.url)).toEqual([]);
  });

  test("applies each migration once when four replicas start at once", async () => {
    await addMigration("20990101000000_slow", "CREATE TABLE slow (a int); SELECT pg_sleep(0.3);");
    const each = await Promise.all(
      Array.from({ length: 4 }, () => migrateDatabase(database.url, { migrationsDir: folder })),
    );
    expect(each.filter((applied) => applied.length > 0)).toHaveLength(1);
    expect(await finished()).toEqual(each.flat());
  });

  test("runs a script whole: semicolons in comments, texts and function bodies stay what they are", async () => {
    await addMigration(
      "20990101000000_function",
      "-- a; b\nCREATE TABLE t (a text DEFAULT 'x;y');\nCREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 7; END $$;\n",
    );
    await migrateDatabase(database.url, { migrationsDir: folder });
    expect((await client.query("SELECT f()")).rows).toEqual([{ f: 7 }]);
  });

  test("undoes a migration that fails half-way, names it with the server's reason, keeps those before it, and goes on once it is mended", async () => {
    await addMigration("20990101000000_good", "CREATE TABLE good (a int);");
    await addMigration("20990102000000_bad", "CREATE TABLE half (a int);\nINSERT INTO nowhere VALUES (1);");
    const message = await failure();
    expect(message).toBe(
      'The migration 20990102000000_bad failed and was undone: relation "nowhere" does not exist',
    );
    expect(await tables()).toContain("good");
    expect(await tables()).not.toContain("half");
    await writeFile(join(folder, "20990102000000_bad", "migration.sql"), "CREATE TABLE half (a int);");
    expect(await migrateDatabase(database.url, { migrationsDir: folder })).toEqual(["20990102000000_bad"]);
  });

  test("goes on where an earlier start was killed between two migrations", async () => {
    await migrateDatabase(database.url);
    await addMigration("20990101000000_next", "CREATE TABLE next (a int);");
    expect(await migrateDatabase(database.url, { migrationsDir: folder })).toEqual(["20990101000000_next"]);
  });

  test("names a migration that another tool began and never finished, and touches nothing", async () => {
    await migrateDatabase(database.url);
    await client.query("UPDATE _prisma_migrations SET finished_at = NULL WHERE migration_name = $1", [FIRST]);
    await addMigration("20990101000000_next", "CREATE TABLE next (a int);");
    expect(await failure()).toMatch(new RegExp(`^The migration ${FIRST} was begun by another tool`));
    expect(await tables()).not.toContain("next");
  });

  test("refuses a database that holds somebody else's tables, and leaves them alone", async () => {
    await client.query("CREATE TABLE invoices (a int)");
    expect(await failure()).toMatch(/^The database isn't empty and isn't Watchpost's/);
    expect(await tables()).toEqual(["invoices"]);
  });

  test("leaves a database alone that is ahead of this code, as in a roll-out", async () => {
    await addMigration("20990101000000_newer", "CREATE TABLE newer (a int);");
    await migrateDatabase(database.url, { migrationsDir: folder });
    expect(await migrateDatabase(database.url)).toEqual([]);
  });

  describe("with a table that it changes in use by a long transaction, as of a backup", () => {
    const ALTER = "ALTER TABLE tenant ADD COLUMN later TEXT;";
    let reader: Client;
    beforeEach(async () => {
      await migrateDatabase(database.url);
      await addMigration("20990101000000_alters", ALTER);
      reader = new Client({ connectionString: database.url, application_name: "a backup" });
      await reader.connect();
      await reader.query("BEGIN");
      await reader.query("SELECT FROM tenant");
    });
    afterEach(() => reader.end());

    const waiting = async () =>
      (await client.query("SELECT FROM pg_locks WHERE NOT granted AND relation = 'tenant'::regclass"))
        .rowCount;

    test("keeps no other reader waiting for longer than a try, and goes on when it ends", async () => {
      const lines: string[] = [];
      const migrating = migrateDatabase(database.url, {
        migrationsDir: folder,
        patience: { tryMs: 300, pauseMs: 200 },
        report: (line) => lines.push(line),
      });
      for (let tries = 0; tries < 3; tries++) {
        await expect.poll(waiting, { interval: 10 }).toBe(1);
        const begunMs = performance.now();
        await client.query("SELECT FROM tenant");
        expect(performance.now() - begunMs).toBeLessThan(1_500);
      }
      await reader.query("COMMIT");
      expect(await migrating).toEqual(["20990101000000_alters"]);
      expect(lines).toEqual([
        expect.stringMatching(
          /^The migration 20990101000000_alters waits for a table that is in use\. The oldest open transaction is that of the server's process \d+ \(a backup\), since 20\S+Z\.$/,
        ),
      ]);
    });

    test("gives up in time, undone, and names who may be holding it", async () => {
      const error = await migrateDatabase(database.url, {
        migrationsDir: folder,
        patience: { tryMs: 50, pauseMs: 50, giveUpMs: 400 },
      }).catch((caught) => caught);
      expect(error).toBeInstanceOf(MigrationError);
      expect(error.message).toMatch(
        /^The migration 20990101000000_alters was undone: for 0\.4 s other connections kept .+ \(a backup\).+ Let that end, and start again\.$/,
      );
      await reader.query("COMMIT");
      expect(await finished()).not.toContain("20990101000000_alters");
      expect(await migrateDatabase(database.url, { migrationsDir: folder })).toHaveLength(1);
    });
  });

  test("leaves no lock behind", async () => {
    await migrateDatabase(database.url);
    const { rows } = await client.query(
      "SELECT count(*)::int AS held FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
    );
    expect(rows).toEqual([{ held: 0 }]);
  });
});
