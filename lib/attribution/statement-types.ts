// Written by npx tsx bin/write-statement-types.ts from statements.ts and the database's schema. Don't change it by hand.

export type Types = {
  CURRENT: {
    values: [readonly (string | null)[]];
    row: {
      episode_id: string;
      at: Date;
      side: string;
      sentence: string;
      reasons: unknown;
      would_decide: string | null;
      evidence: unknown;
      kept_side: string;
    };
  };
  INSERT: {
    values: [readonly (string | null)[], readonly (string | null)[], readonly (Date | null)[], readonly (string | null)[], readonly (string | null)[], readonly (string | null)[], readonly (string | null)[], readonly (string | null)[]];
    row: Record<never, never>;
  };
  OF_ALERT: {
    values: [string, string];
    row: {
      episode_id: string;
      at: Date;
      side: string;
      sentence: string;
      reasons: unknown;
      would_decide: string | null;
    };
  };
  OF_OPEN: {
    values: [string];
    row: {
      episode_id: string;
      at: Date | null;
      side: string | null;
      sentence: string | null;
      reasons: unknown;
      would_decide: string | null;
      signal: string;
      line: string;
      breached_at: Date;
      fired_at: Date;
      hold: unknown;
      kept_side: string | null;
    };
  };
  OUTAGES: {
    values: [string, Date, readonly (string | null)[]];
    row: {
      id: string;
      breached_at: Date;
      ended_at: Date | null;
      at: Date | null;
      side: string | null;
    };
  };
  SIDES_OF: {
    values: [string, readonly (string | null)[]];
    row: {
      episode_id: string;
      side: string;
    };
  };
};
