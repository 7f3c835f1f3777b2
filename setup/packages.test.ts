import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { packagesInPlace } from "./packages.mjs";

const ROOT = path.resolve(import.meta.dirname, "..");
type Packages = Record<string, { version?: string; integrity?: string; optional?: boolean }>;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "watchpost-packages-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function write(locked: Packages, installed: Packages | null): Promise<void> {
  await writeFile(path.join(folder, "package-lock.json"), JSON.stringify({ packages: locked }));
  await mkdir(path.join(folder, "node_modules"), { recursive: true });
  if (installed) {
    const file = path.join(folder, "node_modules/.package-lock.json");
    await writeFile(file, JSON.stringify({ packages: installed }));
  }
}

const a = { "node_modules/a": { version: "1.0.0", integrity: "x" } };
const b = { "node_modules/b": { version: "1.0.0", optional: true } };

test.each<[string, Packages, Packages | null, boolean]>([
  ["what is locked is installed", { "": {}, ...a }, a, true],
  ["an optional package of another kind of machine is left out", { "": {}, ...a, ...b }, a, true],
  ["nothing is installed", a, null, false],
  ["a package is missing", { ...a, "node_modules/c": { version: "1.0.0" } }, a, false],
  ["another version is installed", { "node_modules/a": { version: "2.0.0", integrity: "x" } }, a, false],
  ["a package is installed that isn't locked", {}, a, false],
])("packages are in place or not: %s", async (_case, locked, installed, inPlace) => {
  await write(locked, installed);
  expect(await packagesInPlace(folder)).toBe(inPlace);
});

test("the lock file holds the optional packages of every kind of machine, without which npm ci refuses it", async () => {
  const { packages } = JSON.parse(await readFile(path.join(ROOT, "package-lock.json"), "utf8")) as {
    packages: Record<string, { optionalDependencies?: Record<string, string> }>;
  };
  const places = Object.keys(packages);
  const missing = Object.values(packages)
    .flatMap(({ optionalDependencies = {} }) => Object.keys(optionalDependencies))
    .filter((name) => !places.some((place) => place.endsWith(`node_modules/${name}`)));
  expect(missing, "Run: node .ci/complete-lock.mjs").toEqual([]);
});
