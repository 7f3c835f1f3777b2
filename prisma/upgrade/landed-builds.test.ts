import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { breakingStatements } from "./breaking-statements";
import { COMPATIBLE_BUILDS, LANDED_BUILDS } from "./landed-builds";

const MIGRATIONS = fileURLToPath(new URL("../migrations", import.meta.url));
const names = readdirSync(MIGRATIONS)
  .filter((name) => !name.endsWith(".toml"))
  .sort();
const migrations = names.map((name) => ({
  name,
  sql: readFileSync(`${MIGRATIONS}/${name}/migration.sql`, "utf8"),
}));
const [oldestCompatible] = COMPATIBLE_BUILDS;

describe("the record of landed builds", () => {
  test("names commits and migrations that there are, oldest first, and calls none compatible that is older than an incompatible one", () => {
    const newest = LANDED_BUILDS.map(({ newestMigration }) => newestMigration);
    expect(newest).toEqual([...newest].sort());
    expect(names).toEqual(expect.arrayContaining(newest));
    for (const { commit } of LANDED_BUILDS) expect(commit).toMatch(/^[0-9a-f]{40}$/);
    expect(COMPATIBLE_BUILDS).toEqual(LANDED_BUILDS.slice(-COMPATIBLE_BUILDS.length));
  });

  test("stands in the operator's paper as it is", () => {
    const paper = readFileSync("docs/operating.md", "utf8");
    const rows = paper.split("\n").filter((line) => /^\| `[0-9a-f]{7}` /.test(line));
    expect(rows).toEqual(
      LANDED_BUILDS.map(
        ({ commit, on, newestMigration, besideToday }) =>
          `| \`${commit.slice(0, 7)}\` | ${on} | \`${newestMigration}\` | ${besideToday.isCompatible ? "yes" : `no. ${besideToday.because}`} |`,
      ),
    );
  });

  test("calls no build compatible whose replicas a later migration would break", () => {
    const since = migrations.filter(({ name }) => name > (oldestCompatible?.newestMigration ?? ""));
    expect(breakingStatements(since)).toEqual([]);
  });
});

describe("breakingStatements", () => {
  const breaks = (sql: string) => breakingStatements([{ name: "m", sql }]).length > 0;

  test.each([
    'CREATE TABLE "n" (\n  "id" TEXT NOT NULL, -- a; b\n  CONSTRAINT "n_pkey" PRIMARY KEY ("id")\n);',
    'CREATE TABLE "n" ("id" TEXT);\nCREATE UNIQUE INDEX "n_id" ON "n"("id");\nALTER TABLE "n" ADD CONSTRAINT "f" FOREIGN KEY ("id") REFERENCES "mail"("id") ON DELETE CASCADE;',
    'CREATE INDEX "i" ON "mail"("state");',
    'ALTER TABLE "mail" ADD COLUMN "later" TEXT;',
    `ALTER TABLE "mail" ADD COLUMN     "later" TEXT[] DEFAULT ARRAY[]::TEXT[];`,
    `ALTER TABLE "mail" ADD COLUMN "later" JSONB NOT NULL DEFAULT '{}';`,
    `ALTER TABLE "mail" ADD COLUMN "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;`,
    "CREATE TYPE \"word\" AS ENUM ('a', 'b');",
  ])("lets pass what an older build needn't know of: %s", (sql) => {
    expect(breaks(sql)).toBe(false);
  });

  test.each([
    'DROP TABLE "mail";',
    'ALTER TABLE "mail" DROP COLUMN "raw";',
    'ALTER TABLE "mail" RENAME COLUMN "raw" TO "bytes";',
    'ALTER TABLE "mail" RENAME TO "letter";',
    'ALTER TABLE "mail" ALTER COLUMN "episode_key" SET NOT NULL;',
    'ALTER TABLE "mail" ALTER COLUMN "attempts" SET DATA TYPE BIGINT;',
    'ALTER TABLE "mail" ADD COLUMN "later" TEXT NOT NULL;',
    'ALTER TABLE "mail" ADD COLUMN "later" TEXT UNIQUE;',
    'ALTER TABLE "mail" ADD COLUMN "later" TEXT, DROP COLUMN "raw";',
    `ALTER TABLE "mail" ADD COLUMN "later" TEXT DEFAULT '', DROP COLUMN "raw";`,
    'ALTER TABLE "mail" ADD CONSTRAINT "c" CHECK ("attempts" < 9);',
    'CREATE UNIQUE INDEX "u" ON "mail"("recipient");',
    "ALTER TYPE \"episode_end\" ADD VALUE 'evicted';",
    'CREATE TABLE "n" ("id" TEXT);\nALTER TABLE "n" ADD CONSTRAINT "f" FOREIGN KEY ("id") REFERENCES "mail"("id") ON DELETE RESTRICT;',
    'CREATE TABLE "n" ("id" TEXT REFERENCES "mail"("id"));',
    'CREATE TABLE "n" ("a" TEXT REFERENCES "mail"("id"), "b" TEXT REFERENCES "mail"("id") ON DELETE CASCADE);',
    'DELETE FROM "mail";',
  ])("finds what it couldn't live with, in a script of several statements too: %s", (sql) => {
    expect(breaks(`CREATE TABLE "other" ("a" INTEGER);\n${sql}`)).toBe(true);
  });

  describe("of a column that gets a second name", () => {
    const ADD = 'ALTER TABLE "mail" ADD COLUMN "later" TEXT;';
    const COPY = `CREATE OR REPLACE FUNCTION "mail_copy_later"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW."later" := COALESCE(NEW."later", NEW."kind");
        NEW."kind" := NEW."later";
    ELSIF NEW."later" IS DISTINCT FROM OLD."later" THEN
        NEW."kind" := NEW."later";
    ELSE
        NEW."later" := NEW."kind";
    END IF;
    RETURN NEW;
END
$$;`;
    const TRIGGER =
      'CREATE TRIGGER "mail_copy_later" BEFORE INSERT OR UPDATE OF "later", "kind" ON "mail" FOR EACH ROW EXECUTE FUNCTION "mail_copy_later"();';
    const BACKFILL = 'UPDATE "mail" SET "later" = "kind" WHERE "later" IS NULL;';

    test("lets pass the column, the trigger that copies, and the update of the rows that there are", () => {
      expect(breaks([ADD, COPY, TRIGGER, BACKFILL].join("\n"))).toBe(false);
    });

    test.each([
      ["a column that older builds write", [COPY, TRIGGER]],
      [
        "a default, which would hide what an older build writes",
        [ADD.replace(";", " DEFAULT '';"), COPY, TRIGGER],
      ],
      ["another table's column", [ADD, COPY, TRIGGER.replace('ON "mail"', 'ON "bounce"')]],
      ["other columns than the function's", [ADD, COPY, TRIGGER.replace('"kind"', '"raw"')]],
      ["another function", [ADD, COPY.replace("RETURN NEW", "RETURN NULL"), TRIGGER]],
      ["a function that comes in the place of one that a trigger runs", [ADD, COPY, TRIGGER, COPY]],
      ["a backfill of a column that older builds know", [ADD, BACKFILL.replace('SET "later"', 'SET "raw"')]],
      ["a backfill that writes a second column", [ADD, BACKFILL.replace(" WHERE", ', "raw" = "kind" WHERE')]],
    ])("refuses %s", (_, statements) => {
      expect(breaks(statements.join("\n"))).toBe(true);
    });
  });
});
