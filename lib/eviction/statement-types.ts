// Written by npx tsx bin/write-statement-types.ts from statements.ts and the database's schema. Don't change it by hand.

export type Types = {
  ALL_TABLES: {
    values: [];
    row: {
      name: string;
      quoted: string;
    };
  };
  BOUNCES: {
    values: [string];
    row: {
      rows: number;
    };
  };
  CLOCK: {
    values: [];
    row: {
      now_ms: number;
    };
  };
  DELETE_OF_TENANT: {
    values: [string];
    row: Record<never, never>;
  };
  DELETE_TENANT: {
    values: [string];
    row: Record<never, never>;
  };
  DEPART: {
    values: [string, Date, Date, string, string, Date, string];
    row: Record<never, never>;
  };
  EVICTED: {
    values: [];
    row: {
      id: string;
      time_zone: string;
      leaving: unknown;
      now_ms: number;
    };
  };
  LIMIT_LOCK_WAIT: {
    values: [];
    row: Record<never, never>;
  };
  LOCK: {
    values: [number | bigint | string];
    row: {
      pg_advisory_xact_lock: unknown;
    };
  };
  LOCKED: {
    values: [string];
    row: {
      id: string;
      time_zone: string;
      leaving: unknown;
    };
  };
  RECEIPTED: {
    values: [readonly (string | null)[]];
    row: Record<never, never>;
  };
  ROWS_NAMING: {
    values: [string];
    row: {
      rows: number;
    };
  };
  ROWS_OF_TENANT: {
    values: [string];
    row: {
      rows: number;
    };
  };
  TABLES: {
    values: [];
    row: {
      name: string;
      quoted: string;
    };
  };
  UNLOGGED_RECEIPTS: {
    values: [readonly (string | null)[]];
    row: {
      id_digest: string;
      not_serving_from: Date;
      over_at: Date;
      deleted_at: Date;
      deleted: unknown;
    };
  };
  UNNAME_CYCLES: {
    values: [string];
    row: Record<never, never>;
  };
  UNNAME_RELAY_CHECKS: {
    values: [string];
    row: Record<never, never>;
  };
};
