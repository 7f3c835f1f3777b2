import { Client } from "pg";
import { MAINTENANCE_LIMITS } from "@/lib/infra/connections";
import { isDatabaseError } from "@/lib/infra/database-error";
import { lockMigrations, migrateDatabase } from "../../server/migrate";
import { BackupError, isSystemError } from "./format";
import { loadBackup } from "./load-backup";
import { END_SESSIONS, GIVE_UP_OLD, SEND_AGAIN } from "./settle";

/** Anything of ours or of others in the schema, but for what extensions brought. */
const IS_USED = `
  SELECT EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.classid = 'pg_class'::regclass AND d.deptype = 'e'))
    OR EXISTS (SELECT FROM pg_type t WHERE t.typnamespace = current_schema()::regnamespace AND t.typtype = 'e') AS used`;

export type Restored = {
  madeAt: string;
  rows: Record<string, number>;
  /** Mails that were open and are sent now, though they may have left since the backup. */
  sentAgain: number;
  /** Mails that were open and are too old to be sent. */
  givenUp: number;
  /** Migrations that were applied after it. */
  migrated: string[];
};

/**
 * Restores a backup into an empty database, all of it or nothing, and brings it to this build's newest migration.
 *
 * The lock that migrations take is held from before the look whether it is empty: a replica that starts meanwhile waits.
 * @throws BackupError where the database isn't empty, or the file can't be restored by this build
 */
export async function restoreBackup(url: string, file: string): Promise<Restored> {
  const client = new Client({ ...MAINTENANCE_LIMITS, connectionString: url });
  client.on("error", () => {}); // the next statement meets the lost connection and says so
  let restored: Omit<Restored, "migrated">;
  try {
    await client.connect();
    await lockMigrations(client);
    // The next part may have to be read from a slow disk first.
    await client.query(
      "SET idle_in_transaction_session_timeout = '10min'; SET statement_timeout = 0; SET standard_conforming_strings = on",
    );
    await client.query("BEGIN");
    const { rows } = await client.query<{ used: boolean }>(IS_USED);
    if (rows[0]?.used !== false) {
      throw new BackupError(
        "The database isn't empty. A backup goes into an empty one, before the portal's first start on it: make a new database, or drop what this one holds.",
      );
    }
    restored = await load(client, file);
    await client.query("COMMIT");
  } finally {
    await client.end(); // an open transaction ends with it
  }
  return { ...restored, migrated: await migrateDatabase(url) };
}

async function load(client: Client, file: string): Promise<Omit<Restored, "migrated">> {
  try {
    const loaded = await loadBackup(client, file);
    await client.query(END_SESSIONS);
    const { rowCount: givenUp } = await client.query(GIVE_UP_OLD);
    const { rowCount: sentAgain } = await client.query(SEND_AGAIN);
    return { ...loaded, sentAgain: sentAgain ?? 0, givenUp: givenUp ?? 0 };
  } catch (error) {
    const sentence = sentenceOf(error, file);
    throw sentence === null ? error : new BackupError(sentence, { cause: error });
  }
}

/** @returns null for what nobody expects: it keeps its stack */
function sentenceOf(error: unknown, file: string): string | null {
  const { code = "", message } = error as NodeJS.ErrnoException;
  if (error instanceof BackupError) return message;
  if (code === "Z_BUF_ERROR") return `${file} was cut short. Nothing was restored from it.`;
  if (code.startsWith("Z_")) return `${file} isn't a backup that npm run backup wrote.`;
  if (isDatabaseError(error)) return `The backup could not be restored, and nothing of it was: ${message}`;
  return isSystemError(error) ? `The file ${file} can't be read (${code}).` : null;
}
