import { readFile } from "node:fs/promises";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freshDatabase, type TestDatabase } from "@/testing/postgres";
import { isDatabaseError } from "./database-error";
import { closeDatabase, connectionPool, database } from "./db";

let postgres: TestDatabase;
beforeAll(async () => {
  postgres = await freshDatabase();
  await closeDatabase();
  process.env.DATABASE_URL = postgres.url;
});
afterAll(async () => {
  await closeDatabase();
  await postgres?.drop();
});

async function errorOf(work: () => unknown): Promise<unknown> {
  try {
    await work();
  } catch (error) {
    return error;
  }
  throw new Error("It was to fail.");
}

async function connectTo(change: (url: URL) => void): Promise<void> {
  const url = new URL(postgres.url);
  change(url);
  const client = new Client({ connectionString: url.href, connectionTimeoutMillis: 2_000 });
  client.on("error", () => {});
  try {
    await client.connect();
  } finally {
    await client.end();
  }
}

test.each<[string, () => unknown]>([
  ["a table that isn't there, of the pool", () => connectionPool().query("SELECT FROM nowhere")],
  ["a table that isn't there, of Prisma", () => database.prisma.$queryRaw`SELECT 1 FROM nowhere`],
  ["a duplicate, of Prisma", () => database.prisma.housekeeping.createMany({ data: [job(), job()] })],
  ["a server that isn't there", () => connectTo((url) => (url.port = "9"))],
  ["a host that isn't there", () => connectTo((url) => (url.hostname = "nowhere.invalid"))],
  ["a database that isn't there", () => connectTo((url) => (url.pathname = "/nowhere"))],
  ["a wrong password", () => connectTo((url) => (url.password = "wrong"))],
  ["no password", () => connectTo((url) => (url.password = ""))],
  [
    "encryption that the server doesn't offer",
    () => connectTo((url) => (url.search = "sslmode=verify-full")),
  ],
  ["a socket that isn't there", () => connectToSocket("/nowhere")],
])("%s is the database's word", async (_, work) => {
  expect(isDatabaseError(await errorOf(work))).toBe(true);
});

test.each<[string, () => unknown]>([
  ["a mistake in code", () => (undefined as unknown as Date).getTime()],
  ["a question that Prisma doesn't know", () => database.prisma.tenant.findMany({ nonsense: 1 } as never)],
  ["a file that isn't there", () => readFile("/nowhere/at-all")],
  ["something that isn't an error", () => Promise.reject("no")],
])("%s isn't", async (_, work) => {
  expect(isDatabaseError(await errorOf(work))).toBe(false);
});

const job = () => ({ job: "sweep", begunAt: new Date() });

async function connectToSocket(host: string): Promise<void> {
  const client = new Client({ host, user: "nobody", database: "nothing" });
  client.on("error", () => {});
  await client.connect();
}
