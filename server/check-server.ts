import { randomUUID } from "node:crypto";
import type { Client } from "pg";

/** The major versions that every test runs on, or between which they do. */
const OLDEST = 15;
const NEWEST = 18;

/**
 * What a server's version means for Watchpost.
 * @param versionNumber server_version_num, such as 150018
 * @returns how it can't be used, to follow the database's name; a remark; or nothing
 */
export function judgeVersion(versionNumber: number): { refusal: string } | { remark: string } | null {
  const major = Math.floor(versionNumber / 10_000);
  if (major < OLDEST)
    return {
      refusal: `is on PostgreSQL ${major}; Watchpost needs ${OLDEST} to ${NEWEST}. Upgrade the server`,
    };
  if (major > NEWEST)
    return {
      remark: `The database is on PostgreSQL ${major}, newer than what this build is tested with (${OLDEST} to ${NEWEST}).`,
    };
  return null;
}

/**
 * Whether two connections share the sessions behind them, as PgBouncer's do in transaction mode. Then the
 * second finds what the first sets in its session, or the first doesn't find it any more while the second is
 * in a transaction.
 * @param first and @param second are connected to the same address, and idle
 */
export async function areSessionsShared(first: Client, second: Client): Promise<boolean> {
  const mark = randomUUID();
  const read = async (client: Client) => {
    const { rows } = await client.query<{ mark: string | null }>(
      "SELECT current_setting('watchpost.session', true) AS mark",
    );
    return rows[0]?.mark;
  };
  await first.query("SELECT set_config('watchpost.session', $1, false)", [mark]);
  await second.query("BEGIN");
  try {
    return (await read(second)) === mark || (await read(first)) !== mark;
  } finally {
    await second.query("ROLLBACK");
    await first.query("RESET watchpost.session");
  }
}
