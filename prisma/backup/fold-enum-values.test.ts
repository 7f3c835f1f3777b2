import { expect, test } from "vitest";
import { foldEnumValues } from "./fold-enum-values";

const CREATED = `-- CreateEnum\nCREATE TYPE "kind" AS ENUM ('a', 'it''s');\nCREATE TABLE t (kind "kind");`;

test("a value that a later script adds is there from the first, in its place", () => {
  const [created, added, ...others] = foldEnumValues([
    CREATED,
    `-- AlterEnum\nALTER TYPE "kind" ADD VALUE 'b';\nALTER TABLE t ADD COLUMN n int;`,
    `ALTER TYPE "kind" ADD VALUE IF NOT EXISTS 'first' BEFORE 'a';\nALTER TYPE "kind" ADD VALUE 'second' AFTER 'a';`,
  ]);
  expect(created).toContain(`CREATE TYPE "kind" AS ENUM ('first', 'a', 'second', 'it''s', 'b');`);
  expect(added).toBe(`-- AlterEnum\n-- 'b' is in CREATE TYPE "kind".\nALTER TABLE t ADD COLUMN n int;`);
  expect(others.join()).not.toContain("ADD VALUE");
});

test("what is no such statement stays as it is", () => {
  const scripts = [
    CREATED,
    `-- ALTER TYPE "kind" ADD VALUE 'b';`,
    `ALTER TYPE "other" ADD VALUE 'b';`,
    "SELECT 1;",
  ];
  expect(foldEnumValues(scripts)).toEqual(scripts);
});
