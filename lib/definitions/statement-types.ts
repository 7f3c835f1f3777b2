// Written by npx tsx bin/write-statement-types.ts from statements.ts and the database's schema. Don't change it by hand.

export type Types = {
  CLOCK: {
    values: [];
    row: {
      now: Date;
    };
  };
  DEPARTURES: {
    values: [];
    row: {
      id_digest: string;
      deleted_at: Date;
    };
  };
  DOCUMENTS: {
    values: [];
    row: {
      kind: "bundle" | "platform" | "components";
      document: unknown;
      newer: unknown;
      newer_applied_at: Date | null;
      applied_at: Date;
    };
  };
  END_TENANTS: {
    values: [readonly (string | null)[], Date];
    row: Record<never, never>;
  };
  IDENTITY_DOCUMENT: {
    values: [];
    row: {
      document: unknown;
    };
  };
  INSERT_TENANTS: {
    values: [readonly (string | null)[], readonly (string | null)[], readonly (string | null)[], readonly (string | null)[], readonly (string | null)[], readonly (string | null)[], readonly (string | null)[], readonly (string | null)[], readonly (string | null)[], readonly (string | null)[], readonly (string | null)[], Date];
    row: Record<never, never>;
  };
  LIMIT_LOCK_WAIT: {
    values: [string];
    row: {
      limit: string | null;
    };
  };
  LIMIT_STATEMENT: {
    values: [];
    row: Record<never, never>;
  };
  LIVE_SINCE: {
    values: [Date];
    row: Record<never, never>;
  };
  LOCK: {
    values: [];
    row: {
      pg_advisory_xact_lock: unknown;
    };
  };
  REMOVE_DEPARTURES: {
    values: [readonly (string | null)[]];
    row: Record<never, never>;
  };
  TENANTS: {
    values: [];
    row: {
      id: string;
      name: string;
      contact_address: string;
      time_zone: string;
      onboarding_issue_url: string | null;
      state: "onboarding" | "live" | "ended";
      links: unknown;
      without: string[];
      migrations: unknown;
      leaving: unknown;
      owners: unknown;
    };
  };
  TRY_LOCK: {
    values: [];
    row: {
      got: boolean;
    };
  };
  UPDATE_TENANTS: {
    values: [readonly (string | null)[], readonly (string | null)[], readonly (string | null)[], readonly (string | null)[], readonly (string | null)[], readonly (string | null)[], readonly (string | null)[], readonly (string | null)[], readonly (string | null)[], readonly (string | null)[], readonly (string | null)[], Date];
    row: Record<never, never>;
  };
  UPSERT_DOCUMENT: {
    values: ["bundle" | "platform" | "components", string, string | null, Date];
    row: Record<never, never>;
  };
  UPSERT_IDENTITY: {
    values: [string, Date];
    row: Record<never, never>;
  };
};
