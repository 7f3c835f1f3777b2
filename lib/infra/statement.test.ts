import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { statementsOf, withNumbers } from "./statement";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const FOLDERS = ["alerting", "app", "components", "lib"];

test("a statement's text is the SQL with its fragments in place", () => {
  const statement = statementsOf<{ X: { values: [string]; row: { id: string } } }>();
  const columns = "id, name";
  expect(
    statement("X", { prepared: "x", notNull: ["id"] })`SELECT ${columns} FROM x WHERE id = $1 LIMIT ${3}`,
  ).toEqual({
    name: "X",
    text: "SELECT id, name FROM x WHERE id = $1 LIMIT 3",
    prepared: "x",
    notNull: ["id"],
  });
});

test("numbers stand in a text, and nothing else does", () => {
  expect(withNumbers("LIMIT $1 OFFSET $2 + $1", [10, 0.5])).toBe("LIMIT 10 OFFSET 0.5 + 10");
  for (const value of ["1", null, undefined, Number.NaN, Number.POSITIVE_INFINITY, 1n])
    expect(() => withNumbers("LIMIT $1", [value])).toThrow(RangeError);
});

// Types that are written beside a statement by hand are true until the schema changes.
test("statements are made in statements.ts alone, where their types come from the schema", () => {
  const files = FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" }).map((file) => `${folder}/${file}`),
  );
  const makers = files.filter(
    (file) =>
      /\.tsx?$/.test(file) &&
      !/\/statements\.ts$|^lib\/infra\/(db|statement)\.|\.(test|integration)\.tsx?$/.test(file) &&
      /\bstatementsOf\b|\bStatement<|\.query<|\$queryRaw(Unsafe)?<(?!RowOf<)/.test(
        readFileSync(join(ROOT, file), "utf8"),
      ),
  );
  expect(makers).toEqual([]);
});
