// Written by npx tsx bin/write-statement-types.ts from statements.ts and the database's schema. Don't change it by hand.

export type Types = {
  ADDRESS_HEALTH: {
    values: [string];
    row: {
      recipient: string;
      bad_since: Date;
      reason: string;
    };
  };
  DISMISS: {
    values: [string, readonly (string | null)[], string];
    row: Record<never, never>;
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
      bounce_note: string | null;
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
      bounce_note: string | null;
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
      bounce_note: string | null;
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
      bounce_note: string | null;
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
      bounce_note: string | null;
      bounced_at: Date | null;
      got_it_at: Date | null;
    };
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
};
