// Written by npx tsx bin/write-statement-types.ts from statements.ts and the database's schema. Don't change it by hand.

export type Types = {
  CLAIM: {
    values: [];
    row: {
      job: string;
    };
  };
  CYCLES: {
    values: [number | bigint | string];
    row: Record<never, never>;
  };
  DEPARTURES: {
    values: [number | bigint | string];
    row: Record<never, never>;
  };
  MAIL_BYTES: {
    values: [number | bigint | string];
    row: Record<never, never>;
  };
  PROVIDER_TOKENS: {
    values: [number | bigint | string];
    row: Record<never, never>;
  };
  REPORTED_RUNS: {
    values: [number | bigint | string];
    row: Record<never, never>;
  };
  SESSIONS: {
    values: [number | bigint | string];
    row: Record<never, never>;
  };
  SIGN_INS: {
    values: [number | bigint | string];
    row: Record<never, never>;
  };
  TESTS: {
    values: [number | bigint | string];
    row: Record<never, never>;
  };
  UNREAD_BOUNCES: {
    values: [number | bigint | string];
    row: Record<never, never>;
  };
  WORKERS: {
    values: [number | bigint | string];
    row: Record<never, never>;
  };
};
