import { isDatabaseAway } from "@/lib/infra/database-away";
import { isDatabaseError } from "@/lib/infra/database-error";
import { database, isDatabaseAnsweringAnew } from "@/lib/infra/db";
import { log } from "@/lib/infra/log";
import { oneQuestion } from "@/lib/infra/one-question";
import type { Connection } from "@/lib/infra/statement";
import * as sql from "./statements";

/** Well within the time that Prometheus gives a scrape. */
const ANSWER_WITHIN_MS = 2_000;

/** Whether the database can be worked with. */
export function createReadinessStore(db: Connection = database) {
  const askDatabase = oneQuestion(() => db.run(sql.ONE), ANSWER_WITHIN_MS);

  /** Whether the database answers a question, within two seconds. */
  const isDatabaseReachable = async (): Promise<boolean> => (await askDatabase()) !== null;

  /**
   * The names of the migrations that the database has finished.
   * @returns null where the database can't be reached; an empty list where it was never migrated
   */
  async function readAppliedMigrations(): Promise<string[] | null> {
    try {
      const [table] = await db.rows(sql.IS_MIGRATED);
      if (!table?.found) return [];
      const rows = await db.rows(sql.APPLIED_MIGRATIONS);
      return rows.map((row) => row.migration_name);
    } catch (error) {
      if (!isDatabaseError(error)) throw error;
      // Refused or unreachable is all the same to a load balancer. The operator has to know why it refuses.
      if (!isDatabaseAway(error)) log.error({ err: error }, "The record of migrations could not be read.");
      return null;
    }
  }

  return {
    isDatabaseReachable,
    readAppliedMigrations,
    /** Whether the database takes a new connection of this process and answers on it. */
    isAnsweringAnew: isDatabaseAnsweringAnew,
  };
}

/** This process's instance. */
export const readinessStore = createReadinessStore();
