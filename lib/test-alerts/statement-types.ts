// Written by npx tsx bin/write-statement-types.ts from statements.ts and the database's schema. Don't change it by hand.

export type Types = {
  LOCK_TENANT: {
    values: [string];
    row: Record<never, never>;
  };
  NEWEST: {
    values: [string];
    row: {
      id: string;
      requested_at: Date;
      requested_by: string;
    };
  };
  RECENT: {
    values: [string, number | bigint | string];
    row: {
      requested_at: Date;
      again_ms: number;
    };
  };
  REQUEST: {
    values: [string, string, string];
    row: Record<never, never>;
  };
  TAKE: {
    values: [];
    row: {
      id: string;
      tenant_id: string;
      name: string;
      contact_address: string;
      time_zone: string;
      links: unknown;
      requested_at: Date;
      requested_by: string;
    };
  };
  WRITTEN: {
    values: [string];
    row: Record<never, never>;
  };
};
