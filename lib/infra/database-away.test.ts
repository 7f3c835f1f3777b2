import { expect, test } from "vitest";
import { isAnswerOfDatabase, isDatabaseAway } from "./database-away";

const error = (code: string, cause?: unknown) => Object.assign(new Error("x"), { code, cause });

test.each([
  ["a full disk", error("53100"), true],
  ["a server that takes no writes", error("25006"), true],
  ["the same, as Prisma wraps it", error("P2010", error("53200")), true],
  ["a connection that failed", error("08006"), false],
  ["a refused connection", error("ECONNREFUSED"), false],
  ["a broken pipe", error("EPIPE"), false],
  ["Prisma's name for no connection", error("P1001"), false],
  ["silence", new Error("Query read timeout"), false],
])("of a database that is away, %s is its own answer or none", (_, thrown, isAnswer) => {
  expect(isDatabaseAway(thrown)).toBe(true);
  expect(isAnswerOfDatabase(thrown)).toBe(isAnswer);
});
