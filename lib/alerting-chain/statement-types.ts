// Written by npx tsx bin/write-statement-types.ts from statements.ts and the database's schema. Don't change it by hand.

export type Types = {
  CHAIN_RECORDS: {
    values: [string];
    row: {
      now_ms: number;
      recipient: string;
      live_since: Date | null;
      worker_started_at: Date | null;
      worker_seen_at: Date | null;
      open_created_at: Date | null;
      open_class: string | null;
      open_words: string | null;
      holding: boolean;
      relay_at: Date | null;
      relay_ok: boolean | null;
      relay_failing_since: Date | null;
      bad_since: Date | null;
      bad_reason: string | null;
      settled_state: "queued" | "sending" | "accepted" | "failed" | "held" | "cancelled" | null;
      settled_at: Date | null;
      settled_class: string | null;
      settled_words: string | null;
      bounce_action: string | null;
      bounce_note: string | null;
      bounced_at: Date | null;
      bounce_detail: string | null;
      got_it_at: Date | null;
    };
  };
};
