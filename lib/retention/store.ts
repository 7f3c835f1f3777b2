import { database } from "@/lib/infra/db";
import type { Connection } from "@/lib/infra/statement";
import { CLAIM, REMOVALS } from "./statements";

/** How many rows of each kind were emptied or removed. */
export type RemovedCounts = Record<keyof typeof REMOVALS, number>;

/** So many rows in one statement: none takes long, and none locks much. */
const BATCH = 500;
/** So many batches of a kind at a time. What is left over is for the next hour. */
const BATCHES_AT_MOST = 400;

/** What removes old records from a database. */
export function createRetentionStore(db: Connection = database) {
  /**
   * Removes what is older than it is kept for, unless a worker did so within the last hour.
   * @param stop ends it after the batch under way
   * @returns null where it is not due
   * @throws the driver's error when the database can't be asked
   */
  async function removeOldRecords(stop: AbortSignal): Promise<RemovedCounts | null> {
    if ((await db.run(CLAIM)) === 0) return null;
    const removed: RemovedCounts = {
      mailBytes: 0,
      tests: 0,
      cycles: 0,
      workers: 0,
      departures: 0,
      runsReported: 0,
      providerTokens: 0,
      sessions: 0,
      signIns: 0,
      unreadBounces: 0,
    };
    for (const kind of Object.keys(REMOVALS) as (keyof RemovedCounts)[]) {
      for (let batch = 0; batch < BATCHES_AT_MOST && !stop.aborted; batch += 1) {
        const rows = await db.run(REMOVALS[kind], BATCH);
        removed[kind] += rows;
        if (rows < BATCH) break;
      }
    }
    return removed;
  }

  return { removeOldRecords };
}

/** This process's instance. */
export const retentionStore = createRetentionStore();
