import { noteOf } from "@/lib/delivery/delivery-row";
import type { OutcomeClass } from "@/lib/delivery/smtp/outcome-class";
import type { RowOf } from "@/lib/infra/statement";
import type { ChainRecords, Settled } from "./chain";
import type { CHAIN_RECORDS } from "./statements";

/** What delivery knows of one tenant's chain: everything but the cycles. */
export type DeliveryRecords = Omit<ChainRecords, "lines"> & {
  /** Since when the tenant has been live without a break. */
  liveSinceMs: number | null;
};

/** What the row of CHAIN_RECORDS says. lib/delivery writes its words, and they are a closed set each. */
export function deliveryRecordsOf(row: RowOf<typeof CHAIN_RECORDS>): DeliveryRecords {
  return {
    nowMs: row.now_ms,
    liveSinceMs: row.live_since?.getTime() ?? null,
    worker:
      row.worker_seen_at && row.worker_started_at
        ? { startedAtMs: row.worker_started_at.getTime(), seenAtMs: row.worker_seen_at.getTime() }
        : null,
    open: row.open_created_at && {
      createdAtMs: row.open_created_at.getTime(),
      class: row.open_class as OutcomeClass | null,
      words: row.open_words,
    },
    holding: row.holding,
    relay: row.relay_at && {
      atMs: row.relay_at.getTime(),
      ok: row.relay_ok === true,
      failingSinceMs: row.relay_failing_since?.getTime() ?? null,
    },
    address: {
      recipient: row.recipient,
      bad: row.bad_since && { sinceMs: row.bad_since.getTime(), reason: row.bad_reason ?? "" },
      settled: settledOf(row),
    },
  };
}

function settledOf(row: RowOf<typeof CHAIN_RECORDS>): Settled | null {
  if (!row.settled_state || !row.settled_at) return null;
  return {
    state: row.settled_state as Settled["state"],
    atMs: row.settled_at.getTime(),
    class: row.settled_class as OutcomeClass | null,
    words: row.settled_words,
    bounce:
      row.bounce_action && row.bounced_at
        ? {
            action: row.bounce_action as "failed" | "delayed",
            note: noteOf(row),
            atMs: row.bounced_at.getTime(),
            detail: row.bounce_detail ?? "",
          }
        : null,
    gotIt: row.got_it_at !== null,
  };
}
