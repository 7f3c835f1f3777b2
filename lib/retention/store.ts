import type { Pool } from "pg";
import { connectionPool } from "@/lib/infra/db";
import { CLAIM, REMOVALS } from "./statements";

/** How many rows of each kind were emptied or removed. */
export type RemovedCounts = Record<keyof typeof REMOVALS, number>;

/** So many rows in one statement: none takes long, and none locks much. */
const BATCH = 500;
/** So many batches of a kind at a time. What is left over is for the next hour. */
const BATCHES_AT_MOST = 400;

/**
 * Removes what is older than it is kept for, unless a worker did so within the last hour.
 * @param stop ends it after the batch under way
 * @returns null where it is not due
 * @throws the driver's error when the database can't be asked
 */
export async function removeOldRecords(
  stop: AbortSignal,
  pool: Pool = connectionPool(),
): Promise<RemovedCounts | null> {
  const { rowCount: claimed } = await pool.query(CLAIM);
  if (claimed === 0) return null;
  const removed: RemovedCounts = {
    mailBytes: 0,
    tests: 0,
    cycles: 0,
    workers: 0,
    departures: 0,
    runsReported: 0,
    sessions: 0,
    signIns: 0,
  };
  for (const kind of Object.keys(REMOVALS) as (keyof RemovedCounts)[]) {
    for (let batch = 0; batch < BATCHES_AT_MOST && !stop.aborted; batch += 1) {
      const { rowCount } = await pool.query(REMOVALS[kind], [BATCH]);
      removed[kind] += rowCount ?? 0;
      if ((rowCount ?? 0) < BATCH) break;
    }
  }
  return removed;
}
