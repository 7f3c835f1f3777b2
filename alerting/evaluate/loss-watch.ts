import { lossesTotal } from "@/alerting/runtime/metrics";
import type { Ledger } from "@/lib/alerts/ledger/store";
import { log } from "@/lib/infra/log";

/** Notices that the database has lost a slot that it had confirmed to this worker. */
export type LossWatch = {
  /** Takes note of the newest slot that this worker has written. */
  wrote(run: string, slotMs: number): void;
  /** @returns whether that slot is no longer there; it is reported once */
  hasLost(currentSlotMs: number): Promise<boolean>;
  /** How long ago a loss was noticed, in ms; null: none ever was. */
  noticedAgoMs(): number | null;
};

/** A failover loses seconds. What is older may have been removed since for other reasons. */
const LOOKED_FOR_MS = 3_600_000;

const LOST =
  "The database lost judgements that it had confirmed, as a failover without synchronous replication does. Mails may have left without a record.";

/** Watches the slots of one evaluator. Nobody deletes its newest one, unless that lies ahead: then a wrong clock wrote it. */
export function createLossWatch(ledger: Pick<Ledger, "isRecorded">): LossWatch {
  let newest: { run: string; slotMs: number } | null = null;
  let noticedAtMs: number | null = null;
  return {
    wrote: (run, slotMs) => {
      newest = { run, slotMs };
    },
    hasLost: async (currentSlotMs) => {
      if (!newest) return false;
      const { run, slotMs } = newest;
      const isLookedFor = slotMs <= currentSlotMs && currentSlotMs - slotMs <= LOOKED_FOR_MS;
      if (isLookedFor && (await ledger.isRecorded(run, slotMs))) return false;
      newest = null;
      if (!isLookedFor) return false;
      noticedAtMs = performance.now();
      lossesTotal.inc();
      log.error({ slotMs }, LOST);
      return true;
    },
    noticedAgoMs: () => noticedAtMs && performance.now() - noticedAtMs,
  };
}
