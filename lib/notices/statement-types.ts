// Written by npx tsx bin/write-statement-types.ts from statements.ts and the database's schema. Don't change it by hand.

export type Types = {
  BEGIN: {
    values: [string, number];
    row: Record<never, never>;
  };
  CLAIM: {
    values: [string, number, number];
    row: {
      pages: unknown;
      next_try_at: Date;
    };
  };
  FAIL: {
    values: [string, string, string, number, Date];
    row: Record<never, never>;
  };
  FEED: {
    values: [];
    row: {
      repository: string;
      read_at: Date | null;
      failure_code: string | null;
      failure_message: string | null;
      interval_seconds: number;
    };
  };
  INSERT: {
    values: [readonly (number | null)[], readonly (string | null)[], readonly (boolean | null)[], readonly (string | null)[], readonly (string | null)[]];
    row: Record<never, never>;
  };
  NOTICES_OF: {
    values: [string];
    row: {
      document: unknown;
      moved: unknown;
    };
  };
  OPEN_INCIDENTS: {
    values: [];
    row: {
      document: unknown;
      every_tenant: boolean;
      tenants: string[];
    };
  };
  REMOVE_NOTICES: {
    values: [];
    row: Record<never, never>;
  };
  SUCCEED: {
    values: [string, string, Date];
    row: Record<never, never>;
  };
  TENANTS: {
    values: [];
    row: {
      id: string;
      name: string;
    };
  };
};
