import { afterAll, beforeAll, expect, test } from "vitest";
import { freshDatabase, type TestDatabase } from "@/testing/postgres";
import { closeDatabase, connectionPool, database } from "./db";
import { isTenantGone } from "./tenant-gone";

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

const errorOf = (statement: () => Promise<unknown>): Promise<unknown> =>
  statement().then(
    () => null,
    (error: unknown) => error,
  );

const edit = { tenantId: "nobody", signal: "latency", line: "p99", by: "owner" };
const OF_NOBODY = `INSERT INTO threshold_edit (tenant_id, signal, line, by) VALUES ('nobody', 'latency', 'p99', 'owner')`;
const bounce = {
  mailId: "00000000-0000-4000-8000-000000000000",
  action: "failed",
  status: "5.1.1",
  detail: "",
};
const OF_NO_MAIL = `INSERT INTO bounce (mail_id, action, status, detail) VALUES ('${bounce.mailId}', 'failed', '5.1.1', '')`;

test.each<[string, () => Promise<unknown>]>([
  ["Prisma's create", () => database.prisma.thresholdEdit.create({ data: edit })],
  ["Prisma's createMany", () => database.prisma.thresholdEdit.createMany({ data: [edit] })],
  [
    "Prisma's transaction",
    () => database.prisma.$transaction(async (within) => within.thresholdEdit.create({ data: edit })),
  ],
  ["plain SQL through Prisma", () => database.prisma.$executeRawUnsafe(OF_NOBODY)],
  ["plain SQL through the pool", () => connectionPool().query(OF_NOBODY)],
])("a row of a tenant that isn't there, by %s, says that the tenant is gone", async (_, statement) => {
  const error = await errorOf(statement);
  expect(error).toBeInstanceOf(Error);
  expect(isTenantGone(error)).toBe(true);
});

test.each<[string, () => Promise<unknown>]>([
  ["Prisma's create", () => database.prisma.bounce.create({ data: bounce })],
  ["plain SQL through Prisma", () => database.prisma.$executeRawUnsafe(OF_NO_MAIL)],
  ["plain SQL through the pool", () => connectionPool().query(OF_NO_MAIL)],
])("a row of a mail that isn't there, by %s, doesn't", async (_, statement) => {
  const error = await errorOf(statement);
  expect((error as Error).message).toMatch(/foreign key/i);
  expect(isTenantGone(error)).toBe(false);
});

test("every foreign key of the database counts exactly if it refers to tenant", async () => {
  const { rows } = await connectionPool().query<{ name: string; toTenant: boolean }>(
    `SELECT conname AS name, confrelid = 'tenant'::regclass AS "toTenant" FROM pg_constraint WHERE contype = 'f'`,
  );
  expect(rows.some(({ toTenant }) => toTenant)).toBe(true);
  expect(rows.some(({ toTenant }) => !toTenant)).toBe(true);
  for (const { name, toTenant } of rows)
    expect([name, isTenantGone({ code: "23503", constraint: name })]).toEqual([name, toTenant]);
});

test.each([
  [
    "a duplicate key",
    () => connectionPool().query("INSERT INTO housekeeping VALUES ('x', now()), ('x', now())"),
  ],
  ["a table that isn't there", () => connectionPool().query("SELECT 1 FROM nowhere")],
  ["a mistake in code", () => Promise.reject(new TypeError("x is not a function"))],
  ["nothing at all", () => Promise.reject(undefined)],
])("%s doesn't either", async (_, statement) => {
  expect(isTenantGone(await errorOf(statement))).toBe(false);
});
