import { readFile } from "node:fs/promises";
import { builtinModules } from "node:module";
import path from "node:path";
import { expect, test } from "vitest";

const ROOT = path.resolve(import.meta.dirname, "..");
/** What a bare clone runs first. Each installs the packages itself. */
const ENTRIES = [
  "e2e/test.mjs",
  "e2e/verify.mjs",
  "demo/start.mjs",
  "bench/start.mjs",
  "chaos/start.mjs",
  "drill/start.mjs",
];
const IMPORT = /^(?:import|export)\s[^"';]*?from\s+"([^"]+)"|^import\s+"([^"]+)"/gm;

/** Each package that is imported at the top of a file or of what that imports, with the file; dynamic imports come later. */
async function packagesOf(entry: string, seen = new Set<string>()): Promise<string[]> {
  if (seen.has(entry)) return [];
  seen.add(entry);
  const text = await readFile(path.join(ROOT, entry), "utf8");
  const found: string[] = [];
  for (const [, from, alone] of text.matchAll(IMPORT)) {
    const name = from ?? alone ?? "";
    if (name.startsWith(".")) found.push(...(await packagesOf(path.join(path.dirname(entry), name), seen)));
    else if (!name.startsWith("node:") && !builtinModules.includes(name)) found.push(`${entry}: ${name}`);
  }
  return found;
}

test.each(ENTRIES)("%s needs no package before it has installed them", async (entry) => {
  const seen = new Set<string>();
  expect(await packagesOf(entry, seen)).toEqual([]);
  expect(seen.size).toBeGreaterThan(1);
});
