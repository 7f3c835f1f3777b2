// Written by npx tsx bin/write-statement-types.ts from statements.ts and the database's schema. Don't change it by hand.

export type Types = {
  ACCESS_ROWS: {
    values: [string, readonly (string | null)[]];
    row: {
      boundTo: string | null;
      expiresAt: Date;
      endedAt: Date | null;
      claimsReadAt: Date | null;
      claimsDueAt: Date | null;
      id: string | null;
      name: string | null;
      state: "onboarding" | "live" | "ended" | null;
      timeZone: string | null;
      contactAddress: string | null;
      onboardingIssueUrl: string | null;
      without: string[] | null;
      leaving: unknown;
      links: unknown;
    };
  };
  BIND_SESSION: {
    values: [string, string, Date];
    row: Record<never, never>;
  };
  CANDIDATES: {
    values: [readonly (string | null)[]];
    row: {
      id: string;
      state: "onboarding" | "live" | "ended";
      timeZone: string;
      leaving: unknown;
    };
  };
  END_BY_PROVIDER: {
    values: [string, Date, Date, string, string | null, string | null];
    row: {
      taken: number;
      ended: number;
    };
  };
  END_LEASED: {
    values: [string, Date];
    row: Record<never, never>;
  };
  END_OF_SIDS: {
    values: [string, readonly (string | null)[]];
    row: {
      sid: string;
      ended: number;
    };
  };
  IS_LEASED: {
    values: [string];
    row: {
      id: string;
    };
  };
  KNOWN_TENANTS: {
    values: [readonly (string | null)[]];
    row: {
      id: string;
    };
  };
  LEASE_TOKENS: {
    values: [string, number];
    row: {
      tokens: string;
      issuer: string;
      subject: string;
      tenantId: string | null;
      leaseUntil: Date;
    };
  };
  SETTLE_CLAIMS: {
    values: [string, Date, string | null, number | null, boolean];
    row: Record<never, never>;
  };
  START_SESSION: {
    values: [string, string, string, Date, Date, string | null, string, string | null, string | null, number];
    row: Record<never, never>;
  };
  TENANTS_NAMING: {
    values: [string, string | null];
    row: {
      id: string;
      owners: unknown;
    };
  };
};
