import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { readYaml, type YamlFile } from "./yaml-file";
import { listItems, splitLongList } from "./yaml-list";

const MANY = 450;
const entries = (change: (index: number) => string[] = () => []) =>
  Array.from({ length: MANY }, (_, index) => [
    `  - id: tenant-${index}`,
    `    name: Capability ${index}`,
    ...change(index),
  ]).flat();
const file = (...lines: string[]) => lines.join("\n");
function read(text: string): YamlFile {
  const result = readYaml("tenants.yaml", Buffer.from(text));
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join("\n"));
  return result.yaml;
}

describe("a long list", () => {
  test("has the value that it has as a whole, and each entry's line", () => {
    const text = file("# all of them", "", "tenants: # here", ...entries(), "");
    expect(splitLongList(text)?.parts).toHaveLength(3);
    const yaml = read(text);
    expect(yaml.value).toEqual(parse(text));
    for (const index of [0, 199, 200, 399, 400, MANY - 1]) {
      expect(yaml.lineOf(["tenants", index, "id"])).toBe(4 + 2 * index);
      expect(yaml.lineOf(["tenants", index, "name"])).toBe(5 + 2 * index);
      expect(yaml.lineOfKey(["tenants", index, "name"])).toBe(5 + 2 * index);
    }
    expect(yaml.lineOf(["tenants"])).toBe(3);
  });

  test("with comments, blank lines, lists, blocks and texts over several lines is the same", () => {
    const text = file(
      "tenants:",
      ...entries((index) =>
        index % 7 === 0
          ? [
              "    without:",
              "      - saturation/storage",
              "  # in between",
              "",
              "    note: |",
              "      - no item",
              "      text",
            ]
          : ['    note: "over', '      two lines"'],
      ),
    );
    expect(splitLongList(text)).not.toBeNull();
    expect(read(text).value).toEqual(parse(text));
  });

  test.each([
    ["a second key", file("tenants:", ...entries(), "other: 1")],
    ["an anchor", file("tenants:", ...entries((index) => (index === 3 ? ["    links: &a {}"] : [])))],
    ["an alias", file("tenants:", ...entries((index) => (index === 3 ? ["    links: *a"] : [])))],
    ["a tag", file("tenants:", ...entries((index) => (index === 3 ? ["    name2: !own x"] : [])))],
    ["a second document", file("tenants:", ...entries(), "---", "a: 1")],
    ["a value beside the key", file("tenants: []", ...entries())],
    ["few entries", file("tenants:", "  - id: a")],
    ["no entry", "tenants:"],
    ["nothing", ""],
  ])("is none with %s", (_, text) => {
    expect(splitLongList(text)).toBeNull();
  });

  test("with a fault is read as a whole, which says the fault and its line", () => {
    const text = file("tenants:", ...entries((index) => (index === 300 ? ["    name: twice"] : [])));
    const list = splitLongList(text);
    expect(list && listItems(list)).toBeNull();
    expect(readYaml("tenants.yaml", Buffer.from(text))).toMatchObject({
      ok: false,
      problems: [{ line: 2 + 2 * 300 + 2, message: expect.stringContaining("written twice") }],
    });
  });

  test("is never read as anything else than the whole would be, whatever its lines are", () => {
    const line = fc.constantFrom(
      "  - id: b",
      "    name: x",
      "  -",
      "   - y",
      "- z",
      "  # c",
      "",
      "    note: |",
      "      - d",
      '    q: "a',
      '  - b"',
      "    [1, 2]",
      "    - e",
      "  f: 1",
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 8 }), fc.integer({ min: 0, max: MANY }), (strange, at) => {
        const all = entries();
        const text = file("tenants:", ...all.slice(0, 2 * at), ...strange, ...all.slice(2 * at));
        const list = splitLongList(text);
        const items = list && listItems(list);
        if (items) expect({ tenants: items }).toEqual(parse(text));
      }),
      { numRuns: 150 },
    );
  });
});
