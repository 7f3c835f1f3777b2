// Written by npx tsx bin/write-statement-types.ts from statements.ts and the database's schema. Don't change it by hand.

export type Types = {
  ACCEPT: {
    values: [readonly (string | null)[], readonly (string | null)[]];
    row: Record<never, never>;
  };
  ADDRESS_HEALTH: {
    values: [string];
    row: {
      recipient: string;
      bad_since: Date;
      reason: string;
    };
  };
  CALL_REFUSED: {
    values: [string, string, string];
    row: Record<never, never>;
  };
  CANCEL_READDRESSED: {
    values: [string];
    row: Record<never, never>;
  };
  CANCEL_UNSENT: {
    values: [string, string];
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
  COPY_READDRESSED: {
    values: [string, string, string, Buffer, Buffer | null, boolean, string, number | bigint | string];
    row: Record<never, never>;
  };
  DISMISS: {
    values: [string, readonly (string | null)[], string];
    row: Record<never, never>;
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
  LAST_ALERT_MAIL: {
    values: [string];
    row: {
      accepted_at: Date | null;
    };
  };
  LAST_TRIED: {
    values: [string];
    row: {
      last_class: string | null;
      last_reply: string | null;
      last_tried_at: Date | null;
    };
  };
  LEASE_DUE: {
    values: [number | bigint | string, number];
    row: {
      id: string;
      tenant_id: string;
      kind: string;
      recipient: string;
      attempts: number;
      lease_token: string;
      is_misaddressed: boolean;
      raw: Buffer;
    };
  };
  MAILS_NOT_RECEIVED: {
    values: [string];
    row: {
      id: string;
      kind: string;
      recipient: string;
      thread_id: string | null;
      state: "queued" | "sending" | "accepted" | "failed" | "held" | "cancelled";
      created_at: Date;
      due_at: Date;
      attempts: number;
      ambiguous: number;
      last_class: string | null;
      last_reply: string | null;
      last_tried_at: Date | null;
      accepted_at: Date | null;
      finished_at: Date | null;
      bounce_action: string | null;
      bounce_status: string | null;
      bounce_detail: string | null;
      bounced_at: Date | null;
      got_it_at: Date | null;
    };
  };
  MAILS_OF_ALERT: {
    values: [string, string];
    row: {
      id: string;
      kind: string;
      recipient: string;
      thread_id: string | null;
      state: "queued" | "sending" | "accepted" | "failed" | "held" | "cancelled";
      created_at: Date;
      due_at: Date;
      attempts: number;
      ambiguous: number;
      last_class: string | null;
      last_reply: string | null;
      last_tried_at: Date | null;
      accepted_at: Date | null;
      finished_at: Date | null;
      bounce_action: string | null;
      bounce_status: string | null;
      bounce_detail: string | null;
      bounced_at: Date | null;
      got_it_at: Date | null;
    };
  };
  MAILS_OF_ALERTS: {
    values: [string, readonly (string | null)[]];
    row: {
      id: string;
      kind: string;
      recipient: string;
      thread_id: string | null;
      state: "queued" | "sending" | "accepted" | "failed" | "held" | "cancelled";
      created_at: Date;
      due_at: Date;
      attempts: number;
      ambiguous: number;
      last_class: string | null;
      last_reply: string | null;
      last_tried_at: Date | null;
      accepted_at: Date | null;
      finished_at: Date | null;
      bounce_action: string | null;
      bounce_status: string | null;
      bounce_detail: string | null;
      bounced_at: Date | null;
      got_it_at: Date | null;
    };
  };
  MAILS_OF_NO_ALERT: {
    values: [string, number | bigint | string];
    row: {
      id: string;
      kind: string;
      recipient: string;
      thread_id: string | null;
      state: "queued" | "sending" | "accepted" | "failed" | "held" | "cancelled";
      created_at: Date;
      due_at: Date;
      attempts: number;
      ambiguous: number;
      last_class: string | null;
      last_reply: string | null;
      last_tried_at: Date | null;
      accepted_at: Date | null;
      finished_at: Date | null;
      bounce_action: string | null;
      bounce_status: string | null;
      bounce_detail: string | null;
      bounced_at: Date | null;
      got_it_at: Date | null;
    };
  };
  MAIL_BY_ID: {
    values: [string, string];
    row: {
      id: string;
      kind: string;
      recipient: string;
      thread_id: string | null;
      state: "queued" | "sending" | "accepted" | "failed" | "held" | "cancelled";
      created_at: Date;
      due_at: Date;
      attempts: number;
      ambiguous: number;
      last_class: string | null;
      last_reply: string | null;
      last_tried_at: Date | null;
      accepted_at: Date | null;
      finished_at: Date | null;
      bounce_action: string | null;
      bounce_status: string | null;
      bounce_detail: string | null;
      bounced_at: Date | null;
      got_it_at: Date | null;
    };
  };
  MARK_BOUNCE: {
    values: [string, string, string, string, boolean];
    row: {
      known: number;
      fresh: number;
    };
  };
  MISADDRESSED: {
    values: [number | bigint | string];
    row: {
      id: string;
      seq: string;
      tenant_id: string;
      may_have_left: boolean;
      message_id: string;
      raw: Buffer;
      raw_text_only: Buffer | null;
      recipient: string;
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
  PRUNE_RELAY: {
    values: [];
    row: Record<never, never>;
  };
  QUEUE_SUMMARY: {
    values: [string];
    row: {
      queued: number;
      sending: number;
      held: number;
      not_received: number;
      oldest_due: Date | null;
      oldest_open: Date | null;
      last_accepted: Date | null;
    };
  };
  READDRESS: {
    values: [string, string, string, Buffer, Buffer | null, boolean];
    row: Record<never, never>;
  };
  RECORD_RELAY: {
    values: [string, boolean, string | null, string];
    row: Record<never, never>;
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
};
