import { createRenamedColumns } from "./renamed-columns";

/** A default, and no further clause that old rows or old writes would be held to. */
const DEFAULT = "DEFAULT (?!.*\\b(?:UNIQUE|CHECK|REFERENCES|DROP|ALTER|RENAME)\\b).+";
/** What doesn't disturb an older build, which knows nothing of it. Everything else is refused: it can't be proven. */
const HARMLESS = [
  /^CREATE TABLE /,
  /^CREATE TYPE /,
  // Writers wait while it is built: seconds, in the tables that retention keeps small.
  /^CREATE INDEX /,
  // With nothing behind the type but a default, what the older build writes stays valid.
  new RegExp(`^ALTER TABLE \\S+ ADD COLUMN \\S+ [\\w()[\\]]+( (NOT NULL )?${DEFAULT})?$`),
];
const NEW_TABLE = /^CREATE TABLE (\S+)/;
const OF_TABLE = /^(?:ALTER TABLE|CREATE (?:UNIQUE )?INDEX \S+ ON) ([^\s(]+)/;
/** A row that an older build deletes or renames must not be held by one of a table that it doesn't know. */
const REFERENCE = /REFERENCES ([^\s(]+) ?\([^)]*\)([^,]*)/g;
const LETS_GO = /ON DELETE (CASCADE|SET NULL)/;

/**
 * A script's statements on one line each, without comments and double quotes. A semicolon ends one where it ends a line, except in
 * the body of a function.
 */
function statementsOf(script: string): string[] {
  return script
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/--.*$/gm, "")
    .replace(/\$\$[\s\S]*?\$\$/g, (body) => body.replace(/\s+/g, " "))
    .split(/;\s*$/m)
    .map((statement) => statement.replaceAll('"', "").replace(/\s+/g, " ").trim())
    .filter(Boolean);
}

/**
 * The statements that builds from before these migrations couldn't live with, read plainly: what isn't known to be harmless counts.
 * @param migrations all that such a build lacks, in order: tables that one of them makes are no older build's concern
 */
export function breakingStatements(
  migrations: readonly { name: string; sql: string }[],
): { migration: string; statement: string }[] {
  const made = new Set<string>();
  const renamed = createRenamedColumns();
  const breaks = (statement: string): boolean => {
    const table = NEW_TABLE.exec(statement)?.[1];
    if (table) made.add(table);
    const of = table ?? OF_TABLE.exec(statement)?.[1];
    const isOfNewTable = of !== undefined && made.has(of);
    if (isOfNewTable)
      return [...statement.matchAll(REFERENCE)].some(
        ([, other = "", clause = ""]) => !made.has(other) && !LETS_GO.test(clause),
      );
    return !renamed.has(statement) && !HARMLESS.some((pattern) => pattern.test(statement));
  };
  return migrations.flatMap(({ name, sql }) =>
    statementsOf(sql)
      .filter(breaks)
      .map((statement) => ({ migration: name, statement })),
  );
}
