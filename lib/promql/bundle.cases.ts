import { readFileSync } from "node:fs";
import { parse } from "yaml";

/** Every query of the default bundle with the path that it stands under. */
export function defaultBundleQueries(): { path: string; template: string }[] {
  const file = new URL("../definitions/defaults/bundle.yaml", import.meta.url);
  return queriesIn(parse(readFileSync(file, "utf8")), "");
}

function queriesIn(value: unknown, path: string): { path: string; template: string }[] {
  if (typeof value === "string")
    return value.includes("$tenant") ? [{ path: path.slice(1), template: value }] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => queriesIn(inner, `${path}.${key}`));
}
