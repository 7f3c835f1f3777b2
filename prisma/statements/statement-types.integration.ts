import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freshDatabase, type TestDatabase } from "@/testing/postgres";
import { readCatalog } from "./catalog";
import { describeStatement } from "./describe";
import { foldersWithStatements, statementsIn, statementTypes, typesOf } from "./statement-types";

let database: TestDatabase;
let client: Client;
beforeAll(async () => {
  database = await freshDatabase();
  client = new Client({ connectionString: database.url });
  await client.connect();
});
afterAll(async () => {
  await client?.end();
  await database?.drop();
});

const textOf = (file: string) => readFile(fileURLToPath(new URL(`../../${file}`, import.meta.url)), "utf8");
const typed = async (text: string, options = {}) =>
  typesOf({ name: "X", text, ...options }, client, await readCatalog(client));

describe.each(await foldersWithStatements())("%s", (folder) => {
  test("its statements have the types that the schema gives them: npx tsx bin/write-statement-types.ts", async () => {
    expect(await textOf(`${folder}/statement-types.ts`)).toBe(await statementTypes(folder, database.url));
    expect(await textOf(`${folder}/statements.ts`)).toMatch(
      /^import type \{ Types \} from "\.\/statement-types";$/m,
    );
    expect(await textOf(`${folder}/statements.ts`)).toContain("const statement = statementsOf<Types>();");
  });

  // Nothing is written: every table is empty and each statement is rolled back. Those that refuse NULL say nothing here.
  test("no statement answers with NULL where its types say that there is none", async () => {
    for (const { name, text, notNull = [] } of await statementsIn(folder)) {
      const { values } = await describeStatement(client, text);
      await client.query("BEGIN");
      const { rows } = await client
        .query<Record<string, unknown>>(
          text,
          values.map(() => null),
        )
        .catch(() => ({ rows: [] }));
      await client.query("ROLLBACK");
      for (const column of notNull)
        expect(
          rows.map((row) => row[column]),
          `${folder}: ${name}.${column}`,
        ).not.toContain(null);
    }
  });
});

describe("types by the schema", () => {
  test("a column is NULL where its table lets it be, and an expression is", async () => {
    expect(await typed("SELECT id, live_since, links, without, id || '' AS text FROM tenant")).toBe(
      [
        "  X: {\n    values: [];\n    row: {\n",
        "      id: string;\n      live_since: Date | null;\n      links: unknown;\n",
        "      without: string[] | null;\n      text: string | null;\n    };\n  };\n",
      ].join(""),
    );
  });

  test("behind an outer join any column may be NULL, unless the statement says otherwise", async () => {
    const text = "SELECT t.id, m.state FROM tenant t LEFT JOIN mail m ON m.tenant_id = t.id";
    expect(await typed(text)).toContain("id: string | null;");
    expect(await typed(text, { notNull: ["id"] })).toContain("id: string;");
    expect(await typed(text)).toContain(
      'state: "queued" | "sending" | "accepted" | "failed" | "held" | "cancelled" | null;',
    );
  });

  test("values are what the columns take, and NULL only where the statement says so", async () => {
    const text = "UPDATE mail SET recipient = $1, last_reply = $2, seq = $3 WHERE id = ANY($4)";
    expect(await typed(text, { nullable: [2] })).toContain(
      "values: [string, string | null, number | bigint | string, readonly (string | null)[]];",
    );
  });

  test("what a statement need not say is refused, and so is one that doesn't fit the schema", async () => {
    await expect(typed("SELECT id FROM tenant", { notNull: ["id"] })).rejects.toThrow(/need not say/);
    await expect(typed("SELECT id FROM tenant", { notNull: ["idd"] })).rejects.toThrow(/need not say/);
    await expect(typed("SELECT nothing FROM tenant")).rejects.toThrow(/does not exist/);
    await expect(typed("SELECT '1'::money AS money")).rejects.toThrow(/money/);
  });
});
