import fc from "fast-check";
import { expect, test } from "vitest";
import { csvRecord } from "./csv";

test("a record is separated by commas, ends in CR LF, and quotes what needs it", () => {
  expect(csvRecord(["a", 1.5, null, 'say "b", c', "two\r\nlines", ""])).toBe(
    'a,1.5,,"say ""b"", c","two\r\nlines",\r\n',
  );
});

test.each([
  "=1+1",
  "+1",
  "-1",
  "@SUM(A1)",
  "\tx",
  "\rx",
  "\nx",
  "＝1",
  '=HYPERLINK("http://else.example","x")',
])("%j is no formula, also where it has to be quoted", (text) => {
  expect(csvRecord([text]).replace(/^"/, "").startsWith("'")).toBe(true);
});

test("numbers stay numbers, negative ones too, and what has no form is empty", () => {
  expect(csvRecord([-1.5, 0, 1e21, Number.NaN, Number.POSITIVE_INFINITY])).toBe("-1.5,0,1e+21,,\r\n");
});

/** As RFC 4180 says, and nothing more. */
function parsed(text: string): string[] {
  const cells: string[] = [];
  let rest = text;
  while (rest !== "") {
    const cell = /^(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/.exec(rest);
    if (!cell) throw new Error(`Not a record: ${JSON.stringify(rest)}`);
    cells.push(cell[1] === undefined ? (cell[2] ?? "") : cell[1].replaceAll('""', '"'));
    rest = rest.slice(cell[0].length);
    if (cell[3] === "\r\n") break;
  }
  if (rest !== "") throw new Error(`After the record: ${JSON.stringify(rest)}`);
  return cells;
}

test("whatever the cells hold, a reader gets them back, one record for one, and no cell begins as a formula", () => {
  const text = fc.string({
    unit: fc.constantFrom("=", "+", "-", "@", ",", '"', "\r", "\n", "\t", "a", "ü", " "),
  });
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 6 }), (cells) => {
      const back = parsed(csvRecord(cells));
      expect(back.map((cell) => cell.replace(/^'/, ""))).toEqual(cells.map((cell) => cell.replace(/^'/, "")));
      for (const cell of back) expect(cell).not.toMatch(/^[=+\-@\t\r]/);
    }),
  );
});
