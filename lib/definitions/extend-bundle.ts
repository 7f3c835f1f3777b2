import { readdir, readFile } from "node:fs/promises";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { nearest } from "@/lib/infra/nearest";
import { metricNamesIn } from "@/lib/promql/metric-names";
import { fillPlaceholders } from "@/lib/promql/placeholders";
import { type Path, type Problem, quote, valueAt } from "./problem";
import type { YamlFile } from "./yaml-file";

/** A definition that may have come from several files, and where each part of it stands. */
export type Source = {
  value: unknown;
  /** The place of the value at a path, or of its key. */
  placeOf(path: Path, atKey: boolean): Pick<Problem, "file" | "line" | "path">;
};

/** The bundle that every preset begins from: lib/definitions/defaults/bundle.yaml. */
const BASE = "kubernetes";
const FOLDER = new URL("./presets/", import.meta.url);
const presetFile = (name: string) => relative(".", fileURLToPath(new URL(`${name}.yaml`, FOLDER)));

/** The names that `extends` takes. */
export async function presetNames(): Promise<string[]> {
  const files = await readdir(fileURLToPath(FOLDER));
  return [
    BASE,
    ...files.filter((name) => name.endsWith(".yaml")).map((name) => name.slice(0, -".yaml".length)),
  ].sort();
}

/** A file alone. */
export const sourceOf = (yaml: YamlFile): Source => ({
  value: yaml.value,
  placeOf: (path, atKey) => ({
    file: yaml.file,
    line: atKey ? yaml.lineOfKey(path) : yaml.lineOf(path),
    path,
  }),
});

/**
 * A bundle with what it extends below it: `extends` names a preset, and what else stands in the file replaces that, key by key.
 * `id` distinguishes the lines of a signal; `null` takes away what may be left out.
 * @param read reads one of the portal's own files
 * @param baseFile the file of the bundle that every preset begins from
 * @returns the file alone where it extends nothing; undefined where a problem was found
 */
export async function extended(
  own: YamlFile,
  { read, baseFile }: { read(file: string): Promise<YamlFile | undefined>; baseFile: string },
  problems: Problem[],
): Promise<Source | undefined> {
  const name = valueAt(own.value, ["extends"]);
  if (name === undefined) return sourceOf(own);
  const known = await presetNames();
  if (typeof name !== "string" || !known.includes(name)) {
    const meant = typeof name === "string" ? nearest(name, known) : null;
    const hint = meant ? `Did you mean ${meant}?` : `There are ${known.join(", ")}.`;
    const place = { file: own.file, line: own.lineOf(["extends"]), path: ["extends"] };
    problems.push({ ...place, message: `${quote(name)} is no preset. ${hint}` });
    return undefined;
  }
  const files = name === BASE ? [baseFile] : [baseFile, presetFile(name)];
  const below = await Promise.all(files.map(read));
  const layers = [...below, own].filter((layer) => layer !== undefined);
  const value = layers.map(({ value }) => withoutExtends(value)).reduce(merged);
  return { value, placeOf: (path, atKey) => placeIn(layers, value, path, atKey) };
}

const isMapping = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function withoutExtends(value: unknown): unknown {
  if (!isMapping(value)) return value;
  const { extends: _, ...rest } = value;
  return rest;
}

const idOf = (line: unknown) => (isMapping(line) ? line.id : undefined);

function merged(base: unknown, over: unknown): unknown {
  if (!isMapping(base) || !isMapping(over)) return over;
  const result: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const below = base[key];
    if (value === null) delete result[key];
    else if (key === "lines" && Array.isArray(below) && Array.isArray(value))
      result[key] = mergedLines(below, value);
    else result[key] = Object.hasOwn(base, key) ? merged(below, value) : value;
  }
  return result;
}

/** The lines below in their order, then those that are new. Two of one id stay two, for the check to refuse. */
function mergedLines(below: readonly unknown[], over: readonly unknown[]): unknown[] {
  const replaced = new Set<unknown>();
  const lines = below.map((line) => {
    const other = over.find((each) => idOf(each) !== undefined && idOf(each) === idOf(line));
    replaced.add(other);
    return other === undefined ? line : merged(withoutOthersQueries(line, other), other);
  });
  return [...lines, ...over.filter((line) => !replaced.has(line))];
}

/** The highest value and the breakdown belong to the query that they bound and explain: of another query they say nothing. */
function withoutOthersQueries(line: unknown, over: unknown): unknown {
  if (!isMapping(line) || !isMapping(over) || over.query === undefined) return line;
  const { highest: _, breakdown: __, ...rest } = line;
  return rest;
}

/** The topmost file that has something at the path; where none has, the topmost, which should have it. */
function placeIn(layers: readonly YamlFile[], value: unknown, path: Path, atKey: boolean) {
  const own = layers.at(-1);
  for (const layer of layers.toReversed()) {
    const inLayer = pathIn(layer.value, value, path);
    if (inLayer === null || valueAt(layer.value, inLayer) === undefined) continue;
    return {
      file: layer.file,
      line: atKey ? layer.lineOfKey(inLayer) : layer.lineOf(inLayer),
      path: inLayer,
    };
  }
  return { file: own?.file ?? "", line: own?.lineOf(path) ?? 0, path };
}

/** The same path in one of the files, where a line may have another place in its list; null where the file doesn't have the line. */
function pathIn(layer: unknown, value: unknown, path: Path): Path | null {
  const result: (string | number)[] = [];
  for (const [nth, part] of path.entries()) {
    if (typeof part !== "number" || path[nth - 1] !== "lines") {
      result.push(part);
      continue;
    }
    const lines = valueAt(layer, result);
    const id = idOf(valueAt(value, path.slice(0, nth + 1)));
    const index = Array.isArray(lines) ? lines.findIndex((line) => idOf(line) === id) : -1;
    if (index === -1) return null;
    result.push(index);
  }
  return result;
}

/** By preset, the metrics that its own queries name: where a store has all of them, the software is there. */
export async function presetMetrics(label: string): Promise<Map<string, string[]>> {
  const names = (await presetNames()).filter((name) => name !== BASE);
  const metrics = await Promise.all(
    names.map(async (name): Promise<[string, string[]]> => {
      const text = await readFile(presetFile(name), "utf8");
      const queries = [...queriesIn(parse(text))].map((query) =>
        metricNamesIn(fillPlaceholders(query, { label, windowSeconds: 60 }), label),
      );
      return [name, [...new Set(queries.flat())]];
    }),
  );
  return new Map(metrics);
}

function* queriesIn(value: unknown): Generator<string> {
  if (typeof value !== "object" || value === null) return;
  for (const [key, each] of Object.entries(value))
    if (key === "query" && typeof each === "string") yield each;
    else yield* queriesIn(each);
}
