import { randomBytes } from "node:crypto";
import { createWriteStream } from "node:fs";
import { readdir, readFile, rename, rm } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { Client, escapeIdentifier, escapeLiteral } from "pg";
import { MAINTENANCE_LIMITS } from "@/lib/infra/connections";
import { isDatabaseError } from "@/lib/infra/database-error";
import { MIGRATIONS_FOLDER } from "../../server/migrate";
import { CREATE_MIGRATIONS_TABLE, MIGRATIONS_TABLE } from "../../server/migration-records";
import { foldEnumValues } from "./fold-enum-values";
import { BackupError, type BackupHead, headText, isSystemError, partText, tailText } from "./format";

/** Rows in one statement: mails are tens of kilobytes each. */
const ROWS_AT_ONCE = 100;

/** So that every value is written as text that reads the same on any server. */
const SETTINGS = `SET client_encoding = 'UTF8'; SET standard_conforming_strings = on; SET datestyle = 'ISO'; SET timezone = 'UTC';
  SET bytea_output = 'hex'; SET extra_float_digits = 1; SET statement_timeout = 0; SET lock_timeout = '60s'`;

/** Tables with their columns, of the schema that the portal works in. */
const TABLES = `
  SELECT c.relname AS name, array_agg(a.attname::text ORDER BY a.attnum) AS columns,
    ARRAY(SELECT DISTINCT r.relname::text FROM pg_constraint f JOIN pg_class r ON r.oid = f.confrelid
      WHERE f.conrelid = c.oid AND f.contype = 'f' AND r.oid <> c.oid) AS refers
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
  WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.classid = 'pg_class'::regclass AND d.deptype = 'e')
  GROUP BY c.oid ORDER BY c.relname`;

const SEQUENCES = `
  SELECT sequencename AS name, last_value AS at FROM pg_sequences
  WHERE schemaname = current_schema() AND last_value IS NOT NULL ORDER BY 1`;

type Table = { name: string; columns: string[]; refers: string[] };
export type Backup = { madeAt: string; rows: Record<string, number> };

/**
 * Writes the whole database into a new file: one snapshot, while web and worker go on.
 *
 * The file appears whole or not at all, and only its owner may read it: it holds addresses and the words of mails.
 * @param url leads to PostgreSQL itself, not to a pooler that shares connections between transactions
 * @throws BackupError when there is nothing to back up, the database is ahead of this build, or the file can't be written
 */
export async function writeBackup(url: string, file: string): Promise<Backup> {
  const client = new Client({ ...MAINTENANCE_LIMITS, connectionString: url });
  client.on("error", () => {}); // the next statement meets the lost connection and says so
  const draft = `${file}.part`;
  try {
    await client.connect();
    await client.query(SETTINGS);
    await client.query("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY");
    const made: Backup = { madeAt: "", rows: {} };
    const to = createWriteStream(draft, { mode: 0o600, flush: true });
    await pipeline(Readable.from(backupText(client, made)), createGzip(), to);
    await rename(draft, file);
    return made;
  } catch (error) {
    if (error instanceof BackupError || !(isDatabaseError(error) || isSystemError(error))) throw error;
    throw new BackupError(`The backup could not be written: ${(error as Error).message}.`, { cause: error });
  } finally {
    await client.end();
    await rm(draft, { force: true });
  }
}

async function* backupText(client: Client, made: Backup): AsyncGenerator<string> {
  const { rows: unordered } = await client.query<Table>(TABLES);
  if (!unordered.some(({ name }) => name === MIGRATIONS_TABLE)) {
    throw new BackupError("The database has no tables of Watchpost's: there is nothing to back up.");
  }
  const tables = inOrderOfReference(unordered);
  // Before the first look at a row, which takes the snapshot: no migration may change the tables meanwhile.
  const names = tables.map(({ name }) => escapeIdentifier(name)).join(", ");
  await client.query(`LOCK TABLE ${names} IN ACCESS SHARE MODE`);
  const migrations = await readApplied(client);
  const head: BackupHead = {
    madeAt: await readNow(client),
    migrations: migrations.map(({ name }) => name),
    boundary: randomBytes(16).toString("hex"),
  };
  made.madeAt = head.madeAt;

  yield headText(head);
  yield partText(head, CREATE_MIGRATIONS_TABLE);
  // As the restore runs them, so that psql can as well.
  for (const sql of foldEnumValues(migrations.map((migration) => migration.sql))) yield partText(head, sql);
  for (const table of tables) {
    made.rows[table.name] = 0;
    for await (const rows of readRows(client, table)) {
      made.rows[table.name] = (made.rows[table.name] ?? 0) + rows.length;
      const columns = table.columns.map(escapeIdentifier).join(", ");
      const into = `INSERT INTO ${escapeIdentifier(table.name)} (${columns}) VALUES`;
      yield partText(head, `${into}\n${rows.join(",\n")};`);
    }
  }
  const { rows: sequences } = await client.query<{ name: string; at: string }>(SEQUENCES);
  for (const { name, at } of sequences) {
    yield partText(head, `SELECT setval(${escapeLiteral(escapeIdentifier(name))}, ${at});`);
  }
  yield tailText(head, { rows: made.rows });
}

async function readNow(client: Client): Promise<string> {
  const { rows } = await client.query<{ now: Date }>("SELECT now()");
  return rows[0]?.now.toISOString() ?? "";
}

async function readApplied(client: Client): Promise<{ name: string; sql: string }[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT migration_name AS name FROM ${MIGRATIONS_TABLE} WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL ORDER BY 1`,
  );
  const known = new Set(await readdir(MIGRATIONS_FOLDER));
  const unknown = rows.filter(({ name }) => !known.has(name)).map(({ name }) => name);
  if (unknown.length > 0) {
    throw new BackupError(
      `The database is ahead of this build, which lacks ${unknown.join(", ")}. Back it up with the newer build.`,
    );
  }
  return Promise.all(
    rows.map(async ({ name }) => ({
      name,
      sql: await readFile(`${MIGRATIONS_FOLDER}/${name}/migration.sql`, "utf8"),
    })),
  );
}

/** Each as "(value, …)", quoted by the server itself. */
async function* readRows(client: Client, { name, columns }: Table): AsyncGenerator<string[]> {
  const values = columns.map((column) => `quote_nullable(${escapeIdentifier(column)}::text)`).join(", ");
  await client.query(
    `DECLARE backup_rows NO SCROLL CURSOR FOR SELECT '(' || concat_ws(', ', ${values}) || ')' AS row FROM ${escapeIdentifier(name)}`,
  );
  for (;;) {
    const { rows } = await client.query<{ row: string }>(`FETCH ${ROWS_AT_ONCE} FROM backup_rows`);
    if (rows.length === 0) break;
    yield rows.map(({ row }) => row);
  }
  await client.query("CLOSE backup_rows");
}

/** A table after all that it refers to. */
function inOrderOfReference(tables: Table[]): Table[] {
  const ordered: Table[] = [];
  const waiting = [...tables];
  while (waiting.length > 0) {
    const placed = new Set(ordered.map(({ name }) => name));
    const next = waiting.findIndex(({ refers }) => refers.every((name) => placed.has(name)));
    if (next < 0)
      throw new BackupError("Tables refer to each other in a circle, so that none can be written first.");
    ordered.push(...waiting.splice(next, 1));
  }
  return ordered;
}
