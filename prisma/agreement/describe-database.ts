import type { Client } from "pg";
import { MIGRATIONS_TABLE } from "../../server/migration-records";

/**
 * What Prisma's schema has words for, each thing as the server itself words it. Checks, triggers and indexes of a part of a table
 * are the migrations' own.
 */
const DESCRIPTION = `
  SELECT format('enum %s: %s', t.typname, string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder)) AS line
  FROM pg_type t JOIN pg_enum e ON e.enumtypid = t.oid
  WHERE t.typnamespace = current_schema()::regnamespace GROUP BY t.oid, t.typname
  UNION ALL
  SELECT format('column %s.%s %s%s%s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
    CASE WHEN a.attnotnull THEN ' NOT NULL' END, ' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid))
  FROM tables c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
  UNION ALL
  SELECT format('key %s of %s: %s', k.conname, c.relname, pg_get_constraintdef(k.oid))
  FROM tables c JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype IN ('p', 'u', 'f', 'x')
  UNION ALL
  SELECT format('index: %s', pg_get_indexdef(i.indexrelid))
  FROM tables c JOIN pg_index i ON i.indrelid = c.oid AND i.indpred IS NULL AND NOT i.indisprimary`;

/**
 * Describes the tables of a database, line by line, in an order that has nothing to do with how they were made.
 * @param client a connection whose first schema has the tables
 */
export async function describeDatabase(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ line: string }>(
    `WITH tables AS (
      SELECT oid, relname FROM pg_class
      WHERE relkind IN ('r', 'p') AND relnamespace = current_schema()::regnamespace AND relname <> $1
    ) ${DESCRIPTION} ORDER BY 1`,
    [MIGRATIONS_TABLE],
  );
  return rows.map(({ line }) => line);
}
