import type { OutcomeClass } from "@/lib/delivery/smtp/outcome";
import type { ChainRecords, Settled } from "./chain";

/** What delivery knows of one tenant's chain: everything but the cycles. */
export type DeliveryRecords = Omit<ChainRecords, "lines"> & {
  /** Since when the tenant has been live without a break. */
  liveSinceMs: number | null;
};

/** The row of CHAIN_RECORDS as the driver gives it. */
export type ChainRow = {
  now_ms: number;
  recipient: string;
  live_since: Date | null;
  worker_started_at: Date | null;
  worker_seen_at: Date | null;
  open_created_at: Date | null;
  open_class: OutcomeClass | null;
  open_words: string | null;
  holding: boolean;
  relay_at: Date | null;
  relay_ok: boolean | null;
  relay_failing_since: Date | null;
  bad_since: Date | null;
  bad_reason: string | null;
  settled_state: Settled["state"] | null;
  settled_at: Date | null;
  settled_words: string | null;
  bounce_action: "failed" | "delayed" | null;
  bounced_at: Date | null;
  bounce_detail: string | null;
  got_it_at: Date | null;
};

export function deliveryRecordsOf(row: ChainRow): DeliveryRecords {
  return {
    nowMs: row.now_ms,
    liveSinceMs: row.live_since?.getTime() ?? null,
    worker:
      row.worker_seen_at && row.worker_started_at
        ? { startedAtMs: row.worker_started_at.getTime(), seenAtMs: row.worker_seen_at.getTime() }
        : null,
    open: row.open_created_at && {
      createdAtMs: row.open_created_at.getTime(),
      class: row.open_class,
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

function settledOf(row: ChainRow): Settled | null {
  if (!row.settled_state || !row.settled_at) return null;
  return {
    state: row.settled_state,
    atMs: row.settled_at.getTime(),
    words: row.settled_words,
    bounce:
      row.bounce_action && row.bounced_at
        ? { action: row.bounce_action, atMs: row.bounced_at.getTime(), detail: row.bounce_detail ?? "" }
        : null,
    gotIt: row.got_it_at !== null,
  };
}
