import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const css = readFileSync("app/globals.css", "utf8");

/** What stands in the braces after a text. */
function blockAfter(start: string, within = css): string {
  const from = within.indexOf("{", within.indexOf(start));
  let depth = 0;
  for (let at = from; at < within.length; at += 1) {
    if (within[at] === "{") depth += 1;
    if (within[at] === "}") depth -= 1;
    if (depth === 0) return within.slice(from + 1, at);
  }
  throw new Error(`Nothing is closed after ${start}`);
}
const propertiesOf = (block: string) => [...block.matchAll(/^\s*(--[\w-]+):/gm)].map(([, name]) => name);

test("paper has a colour of its own for each that the dark scale changes", () => {
  const dark = propertiesOf(blockAfter("@media (prefers-color-scheme: dark)"));
  const paper = propertiesOf(blockAfter(":root", blockAfter("@media print")));
  expect(dark.filter((name) => !paper.includes(name))).toEqual([]);
  expect(dark.length).toBeGreaterThan(10);
});

test("in the system's own colours no mark takes the place of the keyboard's ring", () => {
  const rules = [...blockAfter("@media (forced-colors: active)").matchAll(/([^{}]+)\{([^{}]*)\}/g)];
  const marks = rules.flatMap(([, selector = "", body = ""]) =>
    body.includes("outline:") ? [selector] : [],
  );
  expect(marks.length).toBeGreaterThan(0);
  for (const selector of marks) expect(selector).toMatch(/:not\([^)]*:focus-visible\)/);
});
