import type { Datamodel } from "./datamodel";

type Model = Datamodel["models"][number];
type Field = Model["fields"][number];
type Index = Datamodel["indexes"][number];

/** Prisma's types without a native one, in PostgreSQL. */
const TYPES: Record<string, string> = {
  BigInt: "BIGINT",
  Boolean: "BOOLEAN",
  Bytes: "BYTEA",
  Float: "DOUBLE PRECISION",
  Int: "INTEGER",
  Json: "JSONB",
  String: "TEXT",
};
const SERIALS: Record<string, string> = { BigInt: "BIGSERIAL", Int: "SERIAL" };
const NATIVE_TYPES: Record<string, string> = { Timestamptz: "TIMESTAMPTZ", Uuid: "UUID" };
const ACTIONS: Record<string, string> = { Cascade: "CASCADE", Restrict: "RESTRICT", SetNull: "SET NULL" };
const ALGORITHMS: Record<string, string> = { Gin: "GIN" };

/** @throws Error for what schema.prisma has not used yet, and so this file doesn't know */
function known(table: Record<string, string>, word: string): string {
  const found = table[word];
  if (found === undefined) throw new Error(`What ${word} is in PostgreSQL isn't written down yet.`);
  return found;
}

const quoted = (name: string) => `"${name}"`;
const list = (names: readonly string[]) => names.map(quoted).join(", ");
const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;
const tableOf = ({ name, dbName }: { name: string; dbName?: string | null }) => dbName ?? name;

/**
 * The tables that a datamodel describes, as SQL for an empty database, by Prisma's rules for what the schema leaves open:
 * names of indexes and keys, and what happens to a row when the one that it refers to goes.
 */
export function datamodelSql({ enums, models, indexes }: Datamodel): string {
  const modelOf = (name: string) => {
    const found = models.find((model) => model.name === name);
    if (!found) throw new Error(`The datamodel has no ${name}.`);
    return found;
  };
  return [
    ...enums.map(
      (each) =>
        `CREATE TYPE ${quoted(tableOf(each))} AS ENUM (${each.values.map((value) => literal(tableOf(value))).join(", ")});`,
    ),
    ...models.map((model) => tableSql(model, enums)),
    ...indexes.map((index) => indexSql(index, modelOf(index.model))),
    ...models.flatMap((model) =>
      model.fields
        .filter(({ relationFromFields }) => relationFromFields?.length)
        .map((field) => foreignKeySql(model, field, modelOf(field.type))),
    ),
  ].join("\n");
}

function tableSql(model: Model, enums: Datamodel["enums"]): string {
  const columns = model.fields
    .filter(({ kind }) => kind !== "object")
    .map((field) => columnSql(field, enums));
  return `CREATE TABLE ${quoted(tableOf(model))} (${columns.join(", ")});`;
}

function columnSql(field: Field, enums: Datamodel["enums"]): string {
  const type = `${typeSql(field, enums)}${field.isList ? "[]" : ""}`;
  const notNull = field.isRequired && !field.isList ? " NOT NULL" : "";
  return `${quoted(tableOf(field))} ${type}${notNull}${defaultSql(field, type)}`;
}

function typeSql({ kind, type, nativeType, default: value }: Field, enums: Datamodel["enums"]): string {
  const found = enums.find(({ name }) => kind === "enum" && name === type);
  if (found) return quoted(tableOf(found));
  if (nativeType) {
    const [name, options] = nativeType;
    return `${known(NATIVE_TYPES, name)}${options.length > 0 ? `(${options.join(", ")})` : ""}`;
  }
  const isSerial = typeof value === "object" && "name" in value && value.name === "autoincrement";
  return known(isSerial ? SERIALS : TYPES, type);
}

function defaultSql({ default: value }: Field, type: string): string {
  if (value === undefined) return "";
  if (Array.isArray(value)) return ` DEFAULT ARRAY[]::${type}`;
  if (typeof value === "string") return ` DEFAULT ${literal(value)}`;
  if (typeof value !== "object") return ` DEFAULT ${value}`;
  return known({ autoincrement: "", now: " DEFAULT CURRENT_TIMESTAMP" }, value.name);
}

const columnsOf = (model: Model, names: readonly string[] = []) =>
  names.map((name) => tableOf(model.fields.find((field) => field.name === name) ?? { name }));

function indexSql({ type, algorithm, fields }: Index, model: Model): string {
  const table = tableOf(model);
  const columns = columnsOf(
    model,
    fields.map(({ name }) => name),
  );
  if (type === "id")
    return `ALTER TABLE ${quoted(table)} ADD CONSTRAINT ${quoted(`${table}_pkey`)} PRIMARY KEY (${list(columns)});`;
  const name = [table, ...columns, type === "unique" ? "key" : "idx"].join("_");
  const using = algorithm ? ` USING ${known(ALGORITHMS, algorithm)}` : "";
  const unique = type === "unique" ? "UNIQUE " : "";
  return `CREATE ${unique}INDEX ${quoted(name)} ON ${quoted(table)}${using} (${list(columns)});`;
}

function foreignKeySql(model: Model, field: Field, other: Model): string {
  const columns = columnsOf(model, field.relationFromFields);
  const name = [tableOf(model), ...columns, "fkey"].join("_");
  const onDelete = field.relationOnDelete ?? (field.isRequired ? "Restrict" : "SetNull");
  return [
    `ALTER TABLE ${quoted(tableOf(model))} ADD CONSTRAINT ${quoted(name)} FOREIGN KEY (${list(columns)})`,
    `REFERENCES ${quoted(tableOf(other))} (${list(columnsOf(other, field.relationToFields))})`,
    `ON DELETE ${known(ACTIONS, onDelete)} ON UPDATE ${known(ACTIONS, field.relationOnUpdate ?? "Cascade")};`,
  ].join(" ");
}
