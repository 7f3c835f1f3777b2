import type { Client, FieldDef } from "pg";

/** What the driver gives for a type of PostgreSQL, and what it takes. */
type Mapped = { read: string; write: string };

const same = (type: string): Mapped => ({ read: type, write: type });

/** By pg's own parsers. JSON is written as text: pg would write a list as PostgreSQL's list. int8 and numeric may be too large for a number. */
const TYPES: Record<string, Mapped> = {
  bool: same("boolean"),
  bytea: same("Buffer"),
  float8: same("number"),
  int4: same("number"),
  int8: { read: "string", write: "number | bigint | string" },
  json: { read: "unknown", write: "string" },
  jsonb: { read: "unknown", write: "string" },
  name: same("string"),
  text: same("string"),
  timestamptz: same("Date"),
  uuid: same("string"),
  varchar: same("string"),
  void: same("unknown"),
};

type TypeRow = {
  oid: number;
  name: string;
  element: number | null;
  base: number | null;
  labels: string[] | null;
};

const TYPE_ROWS = `
  SELECT oid::int4, typname AS name, CASE WHEN typcategory = 'A' THEN typelem::int4 END AS element, nullif(typbasetype, 0)::int4 AS base,
    (SELECT array_agg(enumlabel::text ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = pg_type.oid) AS labels
  FROM pg_type`;

const NOT_NULL = `
  SELECT attrelid::int4 AS "table", attnum::int4 AS "column" FROM pg_attribute WHERE attnotnull AND attnum > 0 AND NOT attisdropped`;

/** What a database knows of its types and columns. */
export type Catalog = {
  /** The type of a column's value, without NULL. @throws Error for one that no statement has used yet */
  read(type: number): string;
  /** What a value of the type may be, without NULL. Elements of a list may be NULL. */
  write(type: number): string;
  /** Whether it is a table's column, and one that is NOT NULL there. */
  isNotNull(column: FieldDef): boolean;
};

/** Reads the catalog of the database that the client is connected to. */
export async function readCatalog(client: Client): Promise<Catalog> {
  const types = new Map((await client.query<TypeRow>(TYPE_ROWS)).rows.map((row) => [row.oid, row]));
  const { rows } = await client.query<{ table: number; column: number }>(NOT_NULL);
  const notNull = new Set(rows.map(({ table, column }) => `${table}.${column}`));

  const map = (oid: number): Mapped => {
    const type = types.get(oid);
    if (type?.base) return map(type.base);
    if (type?.labels) return same(type.labels.map((label) => JSON.stringify(label)).join(" | "));
    if (type?.element) {
      const { read, write } = map(type.element);
      return { read: list(read), write: `readonly (${write} | null)[]` };
    }
    const known = TYPES[type?.name ?? ""];
    if (!known) throw new Error(`The type ${type?.name ?? oid} has no type in TypeScript yet.`);
    return known;
  };
  return {
    read: (oid) => map(oid).read,
    write: (oid) => map(oid).write,
    isNotNull: ({ tableID, columnID }) => notNull.has(`${tableID}.${columnID}`),
  };
}

const list = (element: string) => (element.includes(" ") ? `(${element})[]` : `${element}[]`);
