import { isDatabaseAway } from "@/lib/infra/database-away";
import { isDatabaseError } from "@/lib/infra/database-error";
import { connectionPool } from "@/lib/infra/db";
import { log } from "@/lib/infra/log";
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
  } catch (error) {
    if (!isDatabaseError(error)) throw error;
    // Refused or unreachable is all the same to a load balancer. The operator has to know why it refuses.
    if (!isDatabaseAway(error)) log.error({ err: error }, "The record of migrations could not be read.");
    return null;
  }
}
