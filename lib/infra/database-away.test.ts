import { expect, test } from "vitest";
import { awaySentence, isAnswerOfDatabase, isDatabaseAway } from "./database-away";

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

test.each([
  ["a full disk", error("53100"), "The database's disk is full."],
  ["the same, within another error", error("P2010", error("53100")), "The database's disk is full."],
  ["a standby", error("25006"), "The database takes no writes: it is a standby, or read-only."],
  ["a refused connection", error("ECONNREFUSED"), "The database can't be reached."],
  ["no files left", error("EMFILE"), "This process may open no more connections."],
])("%s is said in a sentence", (_, thrown, sentence) => {
  expect(awaySentence(thrown)).toBe(sentence);
});
