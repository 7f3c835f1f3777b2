import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const rows = readFileSync(`${ROOT}docs/alerting-faults.md`, "utf8")
  .split("\n")
  .flatMap((line) => {
    const [, number, , files] = line.split("|").map((cell) => cell.trim());
    if (!number || !/^\d+$/.test(number)) return [];
    return [
      { number: Number(number), files: [...(files ?? "").matchAll(/`([^`]+)`/g)].map(([, file]) => file) },
    ];
  });

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
