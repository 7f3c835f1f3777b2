// Written by npx tsx bin/write-statement-types.ts from statements.ts and the database's schema. Don't change it by hand.

export type Types = {
  ALERTS_OF: {
    values: [string, Date | null, Date | null, number | bigint | string];
    row: {
      id: string;
      tenant_id: string;
      signal: string;
      line: string;
      thread_id: string;
      thread_signal: string;
      thread_line: string;
      thread_opened_at: Date;
      breached_at: Date;
      fired_at: Date;
      fired_value: number;
      threshold: unknown;
      worst: number;
      worst_at: Date;
      last_value: number | null;
      last_value_at: Date | null;
      missing_since: Date | null;
      told: boolean;
      hold: unknown;
      reminders: number;
      ended_at: Date | null;
      end_reason: "recovered" | "cancelled" | "expired" | "offboarded" | "evicted" | null;
      trend: unknown;
    };
  };
  ALERTS_OF_THREADS: {
    values: [string, readonly (string | null)[]];
    row: {
      id: string;
      tenant_id: string;
      signal: string;
      line: string;
      thread_id: string;
      thread_signal: string;
      thread_line: string;
      thread_opened_at: Date;
      breached_at: Date;
      fired_at: Date;
      fired_value: number;
      threshold: unknown;
      worst: number;
      worst_at: Date;
      last_value: number | null;
      last_value_at: Date | null;
      missing_since: Date | null;
      told: boolean;
      hold: unknown;
      reminders: number;
      ended_at: Date | null;
      end_reason: "recovered" | "cancelled" | "expired" | "offboarded" | "evicted" | null;
    };
  };
  ALERT_OF: {
    values: [string, string];
    row: {
      id: string;
      tenant_id: string;
      signal: string;
      line: string;
      thread_id: string;
      thread_signal: string;
      thread_line: string;
      thread_opened_at: Date;
      breached_at: Date;
      fired_at: Date;
      fired_value: number;
      threshold: unknown;
      worst: number;
      worst_at: Date;
      last_value: number | null;
      last_value_at: Date | null;
      missing_since: Date | null;
      told: boolean;
      hold: unknown;
      reminders: number;
      ended_at: Date | null;
      end_reason: "recovered" | "cancelled" | "expired" | "offboarded" | "evicted" | null;
      trend: unknown;
    };
  };
  ALERT_OR_THREAD: {
    values: [string, string];
    row: {
      id: string;
      tenant_id: string;
      signal: string;
      line: string;
      thread_id: string;
      thread_signal: string;
      thread_line: string;
      thread_opened_at: Date;
      breached_at: Date;
      fired_at: Date;
      fired_value: number;
      threshold: unknown;
      worst: number;
      worst_at: Date;
      last_value: number | null;
      last_value_at: Date | null;
      missing_since: Date | null;
      told: boolean;
      hold: unknown;
      reminders: number;
      ended_at: Date | null;
      end_reason: "recovered" | "cancelled" | "expired" | "offboarded" | "evicted" | null;
      trend: unknown;
    };
  };
  ALERT_PAGE: {
    values: [string, string | null, Date | null, string | null, number | bigint | string];
    row: {
      id: string;
      tenant_id: string;
      signal: string;
      line: string;
      thread_id: string;
      thread_signal: string;
      thread_line: string;
      thread_opened_at: Date;
      breached_at: Date;
      fired_at: Date;
      fired_value: number;
      threshold: unknown;
      worst: number;
      worst_at: Date;
      last_value: number | null;
      last_value_at: Date | null;
      missing_since: Date | null;
      told: boolean;
      hold: unknown;
      reminders: number;
      ended_at: Date | null;
      end_reason: "recovered" | "cancelled" | "expired" | "offboarded" | "evicted" | null;
    };
  };
  ALERT_TIMES: {
    values: [string, Date];
    row: {
      id: string;
      signal: string;
      line: string;
      fired_at: Date;
      ended_at: Date | null;
      end_reason: "recovered" | "cancelled" | "expired" | "offboarded" | "evicted" | null;
    };
  };
  CLOCK: {
    values: [];
    row: {
      now_ms: number;
    };
  };
  CYCLES_SINCE: {
    values: [Date];
    row: {
      signal: string;
      line: string;
      good: number;
      failed: number;
      guarded: number;
      missed: number;
      newest: Date;
      oldest: Date;
    };
  };
  HEARTBEAT: {
    values: [string, string];
    row: Record<never, never>;
  };
  HEARTBEATS: {
    values: [];
    row: {
      id: string;
      started_at: Date;
      seen_at: Date;
      version: string;
      age_ms: number;
    };
  };
  INSERT_CYCLES: {
    values: [readonly (string | null)[], readonly (string | null)[], readonly (string | null)[], readonly (string | null)[], readonly (string | null)[], readonly (number | null)[], readonly (number | null)[], Date, number, number, number, string, string, number];
    row: {
      id: string;
    };
  };
  JUDGEMENTS_OF: {
    values: [string];
    row: {
      signal: string;
      line: string;
      condition: string;
      condition_since: Date | null;
      data: string | null;
      data_since: Date | null;
      threshold_version: number;
      value: number | null;
      slot: Date;
      bad_parts: unknown;
      at_zero: boolean;
    };
  };
  LAST_CYCLES: {
    values: [readonly (string | null)[], readonly (string | null)[]];
    row: {
      signal: string;
      line: string;
      good_slot: Date | null;
      slot: Date | null;
      outcome: "good" | "failed" | "guarded" | null;
      reason: string | null;
      interval_seconds: number | null;
    };
  };
  LAST_ENDED: {
    values: [string];
    row: {
      signal: string;
      line: string;
      ended_at: Date;
    };
  };
  LIMIT_LOCK_WAIT: {
    values: [];
    row: Record<never, never>;
  };
  LIMIT_STATEMENT: {
    values: [];
    row: Record<never, never>;
  };
  LIVE_TENANTS: {
    values: [];
    row: {
      id: string;
      without: string[];
      leaving: unknown;
      time_zone: string;
    };
  };
  LOCK: {
    values: [];
    row: {
      pg_advisory_xact_lock: unknown;
    };
  };
  LOOKED_SINCE: {
    values: [];
    row: {
      looked_since: Date | null;
    };
  };
  MAY_HAVE_LEFT: {
    values: [readonly (string | null)[], readonly (string | null)[]];
    row: {
      may_have_left: boolean;
    };
  };
  NEWEST: {
    values: [Date];
    row: {
      id: string;
      slot: Date | null;
      before: Date | null;
    };
  };
  OPEN_ALERTS: {
    values: [];
    row: {
      id: string;
      tenant_id: string;
      signal: string;
      line: string;
      thread_id: string;
      thread_signal: string;
      thread_line: string;
      thread_opened_at: Date;
      breached_at: Date;
      fired_at: Date;
      fired_value: number;
      threshold: unknown;
      worst: number;
      worst_at: Date;
      last_value: number | null;
      last_value_at: Date | null;
      missing_since: Date | null;
      told: boolean;
      hold: unknown;
      reminders: number;
      ended_at: Date | null;
      end_reason: "recovered" | "cancelled" | "expired" | "offboarded" | "evicted" | null;
    };
  };
  RECORD_TRENDS: {
    values: [readonly (string | null)[], readonly (string | null)[]];
    row: Record<never, never>;
  };
  REMOVE_FUTURE: {
    values: [Date];
    row: Record<never, never>;
  };
  RUN_IS_WRITTEN: {
    values: [string, Date];
    row: {
      written: boolean;
    };
  };
  STATES: {
    values: [];
    row: {
      tenant_id: string;
      signal: string;
      line: string;
      state: unknown;
    };
  };
  TENANT_CARDS: {
    values: [readonly (string | null)[]];
    row: {
      id: string;
      name: string;
      contact_address: string;
      time_zone: string;
      links: unknown;
    };
  };
  THREAD_MAILS: {
    values: [];
    row: {
      thread_id: string;
      accepted: boolean;
      may_have_left: boolean;
      open: boolean;
    };
  };
  UNKNOWN_UNTIL: {
    values: [readonly (string | null)[], readonly (string | null)[], Date];
    row: {
      signal: string;
      line: string;
      slot: Date;
    };
  };
  UPSERT_ALERTS: {
    values: [readonly (string | null)[], readonly (string | null)[], readonly (string | null)[], readonly (string | null)[], readonly (string | null)[], readonly (string | null)[], readonly (string | null)[], readonly (Date | null)[], readonly (Date | null)[], readonly (Date | null)[], readonly (number | null)[], readonly (string | null)[], readonly (number | null)[], readonly (Date | null)[], readonly (number | null)[], readonly (Date | null)[], readonly (Date | null)[], readonly (boolean | null)[], readonly (string | null)[], readonly (number | null)[], readonly (Date | null)[], readonly (string | null)[]];
    row: Record<never, never>;
  };
  UPSERT_JUDGEMENTS: {
    values: [readonly (string | null)[], readonly (string | null)[], readonly (string | null)[], readonly (string | null)[], readonly (string | null)[], readonly (Date | null)[], readonly (string | null)[], readonly (Date | null)[], readonly (number | null)[], readonly (number | null)[], Date];
    row: Record<never, never>;
  };
};
