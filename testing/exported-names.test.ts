import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "vitest";

const ROOMS = [
  ...["app", "components", "lib", "alerting", "server", "bin"],
  ...["prisma", "testing", "setup", "demo", "bench", "chaos", "drill"],
];
/** Next's own names for what a page or a route exports. */
const NEXTS =
  /^(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|dynamic|revalidate|metadata|viewport|generateMetadata)$/;
/** Words that say what code does as a story. docs/style.md and docs/glossary.md have the field's terms for them. */
const STORY_WORDS = new Set(
  "told tell tells telling heard hear hears hearing bear bears borne fate fates fortune hasten hastens beat forget forgets forgot forgotten mention mentions elder owed owe farewell".split(
    " ",
  ),
);
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

/** "told" and "missing" of missingTold, of MISSING_TOLD and of missing-told. */
const wordsOf = (name: string): string[] =>
  name
    .replace(/([a-z\d])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z]+/);

/** The exported names and the files' names that have a word of a story. */
function storyNames(sources: ReadonlyMap<string, string>): string[] {
  const names = [...sources].flatMap(([file, source]) => [
    basename(file),
    ...[...source.matchAll(EXPORTED)].map(([, name = ""]) => name),
  ]);
  return names.filter((name) => wordsOf(name).some((word) => STORY_WORDS.has(word)));
}

function allSourcesOf(room: string): [file: string, source: string][] {
  return readdirSync(room, { recursive: true, encoding: "utf8" })
    .map((name) => join(room, name))
    .filter((file) => /\.tsx?$/.test(file) && !/(^|\/)(node_modules|generated|\.next)\//.test(file))
    .map((file) => [file, readFileSync(file, "utf8")]);
}

const sourcesOf = (room: string) =>
  allSourcesOf(room).filter(
    ([file]) => !/\.(test|integration|full|walk)\.tsx?$/.test(file) && !OF_ITS_ROOM.test(file),
  );

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

test("no exported name and no file has a word that says what code does as a story", () => {
  expect(storyNames(new Map([...ROOMS, "e2e", "deploy"].flatMap(allSourcesOf)))).toEqual([]);
});

test("a word of a story is found in each way of writing a name, and not within another word", () => {
  const sources = new Map([
    [
      "room/forget-drafts.ts",
      "export const MISSING_TOLD = 1;\nexport type Borne = 1;\nexport const isTold = 1;\n",
    ],
    [
      "room/heartbeat.ts",
      "export const heartbeatAtMs = 1;\nexport function bearerToken() {}\nexport const toldo = 1;\n",
    ],
  ]);
  expect(storyNames(sources)).toEqual(["forget-drafts.ts", "MISSING_TOLD", "Borne", "isTold"]);
});
