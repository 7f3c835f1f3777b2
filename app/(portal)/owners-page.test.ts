import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

const pages = readdirSync(import.meta.dirname, { recursive: true, encoding: "utf8" }).filter(
  (file) => path.basename(file) === "page.tsx",
);

test.each(pages)("%s judges the access of whoever asks for it", (file) => {
  const source = readFileSync(path.join(import.meta.dirname, file), "utf8");
  expect(source).toMatch(/^export default ownersPage\(/m);
});

test("the portal has pages", () => {
  expect(pages.length).toBeGreaterThan(8);
});
