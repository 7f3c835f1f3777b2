import { createHash, randomUUID } from "node:crypto";
import type { Client } from "pg";

/** A migration of this build: the name of its folder and the text of its migration.sql. */
export type Migration = { name: string; sql: string };

/**
 * Prisma's table of applied migrations. Prisma's tools read it too, so its name, columns and contents are
 * Prisma's.
 */
export const MIGRATIONS_TABLE = "_prisma_migrations";

/** The table exactly as Prisma creates it. No migration creates it. */
export const CREATE_MIGRATIONS_TABLE = `CREATE TABLE "${MIGRATIONS_TABLE}" (
    "id" VARCHAR(36) PRIMARY KEY NOT NULL,
    "checksum" VARCHAR(64) NOT NULL,
    "finished_at" TIMESTAMPTZ,
    "migration_name" VARCHAR(255) NOT NULL,
    "logs" TEXT,
    "rolled_back_at" TIMESTAMPTZ,
    "started_at" TIMESTAMPTZ NOT NULL DEFAULT now(),
    "applied_steps_count" INTEGER NOT NULL DEFAULT 0
);`;

/** What counts as a table to Prisma: ordinary ones, in the schema that the connection creates tables in. */
const TABLES = `SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind = 'r' AND n.nspname = current_schema()`;

/** A migration that was rolled back and not applied again is neither applied nor unfinished. */
const RECORDS = `SELECT migration_name AS name, finished_at IS NOT NULL AS finished FROM ${MIGRATIONS_TABLE}
  WHERE rolled_back_at IS NULL ORDER BY started_at`;

const RECORD_START = `INSERT INTO ${MIGRATIONS_TABLE} (id, checksum, migration_name, started_at)
  VALUES ($1, $2, $3, clock_timestamp())`;
const RECORD_END = `UPDATE ${MIGRATIONS_TABLE}
  SET finished_at = clock_timestamp(), applied_steps_count = applied_steps_count + 1 WHERE id = $1`;

/**
 * What a database says about its migrations.
 * - empty: no tables at all
 * - foreign: tables, but no record of migrations. Prisma refuses such a database too (P3005).
 * - recorded: `applied` are those that must not run again, `unfinished` those that started and neither ended
 *   nor were rolled back
 */
export type MigrationRecords =
  | { kind: "empty" | "foreign" }
  | { kind: "recorded"; applied: ReadonlySet<string>; unfinished: string[] };

/** Reads what a database says about its migrations, on a connection that holds the migration lock. */
export async function readMigrationRecords(client: Client): Promise<MigrationRecords> {
  const { rows: tables } = await client.query<{ name: string }>(TABLES);
  if (tables.length === 0) return { kind: "empty" };
  if (!tables.some(({ name }) => name === MIGRATIONS_TABLE)) return { kind: "foreign" };
  const { rows } = await client.query<{ name: string; finished: boolean }>(RECORDS);
  return {
    kind: "recorded",
    applied: new Set(rows.map(({ name }) => name)),
    unfinished: rows.filter(({ finished }) => !finished).map(({ name }) => name),
  };
}

/**
 * Runs a migration's script and records it as Prisma does, inside the caller's transaction.
 *
 * The script goes to the server in one piece, so that PostgreSQL itself finds the statements in it. The
 * record comes first: if a script ends the transaction by itself, a crash after that leaves an unfinished
 * record.
 * @throws the driver's error; the caller rolls back
 */
export async function runMigration(client: Client, { name, sql }: Migration): Promise<void> {
  const id = randomUUID();
  const checksum = createHash("sha256").update(sql).digest("hex");
  await client.query(RECORD_START, [id, checksum, name]);
  await client.query(sql);
  await client.query(RECORD_END, [id]);
}
