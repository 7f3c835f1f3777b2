import { type EmbeddedPostgres, startEmbeddedPostgres } from "./embedded";
import { waitForDatabase } from "./wait-for-database";

const DATABASE_TIMEOUT_MS = 30_000;

/** Where the embedded database lies, below the folder in which a command is run. */
export const EMBEDDED_FOLDER = ".data/postgres";

/**
 * The database that DATABASE_URL names, once it answers; the embedded one where it isn't set.
 * @param report called once when it is worth waiting
 * @returns stop() ends an embedded database that was started here, and nothing else
 * @throws DatabaseUnusableError or EmbeddedPostgresError, in one sentence
 */
export async function openDatabase(report: (line: string) => void): Promise<EmbeddedPostgres> {
  const given = process.env.DATABASE_URL;
  if (!given) return startEmbeddedPostgres({ dataDir: EMBEDDED_FOLDER });
  await waitForDatabase(given, { timeoutMs: DATABASE_TIMEOUT_MS, report });
  return { url: given, stop: async () => {} };
}
