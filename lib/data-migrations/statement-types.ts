// Written by npx tsx bin/write-statement-types.ts from statements.ts and the database's schema. Don't change it by hand.

export type Types = {
  CLAIM_LOOK: {
    values: [];
    row: {
      begun_at: Date;
      now_ms: number;
      clocks_apart: boolean;
    };
  };
  INSERT_REPORT: {
    values: [string, string, string, string | null, string | null];
    row: {
      what: string;
    };
  };
  IN_TURN: {
    values: [Date];
    row: {
      begun_at: Date;
    };
  };
  IS_WANTED: {
    values: [string];
    row: {
      enabled: boolean;
    };
  };
  LOCK_TENANT: {
    values: [string];
    row: {
      live: boolean;
    };
  };
  REPORTS_OF: {
    values: [string];
    row: {
      run_id: string;
      what: string;
      at_ms: number;
    };
  };
  SET_WANTED: {
    values: [string, boolean, string];
    row: Record<never, never>;
  };
  WATCHED: {
    values: [];
    row: {
      id: string;
      name: string;
      contact_address: string;
      time_zone: string;
      links: unknown;
      migrations: unknown;
      leaving: unknown;
      wanted_since_ms: number | null;
    };
  };
};
