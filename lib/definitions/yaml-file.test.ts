import { describe, expect, test } from "vitest";
import { readYaml } from "./yaml-file";

const bytes = (text: string) => new TextEncoder().encode(text);
const problemsIn = (content: string | Uint8Array) => {
  const result = readYaml("f.yaml", typeof content === "string" ? bytes(content) : content);
  return result.ok ? [] : result.problems.map(({ line, message }) => `${line}: ${message}`);
};

describe("readYaml", () => {
  test("knows the line of every value and key, and falls back to what is around a missing one", () => {
    const result = readYaml("f.yaml", bytes("# head\na:\n  - b: 1\n    c: |\n      x\n      y\n    d: 2\n"));
    if (!result.ok) throw new Error("not read");
    expect(result.yaml.value).toEqual({ a: [{ b: 1, c: "x\ny\n", d: 2 }] });
    expect(result.yaml.lineOf(["a", 0, "d"])).toBe(7);
    expect(result.yaml.lineOf(["a", 0, "missing", "deeper"])).toBe(3);
    expect(result.yaml.lineOfKey(["a", 0, "c"])).toBe(4);
    expect(result.yaml.lineOfKey(["a"])).toBe(2);
  });

  test.each([
    ["an empty file", "", ["0: The file is empty."]],
    ["a file of comments only", "# nothing\n", ["0: The file is empty."]],
    [
      "a key written twice",
      "a: 1\nb: 2\na: 3\n",
      ['3: The key "a" is written twice in the same mapping. Keep one of them.'],
    ],
    [
      "a second document",
      "a: 1\n---\nb: 2\n",
      ['2: A second document begins here with "---". Write one document per file.'],
    ],
    [
      "a tag",
      "a: !!js/function x\n",
      ['1: The tag "!!js/function" is not taken. Write plain text, numbers, lists and mappings.'],
    ],
    ["a tab for a space", "a:\n\tb: 1\n", ["2: A tab indents this line. Use spaces."]],
  ])("refuses %s at its line", (_, text, expected) => {
    expect(problemsIn(text)).toEqual(expected);
  });

  test("reports all faults of a file at once", () => {
    expect(problemsIn("a: 1\na: 2\nb: 1\nb: 2\n").map((line) => line.slice(0, 2))).toEqual(["2:", "4:"]);
  });

  test("refuses text that isn't YAML with the line of the fault", () => {
    expect(problemsIn('a: 1\nb: "open\n')[0]).toMatch(/^[23]: This is not YAML at/);
  });

  test("refuses bytes that are not UTF-8 with line and byte", () => {
    const latin1 = Uint8Array.from([...bytes("a: 1\nname: Caf"), 0xe9, ...bytes("\n")]);
    expect(problemsIn(latin1)).toEqual(["2: The byte 0xe9 is not UTF-8. Save the file as UTF-8."]);
  });

  test("takes a byte order mark", () => {
    expect(problemsIn("\ufeffa: 1\n")).toEqual([]);
  });

  test("refuses a small file whose aliases would grow into a huge one, quickly", () => {
    const lines = ["a: &a [x,x,x,x,x,x,x,x,x]"];
    for (let level = 1; level < 12; level++) {
      const [name, inner] = ["abcdefghijkl"[level], "abcdefghijkl"[level - 1]];
      lines.push(`${name}: &${name} [${Array(9).fill(`*${inner}`).join(",")}]`);
    }
    const startedAtMs = performance.now();
    expect(problemsIn(lines.join("\n"))).toEqual([
      "0: The file's aliases (*name) stand for too much text. Write it out.",
    ]);
    expect(performance.now() - startedAtMs).toBeLessThan(2_000);
  });

  test("takes a few aliases, as a person writes them", () => {
    expect(problemsIn("a: &a { x: 1 }\nb: *a\n")).toEqual([]);
  });

  test.each([
    ["brackets", `a: 1\nb: ${"[".repeat(20_000)}\n`, 2],
    ["dashes", `a:\n  ${"- ".repeat(20_000)}x\n`, 2],
    ["indentation", Array.from({ length: 2_000 }, (_, depth) => `${" ".repeat(depth)}a:`).join("\n"), 202],
  ])("refuses a nesting by %s that would bring the parser down", (_, text, line) => {
    expect(problemsIn(text)).toEqual([`${line}: More than 100 lists and mappings lie in one another here.`]);
  });
});
