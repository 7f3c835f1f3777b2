import { readdir, readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Client } from "pg";
import { MAINTENANCE_LIMITS, SERVER_LIMITS } from "@/lib/infra/connections";
import { isDatabaseError } from "@/lib/infra/database-error";
import {
  CREATE_MIGRATIONS_TABLE,
  type Migration,
  readMigrationRecords,
  runMigration,
} from "./migration-records";

/**
 * The database couldn't be migrated. The message is one sentence; it names the database's host, never its
 * password.
 */
export class MigrationError extends Error {
  override name = "MigrationError";
}

/** Where the migrations of this build are. */
export const MIGRATIONS_FOLDER = fileURLToPath(new URL("../prisma/migrations", import.meta.url));
/** Any fixed number: all replicas of the portal on one database must use the same. */
const ADVISORY_LOCK = 7_310_262_115_842_001n;
/**
 * The lock that Prisma's own tools take, and so did builds that migrated by Prisma's engine. Taken after
 * ours, as they did.
 */
const PRISMA_ADVISORY_LOCK = 72_707_369n;
const LOCK_TIMEOUT_MS = 300_000;
/**
 * SQLSTATE: a lock that wasn't granted in time; a deadlock that PostgreSQL ended by failing our statement.
 */
const LOCK_CONFLICTS = new Set(["55P03", "40P01"]);

const NOT_OURS =
  "The database isn't empty and isn't Watchpost's: it holds tables, but no record of migrations. Give the portal a database of its own.";

/**
 * How a migration waits for a table that is in use. Readers of the table queue behind a migration that waits
 * for it, so each try is shorter than a page waits for a connection (lib/infra/db.ts), and between two
 * tries the readers go on.
 */
type Patience = { tryMs: number; pauseMs: number; giveUpMs: number };
const PATIENCE: Patience = { tryMs: 2_000, pauseMs: 3_000, giveUpMs: 300_000 };

async function readMigrations(folder: string): Promise<Migration[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
  return Promise.all(
    names.map(async (name) => ({ name, sql: await readFile(`${folder}/${name}/migration.sql`, "utf8") })),
  );
}

/**
 * Brings a database to the newest migration and writes the `_prisma_migrations` rows that Prisma's own tools
 * expect.
 *
 * One connection holds an advisory lock and does all of the work, so that many replicas may start at once:
 * the first migrates, the others wait and find nothing to do. Each migration and its row are one transaction:
 * interrupted at any moment, it has happened or it hasn't. A database that is ahead of this code is left
 * alone: this is an older replica in a roll-out. A migration whose file changed after it was applied is not
 * applied again. A table that a long transaction holds is asked for again and again, and never waited for so
 * long that readers notice. The URL must lead to PostgreSQL itself, not to a pooler that shares connections
 * between transactions.
 * @param options.report called once for each migration that has to wait for a table, with a sentence
 * @returns the names of the migrations that were applied now
 * @throws MigrationError naming the migration at fault
 */
export async function migrateDatabase(
  url: string,
  options: { migrationsDir?: string; patience?: Partial<Patience>; report?: (line: string) => void } = {},
): Promise<string[]> {
  const { report = () => {} } = options;
  const patience = { ...PATIENCE, ...options.patience };
  const migrations = await readMigrations(options.migrationsDir ?? MIGRATIONS_FOLDER);
  const client = new Client({ ...MAINTENANCE_LIMITS, connectionString: url });
  client.on("error", () => {}); // the next statement fails on the lost connection and says so
  try {
    await client.connect();
    await lockMigrations(client);
    const pending = await pendingOf(client, migrations);
    for (const { migration, isFirst } of pending) {
      await inItsTurn(client, { ...patience, name: migration.name, report }, async () => {
        if (isFirst) await client.query(CREATE_MIGRATIONS_TABLE);
        await runMigration(client, migration);
      });
    }
    return pending.map(({ migration }) => migration.name);
  } catch (error) {
    if (error instanceof MigrationError || !isDatabaseError(error)) throw error;
    throw new MigrationError(`The database could not be migrated: ${reasonOf(error)}`, { cause: error });
  } finally {
    await client.end();
  }
}

/**
 * The migrations that the database lacks, in order. The first one that a database ever sees creates the table
 * of records.
 * @throws MigrationError where another tool's migration is unfinished, or the tables are somebody else's
 */
async function pendingOf(
  client: Client,
  migrations: Migration[],
): Promise<{ migration: Migration; isFirst: boolean }[]> {
  const records = await readMigrationRecords(client);
  if (records.kind !== "recorded") {
    if (records.kind === "foreign" && migrations.length > 0) throw new MigrationError(NOT_OURS);
    return migrations.map((migration, index) => ({ migration, isFirst: index === 0 }));
  }
  if (records.unfinished.length > 0) {
    throw new MigrationError(
      `The migration ${records.unfinished.join(", ")} was begun by another tool and never finished: undo what it left and delete its row from _prisma_migrations, or restore the backup.`,
    );
  }
  return migrations
    .filter(({ name }) => !records.applied.has(name))
    .map((migration) => ({ migration, isFirst: false }));
}

/**
 * Makes this connection the only one that may change the tables, until it ends. Starts of other replicas wait
 * meanwhile, and so do Prisma's own tools.
 * @throws MigrationError when another one keeps it too long
 */
export async function lockMigrations(client: Client): Promise<void> {
  // A process that hangs with the lock, or whose host is lost, must not keep it.
  await client.query(SERVER_LIMITS);
  await client.query(`SET idle_session_timeout = '60s'; SET lock_timeout = ${LOCK_TIMEOUT_MS}`);
  try {
    await client.query("SELECT pg_advisory_lock($1)", [ADVISORY_LOCK]);
    await client.query("SELECT pg_advisory_lock($1)", [PRISMA_ADVISORY_LOCK]);
  } catch (error) {
    if (!isLockConflict(error)) throw error;
    throw new MigrationError(
      `Another process has held the migration lock for ${LOCK_TIMEOUT_MS / 60_000} minutes; look for a start that hangs.`,
    );
  }
  await client.query("SET lock_timeout = 0");
}

/**
 * Does the work of one migration in one transaction, again after a pause where others held a table that it
 * needs.
 * @throws MigrationError when it fails, or when that lasts too long, with the oldest of those who may be
 * holding the table
 */
async function inItsTurn(
  client: Client,
  turn: Patience & { name: string; report(line: string): void },
  work: () => Promise<void>,
): Promise<void> {
  const deadlineMs = performance.now() + turn.giveUpMs;
  for (let attempt = 1; ; attempt++) {
    try {
      await client.query("BEGIN");
      await client.query(`SET LOCAL lock_timeout = ${turn.tryMs}`);
      await work();
      await client.query("COMMIT");
      return;
    } catch (error) {
      await client.query("ROLLBACK").catch(() => {}); // a lost connection takes the transaction with it
      if (!isDatabaseError(error)) throw error;
      if (!isLockConflict(error)) {
        throw new MigrationError(`The migration ${turn.name} failed and was undone: ${reasonOf(error)}`, {
          cause: error,
        });
      }
    }
    const holder = await oldestTransaction(client);
    if (performance.now() + turn.pauseMs > deadlineMs) {
      throw new MigrationError(
        `The migration ${turn.name} was undone: for ${turn.giveUpMs / 1000} s other connections kept a table that it changes.${holder} Let that end, and start again.`,
      );
    }
    if (attempt === 1) turn.report(`The migration ${turn.name} waits for a table that is in use.${holder}`);
    await sleep(turn.pauseMs);
  }
}

/** Whose transaction has been open for longest, as a sentence; empty where there is none. */
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

const isLockConflict = (error: unknown) => LOCK_CONFLICTS.has((error as { code?: string }).code ?? "");

/** The server's reason on one line. */
function reasonOf(error: unknown): string {
  const { message, code } = error as { message: string; code?: string };
  return message.replace(/\s+/g, " ").trim() || (code ?? "unknown");
}
