// Written by npx tsx bin/write-statement-types.ts from statements.ts and the database's schema. Don't change it by hand.

export type Types = {
  ACCEPT: {
    values: [readonly (string | null)[], readonly (string | null)[], string | null];
    row: Record<never, never>;
  };
  ACCEPTED_WITHIN: {
    values: [number, string];
    row: {
      accepted: boolean;
    };
  };
  BRING_FORWARD: {
    values: [];
    row: Record<never, never>;
  };
  CANCEL_UNSENT: {
    values: [readonly (string | null)[], readonly (string | null)[]];
    row: {
      id: string;
      kind: string;
      recipient: string;
    };
  };
  CLEAR_PROVEN: {
    values: [number];
    row: {
      tenant_id: string;
      recipient: string;
    };
  };
  COMPLETE: {
    values: [string, string, string, string, number];
    row: {
      state: "queued" | "sending" | "accepted" | "failed" | "held" | "cancelled";
    };
  };
  ENQUEUE: {
    values: [readonly (string | null)[], readonly (string | null)[], readonly (string | null)[], readonly (string | null)[], readonly (string | null)[], readonly (string | null)[], readonly (string | null)[], readonly (Buffer | null)[], readonly (Buffer | null)[], number, readonly (string | null)[]];
    row: {
      id: string;
      state: "queued" | "sending" | "accepted" | "failed" | "held" | "cancelled";
    };
  };
  GOT_IT: {
    values: [string, string];
    row: {
      seen: number;
    };
  };
  KEEP_TO_DUE_INDEX: {
    values: [];
    row: {
      sort: string | null;
      bitmap: string | null;
    };
  };
  LEASE_DUE: {
    values: [number | bigint | string, number];
    row: {
      id: string;
      tenant_id: string;
      kind: string;
      recipient: string;
      thread_id: string | null;
      attempts: number;
      lease_token: string;
      is_short: boolean;
      is_misaddressed: boolean;
      raw: Buffer;
    };
  };
  LEASE_OTHERS: {
    values: [number | bigint | string, number, readonly (string | null)[], readonly (string | null)[]];
    row: {
      id: string;
      tenant_id: string;
      kind: string;
      recipient: string;
      thread_id: string | null;
      attempts: number;
      lease_token: string;
      is_short: boolean;
      is_misaddressed: boolean;
      raw: Buffer;
    };
  };
  LEASE_PROBE: {
    values: [number | bigint | string, number];
    row: {
      id: string;
      tenant_id: string;
      kind: string;
      recipient: string;
      thread_id: string | null;
      attempts: number;
      lease_token: string;
      is_short: boolean;
      is_misaddressed: boolean;
      raw: Buffer;
    };
  };
  MARK_BOUNCE: {
    values: [string, string, string, string, boolean, Buffer | null, number];
    row: {
      known: number;
      fresh: number;
    };
  };
  OLDEST_DUE: {
    values: [];
    row: {
      due: number;
      waited_ms: number | null;
      undelivered_ms: number | null;
    };
  };
  OUTSIDE_ASCII: {
    values: [];
    row: {
      id: string;
      contact_address: string;
    };
  };
  PRUNE_RELAY: {
    values: [];
    row: Record<never, never>;
  };
  RECIPIENT: {
    values: [string];
    row: {
      recipient: string;
    };
  };
  RECORD_RELAY: {
    values: [string, boolean, string | null, string, string | null];
    row: Record<never, never>;
  };
  REFUSED_BESIDE_OTHERS: {
    values: [];
    row: {
      recipient: string;
    };
  };
  RELAY_STATES: {
    values: [];
    row: {
      relay: string;
      at: Date;
      ok: boolean;
      reason: string | null;
      breaker: string;
    };
  };
  RELEASE: {
    values: [readonly (string | null)[]];
    row: Record<never, never>;
  };
  RETRY_TRANSPORT_NOW: {
    values: [];
    row: Record<never, never>;
  };
  RETRY_UNDER_NEW_SETTINGS: {
    values: [string];
    row: Record<never, never>;
  };
  TRY_HELD: {
    values: [string, string];
    row: Record<never, never>;
  };
  WITHDRAW_BAD: {
    values: [readonly (string | null)[]];
    row: Record<never, never>;
  };
};
