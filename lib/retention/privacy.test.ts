import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { SIGN_IN_RESULTS } from "@/lib/tenancy/sign-in-result";
import { REMOVALS } from "./statements";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const paper = readFileSync(`${ROOT}docs/privacy.md`, "utf8");
const named = new Set([...paper.matchAll(/`([^`\s]+)`/g)].map(([, word]) => word));
const removedBy = paper.split("\n").flatMap((line) => /^- Removed by: `(\w+)`$/.exec(line)?.[1] ?? []);

test("docs/privacy.md names every table of the database", () => {
  const tables = [
    ...readFileSync(`${ROOT}prisma/schema.prisma`, "utf8").matchAll(/^model (?:.|\n)*?@@map\("(\w+)"\)/gm),
  ];
  expect(tables.length).toBeGreaterThan(15);
  for (const [, table] of tables) expect(named, `docs/privacy.md on ${table}`).toContain(table);
});

test("docs/privacy.md names each thing that the hourly job removes once, and nothing that it doesn't", () => {
  expect(removedBy.sort()).toEqual(Object.keys(REMOVALS).sort());
});

test("docs/privacy.md explains every result of a sign-in that the access log can hold", () => {
  for (const result of SIGN_IN_RESULTS)
    if (result !== "database-unreachable") expect(named).toContain(result);
});
