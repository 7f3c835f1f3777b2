// Written by npx tsx bin/write-statement-types.ts from statements.ts and the database's schema. Don't change it by hand.

export type Types = {
  LOST_THREADS: {
    values: [readonly (string | null)[], readonly (string | null)[]];
    row: {
      thread_id: string | null;
      tenant_id: string;
      name: string;
      time_zone: string;
    };
  };
  RECORD_AGAIN: {
    values: [readonly (string | null)[], readonly (string | null)[], readonly (string | null)[], readonly (string | null)[], readonly (number | null)[]];
    row: Record<never, never>;
  };
};
