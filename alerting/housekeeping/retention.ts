import { repeat } from "@/alerting/runtime/repeat";
import { log } from "@/lib/infra/log";
import { retentionStore } from "@/lib/retention/store";

const LOOK_EVERY_MS = 300_000;

/**
 * Checks every five minutes whether the hourly deletion is due, and does it, until stopped. One of several workers does it.
 * It never throws; what can't be done is logged, and done an hour later.
 */
export function startRetention({ lookEveryMs = LOOK_EVERY_MS } = {}): { stop(): Promise<void> } {
  const complaint = "Old records could not be removed.";
  return repeat({ pauseMs: lookEveryMs, complaint }, async (stop) => {
    const removed = await retentionStore.removeOldRecords(stop);
    if (removed) log.info(removed, "Old records were removed.");
  });
}
