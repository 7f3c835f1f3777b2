import { readFile } from "node:fs/promises";
import { Client } from "pg";
import { afterEach, expect, test } from "vitest";
import { freshDatabase } from "@/testing/postgres";
import { readDatamodel } from "./datamodel";
import { datamodelSql } from "./datamodel-sql";
import { describeDatabase } from "./describe-database";

// schema.prisma and the migrations are written by hand, one beside the other: what one has, the other must have too.

const schema = await readFile(new URL("../schema.prisma", import.meta.url), "utf8");
const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function connect(options: { migrated: boolean }): Promise<Client> {
  const database = await freshDatabase(options);
  stops.push(database.drop);
  const client = new Client({ connectionString: database.url });
  await client.connect();
  stops.push(() => client.end());
  return client;
}

/** The tables of a schema.prisma, made in a database of their own. */
async function describeSchema(text: string): Promise<string[]> {
  const client = await connect({ migrated: false });
  await client.query(datamodelSql(await readDatamodel(text)));
  return describeDatabase(client);
}

/** What only one of the two has. */
const differences = (schemaLines: string[], databaseLines: string[]) => ({
  schema: schemaLines.filter((line) => !databaseLines.includes(line)),
  database: databaseLines.filter((line) => !schemaLines.includes(line)),
});

test("schema.prisma and the migrated database have the same tables, columns, keys and indexes", async () => {
  const lines = await describeSchema(schema);
  expect(lines.length).toBeGreaterThan(200);
  const database = await connect({ migrated: true });
  expect(differences(lines, await describeDatabase(database))).toEqual({ schema: [], database: [] });
});

test("a drift of the database is found", async () => {
  const client = await connect({ migrated: true });
  const before = await describeDatabase(client);
  for (const [drift, ...found] of [
    ["ALTER TABLE mail ADD COLUMN more TEXT", "column mail.more text"],
    ["ALTER TABLE mail ALTER COLUMN kind TYPE VARCHAR(9)", "column mail.kind character varying(9) NOT NULL"],
    ["ALTER TABLE mail ALTER COLUMN created_at TYPE TIMESTAMPTZ(6)", /^column mail\.created_at .+\(6\)/],
    ["ALTER TABLE mail ALTER COLUMN kind DROP NOT NULL", "column mail.kind text"],
    ["ALTER TABLE mail ALTER COLUMN attempts DROP DEFAULT", "column mail.attempts integer NOT NULL"],
    [
      "ALTER TABLE mail ALTER COLUMN attempts SET DEFAULT 1",
      "column mail.attempts integer NOT NULL DEFAULT 1",
    ],
    ["ALTER TABLE mail DROP COLUMN kind"],
    ["ALTER TABLE mail RENAME COLUMN kind TO sort", "column mail.sort text NOT NULL"],
    ["DROP INDEX mail_tenant_id_thread_id_idx"],
    ["CREATE INDEX more ON mail (kind)", "index: CREATE INDEX more ON public.mail USING btree (kind)"],
    ["CREATE UNIQUE INDEX more ON mail (kind)", /^index: CREATE UNIQUE INDEX more/],
    ["DROP INDEX mail_message_id_key"],
    ["ALTER TABLE mail DROP CONSTRAINT mail_tenant_id_fkey"],
    [
      "ALTER TABLE mail DROP CONSTRAINT mail_tenant_id_fkey, ADD CONSTRAINT mail_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenant(id) ON UPDATE CASCADE",
      "key mail_tenant_id_fkey of mail: FOREIGN KEY (tenant_id) REFERENCES tenant(id) ON UPDATE CASCADE",
    ],
    ["ALTER TABLE departure DROP CONSTRAINT departure_pkey"],
    ["ALTER TYPE mail_state ADD VALUE 'lost'", /^enum mail_state: .+, 'lost'$/],
    ["CREATE TABLE more (a int)", "column more.a integer"],
    ["DROP TABLE housekeeping"],
  ] as const) {
    await client.query("BEGIN");
    await client.query(drift);
    const { schema: lost, database: more } = differences(before, await describeDatabase(client));
    await client.query("ROLLBACK");
    expect(lost.length + more.length, drift).toBeGreaterThan(0);
    expect(more, drift).toEqual(
      found.map((line) => (typeof line === "string" ? line : expect.stringMatching(line))),
    );
  }
});

test.each([
  ["a column that may be empty", /(contactAddress +String)/, "$1?", "column tenant.contact_address text"],
  [
    "another default",
    /(attempts +Int +@default\()0/,
    "$11",
    "column mail.attempts integer NOT NULL DEFAULT 1",
  ],
  [
    "a new index",
    /(@@map\("bounce"\))/,
    "@@index([detail])\n  $1",
    /^index: CREATE INDEX bounce_detail_idx /,
  ],
  [
    "another action of a key",
    /(\[mailId\], references: \[id\], onDelete: )Cascade/,
    "$1Restrict",
    /^key bounce_mail_id_fkey .+ ON DELETE RESTRICT$/,
  ],
])("a drift of the schema is found: %s", async (_, at, change, line) => {
  const changed = schema.replace(at, change);
  expect(changed).not.toBe(schema);
  const database = await connect({ migrated: true });
  expect(differences(await describeSchema(changed), await describeDatabase(database)).schema).toEqual([
    typeof line === "string" ? line : expect.stringMatching(line),
  ]);
});

test("what the schema uses and nobody wrote down is an error", async () => {
  const changed = schema.replace(/(contactAddress +String)/, "$1 @db.Citext");
  await expect(describeSchema(changed)).rejects.toThrow(
    "What Citext is in PostgreSQL isn't written down yet.",
  );
});
