import { Client, DatabaseError } from "pg";
import { expect, test, vi } from "vitest";
import { DatabaseUnusableError, waitForDatabase } from "./wait-for-database";

vi.mock("./speaks-postgres", () => ({ maySpeakPostgres: async () => true }));

/**
 * Every try to connect ends with this error.
 * @returns what waiting for the database ended with, and what it reported
 */
async function waitWhere(error: Error): Promise<{ ended: unknown; lines: string[] }> {
  vi.spyOn(Client.prototype, "connect").mockImplementation(() => Promise.reject(error));
  vi.spyOn(Client.prototype, "end").mockImplementation(() => Promise.resolve());
  const lines: string[] = [];
  const ended = await waitForDatabase("postgresql://w:hunter2@db.example/watchpost", {
    timeoutMs: 0,
    report: (line) => lines.push(line),
  }).catch((caught: unknown) => caught);
  return { ended, lines };
}

const refusal = (code: string, message: string) =>
  Object.assign(new DatabaseError(message, 0, "error"), { code, severity: "FATAL" });

test("a mistake in our code isn't taken for a database that can't be used: it comes out as it is, at once", async () => {
  const mistake = new TypeError("Cannot read properties of undefined");
  const { ended, lines } = await waitWhere(mistake);
  expect(ended).toBe(mistake);
  expect(lines).toEqual([]);
});

test("a refusal that nobody foresaw is printed at once in the server's own words", async () => {
  const { ended, lines } = await waitWhere(refusal("0A000", "unsupported frontend protocol"));
  expect(ended).toEqual(
    new DatabaseUnusableError(
      "The database watchpost on db.example can't be used: unsupported frontend protocol.",
    ),
  );
  expect(lines).toEqual([]);
});

test("a password that is refused is reported at once, without the password", async () => {
  const { ended, lines } = await waitWhere(refusal("28P01", "password authentication failed"));
  expect(ended).toEqual(
    new DatabaseUnusableError(
      "The database watchpost on db.example refuses the user or the password in DATABASE_URL.",
    ),
  );
  expect(lines).toEqual([]);
});

test("what passes by itself is waited for, until the time is over", async () => {
  const { ended } = await waitWhere(refusal("57P03", "the database system is starting up"));
  expect(ended).toEqual(
    new DatabaseUnusableError("The database watchpost on db.example did not answer within 0 s (57P03)."),
  );
});
