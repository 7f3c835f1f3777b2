// Written by npx tsx bin/write-statement-types.ts from statements.ts and the database's schema. Don't change it by hand.

export type Types = {
  CALL_REFUSED: {
    values: [string, string, string];
    row: Record<never, never>;
  };
  CANCEL_READDRESSED: {
    values: [string];
    row: Record<never, never>;
  };
  COPY_READDRESSED: {
    values: [string, string, string, Buffer, Buffer | null, boolean, string, number | bigint | string];
    row: Record<never, never>;
  };
  MISADDRESSED: {
    values: [number | bigint | string];
    row: {
      id: string;
      seq: string;
      tenant_id: string;
      may_have_left: boolean;
      message_id: string;
      raw: Buffer;
      raw_text_only: Buffer | null;
      recipient: string;
    };
  };
  READDRESS: {
    values: [string, string, string, Buffer, Buffer | null, boolean];
    row: Record<never, never>;
  };
};
