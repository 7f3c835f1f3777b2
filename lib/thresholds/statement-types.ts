// Written by npx tsx bin/write-statement-types.ts from statements.ts and the database's schema. Don't change it by hand.

export type Types = {
  ALL_SETTINGS: {
    values: [];
    row: {
      signal: string;
      line: string;
      enabled: boolean;
      value: number;
      inclusive: boolean;
      forSeconds: number;
      recoverForSeconds: number;
      version: number;
      tenantId: string;
    };
  };
  EDITS_OF_ALL: {
    values: [readonly (string | null)[], Date];
    row: {
      id: string;
      tenantId: string;
      signal: string;
      line: string;
      at: Date;
      by: string;
      from: unknown;
      to: unknown;
      preview: unknown;
    };
  };
  SETTINGS_OF: {
    values: [string];
    row: {
      signal: string;
      line: string;
      enabled: boolean;
      value: number;
      inclusive: boolean;
      forSeconds: number;
      recoverForSeconds: number;
      version: number;
    };
  };
  SWITCHED_OFF: {
    values: [readonly (string | null)[]];
    row: {
      tenantId: string;
      signal: string;
      line: string;
      by: string;
    };
  };
};
