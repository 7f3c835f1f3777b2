import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { freshDatabase } from "@/testing/postgres";
import { foldersWithStatements, statementTypes } from "./statement-types";

/** Writes statement-types.ts beside each statements.ts, by the schema as migrated. @returns the files */
export async function writeStatementTypes(): Promise<string[]> {
  const database = await freshDatabase();
  try {
    const written: string[] = [];
    for (const folder of await foldersWithStatements()) {
      const file = `${folder}/statement-types.ts`;
      await writeFile(
        fileURLToPath(new URL(`../../${file}`, import.meta.url)),
        await statementTypes(folder, database.url),
      );
      written.push(file);
    }
    return written;
  } finally {
    await database.drop();
  }
}
