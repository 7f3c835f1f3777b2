import { readdir, readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Client } from "pg";
import { openSchemaEngine } from "./schema-engine";

/** The database couldn't be migrated. The message is one sentence; it names the database's host, never its password. */
export class MigrationError extends Error {
  override name = "MigrationError";
}

const HERE = fileURLToPath(new URL("../prisma/", import.meta.url));
/** Where the migrations of this build lie. */
export const MIGRATIONS_FOLDER = `${HERE}migrations`;
/** Any fixed number: all replicas of the portal on one database must use the same. */
const ADVISORY_LOCK = 7_310_262_115_842_001n;
const LOCK_TIMEOUT_MS = 300_000;
/** SQLSTATE: a lock that wasn't had in time; a deadlock that was ended at our cost. */
const STOOD_IN_THE_WAY = new Set(["55P03", "40P01"]);
const EVERYTHING = { externalTables: [], externalEnums: [] };

const NOT_OURS =
  "The database isn't empty and isn't Watchpost's: it holds tables, but no record of migrations. Give the portal a database of its own.";

/**
 * How a migration waits for a table that is in use. Whoever reads the table comes to stand behind a migration that waits for it, so
 * each try is shorter than what a page waits for a connection (lib/infra/db.ts), and between two tries everybody gets on.
 */
type Patience = { tryMs: number; pauseMs: number; giveUpMs: number };
const PATIENCE: Patience = { tryMs: 2_000, pauseMs: 3_000, giveUpMs: 300_000 };

type Migration = { name: string; sql: string };

async function readMigrations(folder: string): Promise<{ lockfile: string; migrations: Migration[] }> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
  const migrations = await Promise.all(
    names.map(async (name) => ({ name, sql: await readFile(`${folder}/${name}/migration.sql`, "utf8") })),
  );
  return { lockfile: await readFile(`${folder}/migration_lock.toml`, "utf8"), migrations };
}

/**
 * Brings a database to the newest migration and writes Prisma's ordinary `_prisma_migrations` rows.
 *
 * One connection holds an advisory lock and does all of the work, so that many replicas may start at once: the first
 * migrates, the others wait and find nothing to do. Each migration and its row are one transaction: cut short at any moment,
 * it has happened or it hasn't. A database that is ahead of this code is left alone: that is an older replica in a roll-out.
 * A table that a long transaction holds is asked for again and again, and never waited for so long that readers notice.
 * The URL must lead to PostgreSQL itself, not to a pooler that shares connections between transactions.
 * @param options.report told once for each migration that has to wait for a table, a sentence
 * @returns the names of the migrations that were applied now
 * @throws MigrationError naming the migration at fault
 */
export async function migrateDatabase(
  url: string,
  options: { migrationsDir?: string; patience?: Partial<Patience>; report?: (line: string) => void } = {},
): Promise<string[]> {
  const { report = () => {} } = options;
  const patience = { ...PATIENCE, ...options.patience };
  const { lockfile, migrations } = await readMigrations(options.migrationsDir ?? MIGRATIONS_FOLDER);
  const schema = await readFile(`${HERE}schema.prisma`, "utf8");
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on("error", () => {}); // the next statement meets the lost connection and says so
  try {
    await client.connect();
    await lockMigrations(client);
    const { engine, scriptError } = await openSchemaEngine(client, schema);
    const stoodInTheWay = () =>
      STOOD_IN_THE_WAY.has((scriptError() as { code?: string } | undefined)?.code ?? "");
    const listOf = (part: Migration[]) => ({
      baseDir: options.migrationsDir ?? MIGRATIONS_FOLDER,
      lockfile: { path: "migration_lock.toml", content: lockfile },
      shadowDbInitScript: "",
      migrationDirectories: part.map(({ name, sql }) => ({
        path: name,
        migrationFile: { path: "migration.sql", content: { tag: "ok" as const, value: sql } },
      })),
    });
    const history = await engine.diagnoseMigrationHistory({
      migrationsList: listOf(migrations),
      optInToShadowDatabase: false,
      filters: EVERYTHING,
    });
    if (history.failedMigrationNames.length > 0) {
      throw new MigrationError(
        `The migration ${history.failedMigrationNames.join(", ")} was begun by another tool and never finished: undo what it left and delete its row from _prisma_migrations, or restore the backup.`,
      );
    }
    const pending = pendingNames(history.history);
    const applied: string[] = [];
    for (const [index, { name }] of migrations.entries()) {
      if (!pending.has(name)) continue;
      const apply = () =>
        engine.applyMigrations({
          migrationsList: listOf(migrations.slice(0, index + 1)),
          filters: EVERYTHING,
        });
      try {
        await inItsTurn(client, { ...patience, name, report, stoodInTheWay }, apply);
      } catch (error) {
        if (error instanceof MigrationError) throw error;
        if (/P3005|schema is not empty/.test(reasonOf(error))) throw new MigrationError(NOT_OURS);
        throw new MigrationError(
          `The migration ${name} failed and was undone: ${reasonOf(scriptError() ?? error)}`,
        );
      }
      applied.push(name);
    }
    return applied;
  } catch (error) {
    if (error instanceof MigrationError) throw error;
    throw new MigrationError(`The database could not be migrated: ${reasonOf(error)}`);
  } finally {
    await client.end();
  }
}

/**
 * Makes this connection the only one that may change the tables, until it ends. Starts of other replicas wait meanwhile.
 * @throws MigrationError when another one keeps it too long
 */
export async function lockMigrations(client: Client): Promise<void> {
  await client.query(`SET lock_timeout = ${LOCK_TIMEOUT_MS}`);
  try {
    await client.query("SELECT pg_advisory_lock($1)", [ADVISORY_LOCK]);
  } catch (error) {
    if ((error as { code?: string }).code !== "55P03") throw error;
    throw new MigrationError(
      `Another process has held the migration lock for ${LOCK_TIMEOUT_MS / 60_000} minutes; look for a start that hangs.`,
    );
  } finally {
    await client.query("SET lock_timeout = 0").catch(() => {});
  }
}

/**
 * Does the work of one migration in one transaction, again after a pause where others held a table that it needs.
 * @throws MigrationError when that lasts too long, with the oldest of those who may be holding it
 */
async function inItsTurn(
  client: Client,
  turn: Patience & { name: string; report(line: string): void; stoodInTheWay(): boolean },
  work: () => Promise<unknown>,
): Promise<void> {
  const deadlineMs = performance.now() + turn.giveUpMs;
  for (let attempt = 1; ; attempt++) {
    await client.query("BEGIN");
    try {
      await client.query(`SET LOCAL lock_timeout = ${turn.tryMs}`);
      await work();
      await client.query("COMMIT");
      return;
    } catch (error) {
      await client.query("ROLLBACK").catch(() => {});
      if (!turn.stoodInTheWay()) throw error;
      const holder = await oldestTransaction(client);
      if (performance.now() + turn.pauseMs > deadlineMs) {
        throw new MigrationError(
          `The migration ${turn.name} was undone: for ${turn.giveUpMs / 1000} s other connections kept a table that it changes.${holder} Let that end, and start again.`,
        );
      }
      if (attempt === 1) turn.report(`The migration ${turn.name} waits for a table that is in use.${holder}`);
    }
    await sleep(turn.pauseMs);
  }
}

/** Whose transaction has been open for longest, as a sentence; empty where nobody's is known. */
async function oldestTransaction(client: Client): Promise<string> {
  const { rows } = await client.query<{ pid: number; application_name: string; since: Date }>(
    `SELECT pid, application_name, xact_start AS since FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL
     ORDER BY xact_start LIMIT 1`,
  );
  const [oldest] = rows;
  if (!oldest) return "";
  const name = oldest.application_name === "" ? "" : ` (${oldest.application_name})`;
  return ` The oldest open transaction is that of the server's process ${oldest.pid}${name}, since ${oldest.since.toISOString()}.`;
}

type History = { diagnostic: string; unappliedMigrationNames?: string[] } | null;
const pendingNames = (history: History) => new Set(history?.unappliedMigrationNames ?? []);

/** The engine's errors are reports of several lines; the first that says something is enough for an operator. */
function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean)
    .join(" ");
}
