import { readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client } from "pg";
import type { Statement } from "@/lib/infra/statement";
import { type Catalog, readCatalog } from "./catalog";
import { describeStatement } from "./describe";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

const HEAD = `// Written by npx tsx bin/write-statement-types.ts from statements.ts and the database's schema. Don't change it by hand.

export type Types = {
`;

/** The folders of lib that have statements, relative to the project. */
export async function foldersWithStatements(): Promise<string[]> {
  const files = await readdir(join(ROOT, "lib"), { recursive: true });
  return files
    .filter((file) => file.endsWith("/statements.ts"))
    .map((file) => join("lib", dirname(file)))
    .sort();
}

const isStatement = (value: unknown): value is Statement =>
  typeof value === "object" && value !== null && "text" in value && "name" in value;

/** The statements that a folder's statements.ts exports. @throws Error where one has another name than its export */
export async function statementsIn(folder: string): Promise<Statement[]> {
  const module: Record<string, unknown> = await import(join(ROOT, folder, "statements.ts"));
  const found = Object.entries(module).flatMap(([name, value]) =>
    (isStatement(value) ? [value] : Object.values(value ?? {}).filter(isStatement)).map(
      (statement) => [name, statement] as const,
    ),
  );
  for (const [name, statement] of found)
    if (module[name] === statement && statement.name !== name)
      throw new Error(`The statement ${name} in ${folder} calls itself ${statement.name}.`);
  return found.map(([, statement]) => statement).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** What a folder's statement-types.ts has to be, by the schema of a database. @param url of a migrated database */
export async function statementTypes(folder: string, url: string): Promise<string> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const catalog = await readCatalog(client);
    let text = HEAD;
    for (const statement of await statementsIn(folder)) text += await typesOf(statement, client, catalog);
    return `${text}};\n`;
  } finally {
    await client.end();
  }
}

/** An outer join makes NULLs of columns that are NOT NULL in their table. */
const HAS_OUTER_JOIN = /\b(LEFT|RIGHT|FULL)\s+(OUTER\s+)?JOIN\b/i;

/** A statement's entry in statement-types.ts. @throws Error where it says of a column what need not be said */
export async function typesOf(statement: Statement, client: Client, catalog: Catalog): Promise<string> {
  const { name, text, notNull = [], nullable = [] } = statement;
  const { values, columns } = await describeStatement(client, text);
  const bySchema = HAS_OUTER_JOIN.test(text) ? () => false : catalog.isNotNull;
  const needless = notNull.filter((column) => {
    const found = columns.find((each) => each.name === column);
    return !found || bySchema(found);
  });
  if (needless.length > 0) throw new Error(`${name} need not say that ${needless.join(", ")} isn't NULL.`);
  const orNull = (type: string, mayBeNull: boolean) =>
    mayBeNull && type !== "unknown" ? `${type} | null` : type;
  const taken = values.map((type, at) => `${orNull(catalog.write(type), nullable.includes(at + 1))}, `);
  const row = columns.map((column) => {
    const mayBeNull = !bySchema(column) && !notNull.includes(column.name);
    return `      ${keyOf(column.name)}: ${orNull(catalog.read(column.dataTypeID), mayBeNull)};\n`;
  });
  return [
    `  ${name}: {\n    values: [${taken.join("").replace(/, $/, "")}];\n`,
    row.length === 0 ? "    row: Record<never, never>;\n" : `    row: {\n${row.join("")}    };\n`,
    "  };\n",
  ].join("");
}

const keyOf = (name: string) => (/^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name));
