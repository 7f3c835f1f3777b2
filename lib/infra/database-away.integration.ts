import { afterAll, beforeAll, expect, test } from "vitest";
import { freshDatabase, type TestDatabase } from "@/testing/postgres";
import { isDatabaseAway } from "./database-away";
import { closeDatabase, connectionPool, database } from "./db";

let postgres: TestDatabase;
beforeAll(async () => {
  postgres = await freshDatabase();
});
afterAll(async () => {
  await closeDatabase();
  await postgres?.drop();
});

const STATEMENTS: [string, () => Promise<unknown>][] = [
  ["a query of Prisma's", () => database.prisma.tenant.findMany()],
  ["plain SQL through Prisma", () => database.prisma.$queryRaw`SELECT 1`],
  ["plain SQL through the pool", () => connectionPool().query("SELECT 1")],
];

async function on(url: string, statement: () => Promise<unknown>): Promise<unknown> {
  await closeDatabase();
  process.env.DATABASE_URL = url;
  return statement().then(
    () => null,
    (error: unknown) => error,
  );
}

function elsewhere(change: (url: URL) => void): string {
  const url = new URL(postgres.url);
  change(url);
  return url.href;
}

test.each(STATEMENTS)("%s that nobody answers is the database being away", async (_, statement) => {
  const nobody = elsewhere((url) => {
    url.port = "9";
  });
  const unknownHost = elsewhere((url) => {
    url.hostname = "nowhere.invalid";
  });
  expect(isDatabaseAway(await on(nobody, statement))).toBe(true);
  expect(isDatabaseAway(await on(unknownHost, statement))).toBe(true);
});

test.each([
  ["a query of Prisma's", () => database.prisma.$queryRaw`SELECT pg_terminate_backend(pg_backend_pid())`],
  ["the pool's", () => connectionPool().query("SELECT pg_terminate_backend(pg_backend_pid())")],
])("a connection that is ended under a statement, %s, is the database being away", async (_, statement) => {
  expect(isDatabaseAway(await on(postgres.url, statement))).toBe(true);
});

test("a statement on a connection that broke before it is the database being away", async () => {
  await on(postgres.url, () => connectionPool().query("SELECT 1"));
  const client = await connectionPool().connect();
  const broken = new Promise((resolve) => client.on("error", resolve));
  const { rows } = await client.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
  await connectionPool().query("SELECT pg_terminate_backend($1)", [rows[0]?.pid]);
  await broken;
  const error = await client.query("SELECT 1").catch((caught: unknown) => caught);
  client.release(true);
  expect(error).toBeInstanceOf(Error);
  expect(isDatabaseAway(error)).toBe(true);
});

test.each([
  "08006",
  "25006",
  "25P03",
  "3D000",
  "53100",
  "53200",
  "53300",
  "58030",
  "57P01",
  "57P03",
  "57P04",
  "57P05",
])(
  "a server that refuses with %s, for want of a disk, memory or a primary, is the database being away",
  async (code) => {
    const refusal = `DO $$ BEGIN RAISE EXCEPTION 'refused' USING ERRCODE = '${code}'; END $$`;
    expect(isDatabaseAway(await on(postgres.url, () => connectionPool().query(refusal)))).toBe(true);
    const ofPrisma = await on(postgres.url, () => database.prisma.$executeRawUnsafe(refusal));
    expect(isDatabaseAway(ofPrisma)).toBe(true);
  },
);

test.each([
  ["a column that isn't there", () => database.prisma.$queryRaw`SELECT nothing FROM tenant`],
  ["a table that isn't there", () => connectionPool().query("SELECT 1 FROM nowhere")],
  ["a row that breaks a rule", () => connectionPool().query("INSERT INTO tenant (id) VALUES ('photos')")],
])("%s is not the database being away", async (_, statement) => {
  const error = await on(postgres.url, statement);
  expect(error).toBeInstanceOf(Error);
  expect(isDatabaseAway(error)).toBe(false);
});

test.each([[null], [undefined], ["ECONNREFUSED"], [new Error("no such signal")], [{}]])(
  "%s is not either",
  (error) => expect(isDatabaseAway(error)).toBe(false),
);
