// Written by npx tsx bin/write-statement-types.ts from statements.ts and the database's schema. Don't change it by hand.

export type Types = {
  DOCUMENT_OF: {
    values: ["bundle" | "platform" | "components"];
    row: {
      text: string;
      newer: string | null;
    };
  };
  IDENTITY: {
    values: [];
    row: {
      text: string;
      newer: string | null;
    };
  };
};
