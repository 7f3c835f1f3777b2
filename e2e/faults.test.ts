import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
/** The list's items: the fault's number, and the files below it. */
const rows = readFileSync(`${ROOT}docs/alerting-faults.md`, "utf8")
  .split(/^(?=\d+\. )/m)
  .slice(1)
  .map((item) => ({
    number: Number.parseInt(item, 10),
    files: [...item.matchAll(/^ +- `([^`]+)`$/gm)].map(([, file]) => file),
  }));

test("the list of faults has each of the twenty once", () => {
  expect(rows.map(({ number }) => number)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
});

test.each(rows)("fault $number is proven in each file that the list names", ({ number, files }) => {
  expect(files.length).toBeGreaterThan(0);
  for (const file of files) {
    const titles = readFileSync(`${ROOT}${file}`, "utf8").match(/"Fault \d+: /g) ?? [];
    expect(titles, file).toContain(`"Fault ${number}: `);
  }
});
