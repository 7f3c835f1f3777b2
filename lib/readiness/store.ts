import { connectionPool } from "@/lib/infra/db";
import { oneQuestion } from "@/lib/infra/one-question";

/** Well within the time that Prometheus gives a scrape. */
const ANSWER_WITHIN_MS = 2_000;

const askDatabase = oneQuestion(() => connectionPool().query("SELECT 1"), ANSWER_WITHIN_MS);

/** Whether the database answers a question, within two seconds. */
export const isDatabaseReachable = async (): Promise<boolean> => (await askDatabase()) !== null;

/**
 * The names of the migrations that the database has finished.
 * @returns null where the database can't be reached; an empty list where it was never migrated
 */
export async function readAppliedMigrations(): Promise<string[] | null> {
  try {
    const table = await connectionPool().query<{ found: boolean }>(
      "SELECT to_regclass('_prisma_migrations') IS NOT NULL AS found",
    );
    if (!table.rows[0]?.found) return [];
    const { rows } = await connectionPool().query<{ migration_name: string }>(
      "SELECT migration_name FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL",
    );
    return rows.map((row) => row.migration_name);
  } catch {
    return null; // unreachable, refused or hung up: to a load balancer it is all the same
  }
}
