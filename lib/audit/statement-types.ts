// Written by npx tsx bin/write-statement-types.ts from statements.ts and the database's schema. Don't change it by hand.

export type Types = {
  SIGN_INS: {
    values: [Date, string, string | null, number | bigint | string];
    row: {
      id: string;
      at: Date;
      issuer: string;
      subject: string | null;
      tenant_id: string | null;
      result: string;
    };
  };
};
