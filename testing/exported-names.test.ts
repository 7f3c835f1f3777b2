import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const ROOMS = [
  ...["app", "components", "lib", "alerting", "server", "bin"],
  ...["prisma", "testing", "setup", "demo", "bench", "chaos", "drill"],
];
/** Next's own names for what a page or a route exports. */
const NEXTS =
  /^(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|dynamic|revalidate|metadata|viewport|generateMetadata)$/;
/** A room's statements are read as sql.NAME, and their types as Types. */
const OF_ITS_ROOM = /\/(statements|statement-types)\.ts$/;
const EXPORTED =
  /^export (?:async )?(?:abstract )?(?:function\*?|const|let|class|type|interface|enum) (\w+)/gm;

/** The names that two or more modules export, each with its modules. */
function doubledNames(sources: ReadonlyMap<string, string>): Record<string, string[]> {
  const modulesOf = new Map<string, Set<string>>();
  for (const [file, source] of sources) {
    for (const [, name = ""] of source.matchAll(EXPORTED))
      modulesOf.set(name, (modulesOf.get(name) ?? new Set()).add(file));
  }
  const doubled = [...modulesOf].filter(([name, modules]) => modules.size > 1 && !NEXTS.test(name));
  return Object.fromEntries(doubled.map(([name, modules]) => [name, [...modules]]));
}

function sourcesOf(room: string): [file: string, source: string][] {
  return readdirSync(room, { recursive: true, encoding: "utf8" })
    .map((name) => join(room, name))
    .filter((file) => /\.tsx?$/.test(file) && !/\.(test|integration|full|walk)\.tsx?$/.test(file))
    .filter((file) => !/(^|\/)(node_modules|generated|\.next)\//.test(file) && !OF_ITS_ROOM.test(file))
    .map((file) => [file, readFileSync(file, "utf8")]);
}

test("no two modules export the same name", () => {
  const sources = new Map(ROOMS.flatMap(sourcesOf));
  expect(sources.size).toBeGreaterThan(500);
  expect(doubledNames(sources)).toEqual({});
});

test("a name that two modules export is found, whatever it names; Next's own names are not", () => {
  const sources = new Map([
    [
      "a.ts",
      "export async function judge() {}\nexport type Line = 1;\nexport const GET = 1;\nconst own = 1;\n",
    ],
    ["b.ts", "export const judge = 1;\nexport class Line {}\nexport const GET = 1;\nconst own = 1;\n"],
    ["c.ts", "export const other = 1;\nexport function* judge() {}\n"],
  ]);
  expect(doubledNames(sources)).toEqual({ judge: ["a.ts", "b.ts", "c.ts"], Line: ["a.ts", "b.ts"] });
});
