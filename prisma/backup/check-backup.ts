import { Client, escapeIdentifier } from "pg";
import { MAINTENANCE_LIMITS } from "@/lib/infra/connections";
import { isDatabaseAway } from "@/lib/infra/database-away";
import { isDatabaseError } from "@/lib/infra/database-error";
import { BackupError } from "./format";
import { loadBackup } from "./load-backup";

/** A name that nothing of Watchpost's has. */
const SCHEMA = "watchpost_backup_check";
/** SQLSTATE: the role may not make a schema. */
const FORBIDDEN = "42501";

/**
 * Restores a backup into a schema of its own, counts its rows, and undoes all of it: one transaction that is never committed, so that
 * nothing is left however it ends.
 * @returns why it could not be checked, as a sentence; null: it was, and it holds what it says
 * @throws BackupError for a backup that can't be restored, or that holds other rows than it says
 */
export async function checkBackup(url: string, file: string): Promise<string | null> {
  const client = new Client({ ...MAINTENANCE_LIMITS, connectionString: url });
  client.on("error", () => {}); // the next statement meets the lost connection and says so
  try {
    await client.connect();
    await client.query("SET statement_timeout = 0; SET standard_conforming_strings = on");
    await client.query("BEGIN");
    await client.query(`CREATE SCHEMA ${SCHEMA}; SET LOCAL search_path = ${SCHEMA}`);
    const { rows } = await loadBackup(client, file);
    for (const [table, expected] of Object.entries(rows)) {
      const counted = await client.query<{ rows: number }>(
        `SELECT count(*)::int AS rows FROM ${escapeIdentifier(table)}`,
      );
      const found = counted.rows[0]?.rows;
      if (found !== expected)
        throw new BackupError(`${file} holds ${found} rows of ${table} where it should hold ${expected}.`);
    }
    return null;
  } catch (error) {
    if (error instanceof BackupError || !isDatabaseError(error)) throw error;
    if ((error as { code?: string }).code === FORBIDDEN)
      return "It was not checked: the role of DATABASE_URL may not create a schema, into which it would be restored.";
    // The file is whole: what fails is the place in which it is tried.
    if (isDatabaseAway(error))
      return `It was not checked: the database gave up: ${(error as Error).message}.`;
    throw new BackupError(`${file} can't be restored: ${(error as Error).message}.`, { cause: error });
  } finally {
    await client.end(); // an open transaction ends with it
  }
}
