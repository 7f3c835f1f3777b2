import type { Outbox } from "@/lib/delivery/store";
import { log } from "@/lib/infra/log";

/** A relay that works is recorded no more often than this. */
const RECORD_EVERY_MS = 30_000;

/** What the relay did, as the pages read it. */
type RelayRecord = Parameters<Outbox["recordRelay"]>[0];

/**
 * Writes what changed, and that nothing did every 30 seconds. Never throws: what could not be written is written with the next record.
 * @param clock one that doesn't jump
 * @param writePending writes what waits for the relay, after each record
 * @returns keeps a record, and ends when it is written
 */
export function createRelayRecords(
  outbox: Pick<Outbox, "recordRelay">,
  clock: { nowMs(): number },
  writePending: () => Promise<void>,
): (record: RelayRecord) => Promise<void> {
  let recorded: { atMs: number; ok: boolean; breaker: string } | null = null;
  let writing = Promise.resolve();

  async function write(record: RelayRecord): Promise<void> {
    try {
      await outbox.recordRelay(record);
      await writePending();
    } catch (error) {
      recorded = null;
      log.error({ relay: record.relay, err: error }, "What the relay did could not be recorded.");
    }
  }

  return async (record) => {
    const nowMs = clock.nowMs();
    const { ok, breaker } = record;
    const isChange = recorded?.ok !== ok || recorded.breaker !== breaker;
    if (ok && !isChange && nowMs - (recorded?.atMs ?? 0) < RECORD_EVERY_MS) return;
    recorded = { atMs: nowMs, ok, breaker };
    // One after the other: the pages show the newest record.
    writing = writing.then(() => write(record));
    await writing;
  };
}
