import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client } from "pg";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { freshDatabase, type TestDatabase } from "@/testing/postgres";
import { MigrationError, migrateDatabase } from "./migrate";
import { CREATE_MIGRATIONS_TABLE } from "./migration-records";
import { PRISMA_ENGINE_RECORDS } from "./prisma-engine-records.fixture";

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

  // What Prisma counts as not empty (P3005), tried with its engine.
  test.each([
    ["an unlogged table", "CREATE UNLOGGED TABLE other (a int)"],
    [
      "a partition of a table",
      "CREATE TABLE other (a int) PARTITION BY RANGE (a); CREATE TABLE part PARTITION OF other DEFAULT",
    ],
  ])("refuses a database with %s", async (_, sql) => {
    await client.query(sql);
    expect(await failure()).toMatch(/^The database isn't empty and isn't Watchpost's/);
  });

  test.each([
    ["a view", "CREATE VIEW other AS SELECT 1 AS a"],
    ["a sequence", "CREATE SEQUENCE other"],
    ["a function", "CREATE FUNCTION other() RETURNS int LANGUAGE sql AS 'SELECT 1'"],
    ["an enum", "CREATE TYPE other AS ENUM ('a')"],
    ["a partitioned table without partitions", "CREATE TABLE other (a int) PARTITION BY RANGE (a)"],
    ["a table in another schema", "CREATE SCHEMA other; CREATE TABLE other.invoices (a int)"],
    [
      "another program's record of migrations in another schema",
      `CREATE SCHEMA other; SET search_path = other; ${CREATE_MIGRATIONS_TABLE}`,
    ],
    ["a record of migrations that is empty", CREATE_MIGRATIONS_TABLE],
  ])("accepts a database with no more than %s", async (_, sql) => {
    await client.query(sql);
    await client.query("RESET search_path");
    expect(await migrateDatabase(database.url)).toContain(FIRST);
  });

  test("creates everything in the schema that the connection's search path names first", async () => {
    await client.query('CREATE SCHEMA "Own"');
    const url = new URL(database.url);
    url.searchParams.set("options", '-c search_path="Own"');
    expect(await migrateDatabase(url.href)).toContain(FIRST);
    expect(await migrateDatabase(url.href)).toEqual([]);
    expect(await tables()).toEqual([]);
  });

  test("applies a migration again that another tool marked as rolled back", async () => {
    await migrateDatabase(database.url);
    await addMigration("20990101000000_next", "CREATE TABLE next (a int);");
    await client.query(
      "INSERT INTO _prisma_migrations (id, checksum, migration_name, rolled_back_at) VALUES ('x', 'y', '20990101000000_next', now())",
    );
    expect(await migrateDatabase(database.url, { migrationsDir: folder })).toEqual(["20990101000000_next"]);
    expect(await migrateDatabase(database.url, { migrationsDir: folder })).toEqual([]);
  });

  test("doesn't apply a migration again whose file changed since, and goes on with the next", async () => {
    await migrateDatabase(database.url);
    await writeFile(join(folder, FIRST, "migration.sql"), "SELECT nothing FROM nowhere;");
    await addMigration("20990101000000_next", "CREATE TABLE next (a int);");
    expect(await migrateDatabase(database.url, { migrationsDir: folder })).toEqual(["20990101000000_next"]);
  });

  test("leaves a database alone that is ahead of this code, as in a roll-out", async () => {
    await addMigration("20990101000000_newer", "CREATE TABLE newer (a int);");
    await migrateDatabase(database.url, { migrationsDir: folder });
    expect(await migrateDatabase(database.url)).toEqual([]);
  });

  describe("records migrations as Prisma does", () => {
    test("in rows of the same shape", async () => {
      const beganMs = Date.now();
      const applied = await migrateDatabase(database.url);
      const { rows } = await client.query("SELECT * FROM _prisma_migrations ORDER BY started_at");
      expect(rows.map((row) => row.migration_name)).toEqual(applied);
      expect(new Set(rows.map((row) => row.id)).size).toBe(rows.length);
      for (const row of rows) {
        expect(row).toEqual({
          id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
          checksum: expect.stringMatching(/^[0-9a-f]{64}$/),
          migration_name: expect.any(String),
          logs: null,
          rolled_back_at: null,
          started_at: expect.any(Date),
          finished_at: expect.any(Date),
          applied_steps_count: 1,
        });
        expect(row.started_at.getTime()).toBeGreaterThan(beganMs - 60_000);
        expect(row.finished_at.getTime()).toBeGreaterThanOrEqual(row.started_at.getTime());
      }
    });

    test("with the checksums that its engine wrote, so that landed migrations count as unchanged", async () => {
      await migrateDatabase(database.url);
      const { rows } = await client.query(
        "SELECT migration_name, checksum FROM _prisma_migrations WHERE migration_name = ANY($1) ORDER BY 1",
        [PRISMA_ENGINE_RECORDS.map(({ migration_name }) => migration_name)],
      );
      expect(rows).toEqual(
        PRISMA_ENGINE_RECORDS.map(({ migration_name, checksum }) => ({ migration_name, checksum })),
      );
    });

    test("and finds nothing to do where its engine migrated", async () => {
      await migrateDatabase(database.url);
      for (const { id, checksum, migration_name, started_at, finished_at } of PRISMA_ENGINE_RECORDS) {
        await client.query("DELETE FROM _prisma_migrations WHERE migration_name = $1", [migration_name]);
        await client.query(
          `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
           VALUES ($1, $2, $3, $4, $5, 1)`,
          [id, checksum, migration_name, started_at, finished_at],
        );
      }
      expect(await migrateDatabase(database.url)).toEqual([]);
      await addMigration("20990101000000_next", "CREATE TABLE next (a int);");
      expect(await migrateDatabase(database.url, { migrationsDir: folder })).toEqual(["20990101000000_next"]);
    });

    test("and waits for the lock that its tools take", async () => {
      await client.query("SELECT pg_advisory_lock(72707369)");
      const migrating = migrateDatabase(database.url);
      const waiting = async () =>
        (
          await client.query(
            "SELECT FROM pg_locks WHERE NOT granted AND locktype = 'advisory' AND objid = 72707369 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
          )
        ).rowCount;
      await expect.poll(waiting, { interval: 20 }).toBe(1);
      expect(await tables()).toEqual([]);
      await client.query("SELECT pg_advisory_unlock(72707369)");
      expect(await migrating).toContain(FIRST);
    });
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
        await client.query("SELECT FROM tenant"); // the transaction in its way lasts for ever
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

  test("throws a mistake of our own as it is, with its stack, and not as the database's fault", async () => {
    await migrateDatabase(database.url);
    await addMigration("20990101000000_alters", "ALTER TABLE tenant ADD COLUMN later TEXT;");
    await client.query("BEGIN");
    await client.query("SELECT FROM tenant");
    const mistake = new TypeError("a mistake");
    const migrating = migrateDatabase(database.url, {
      migrationsDir: folder,
      patience: { tryMs: 50, pauseMs: 50 },
      report: () => {
        throw mistake;
      },
    });
    await expect(migrating).rejects.toBe(mistake);
    await client.query("COMMIT");
  });

  test("says in one sentence that the server can't be reached", async () => {
    const nobody = new URL(database.url);
    nobody.port = "9";
    await expect(migrateDatabase(nobody.href)).rejects.toThrow(
      new MigrationError("The database could not be migrated: connect ECONNREFUSED 127.0.0.1:9"),
    );
  });

  test("leaves no lock behind", async () => {
    await migrateDatabase(database.url);
    const { rows } = await client.query(
      "SELECT count(*)::int AS held FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
    );
    expect(rows).toEqual([{ held: 0 }]);
  });
});
