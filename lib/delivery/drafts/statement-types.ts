// Written by npx tsx bin/write-statement-types.ts from statements.ts and the database's schema. Don't change it by hand.

export type Types = {
  COUNT_DRAFTS: {
    values: [number | bigint | string];
    row: {
      many: number;
    };
  };
  ENQUEUE_DRAFTS: {
    values: [readonly (string | null)[], readonly (string | null)[], readonly (string | null)[], readonly (string | null)[], readonly (string | null)[], readonly (string | null)[], readonly (string | null)[], readonly (Buffer | null)[], readonly (string | null)[], readonly (number | null)[], readonly (string | null)[], number, number];
    row: Record<never, never>;
  };
  FINISH_DRAFTS: {
    values: [readonly (string | null)[], readonly (string | null)[], readonly (string | null)[], readonly (Buffer | null)[], readonly (Buffer | null)[]];
    row: {
      id: string;
    };
  };
  LEASE_DRAFTS: {
    values: [number | bigint | string, number, number];
    row: {
      id: string;
      seq: string;
      tenant_id: string;
      kind: string;
      recipient: string;
      thread_id: string | null;
      message_id: string;
      facts: unknown;
      lease: string;
      age_ms: number;
    };
  };
  RELEASE_DRAFTS: {
    values: [readonly (string | null)[], readonly (string | null)[], boolean];
    row: Record<never, never>;
  };
};
