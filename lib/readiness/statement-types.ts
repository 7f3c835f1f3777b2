// Written by npx tsx bin/write-statement-types.ts from statements.ts and the database's schema. Don't change it by hand.

export type Types = {
  APPLIED_MIGRATIONS: {
    values: [];
    row: {
      migration_name: string;
    };
  };
  IS_MIGRATED: {
    values: [];
    row: {
      found: boolean;
    };
  };
  ONE: {
    values: [];
    row: {
      "?column?": number | null;
    };
  };
};
