// Written by npx tsx bin/write-statement-types.ts from statements.ts and the database's schema. Don't change it by hand.

export type Types = {
  UNREAD_BOUNCE: {
    values: [number | bigint | string];
    row: {
      id: string;
      received_at: Date;
      tenant_id: string;
      mail_id: string;
      size: number;
      reason: string;
      head: Buffer;
    };
  };
  UNREAD_BOUNCES: {
    values: [number | bigint | string, Date, string | null, number | bigint | string];
    row: {
      id: string;
      received_at: Date;
      tenant_id: string;
      mail_id: string;
      size: number;
      reason: string;
    };
  };
};
