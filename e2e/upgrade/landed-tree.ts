import { execFile } from "node:child_process";
import { link, mkdir, readdir, readlink, rm, symlink } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { buildInPlace, buildPastPortal, buildPortal } from "@/setup/build.mjs";

const run = promisify(execFile);

/** A build of the past can't be had from here; the sentence says what to do. */
export class NoSuchBuildError extends Error {
  override name = "NoSuchBuildError";
}

/** The tree of links to the same files: Next refuses packages that lie outside of what it builds. */
async function linkTree(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [path.join(from, entry.name), path.join(to, entry.name)];
    if (entry.isDirectory()) await linkTree(source, target);
    else if (entry.isSymbolicLink()) await symlink(await readlink(source), target);
    else await link(source, target);
  }
}

/**
 * Takes a commit's tree out of a clone's history into a folder, as it was, with the packages of today and a Prisma client of its own.
 * A folder that holds it is used again, with its build.
 * @throws NoSuchBuildError where the clone's history doesn't reach back so far
 */
export async function takeFromHistory(clone: string, commit: string, folder: string): Promise<void> {
  await run("git", ["cat-file", "-e", `${commit}^{commit}`], { cwd: clone }).catch(() => {
    throw new NoSuchBuildError(
      `The build ${commit.slice(0, 7)} isn't in the history of this clone. Fetch all of it (git fetch --unshallow), or run the test in a whole clone.`,
    );
  });
  const packages = path.join(folder, "node_modules");
  await rm(packages, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const archive = `${folder}.tar`;
  await run("git", ["archive", "--format=tar", `--output=${archive}`, commit], { cwd: clone });
  await run("tar", ["-xf", archive, "-C", folder]);
  await rm(archive);
  await linkTree(path.join(clone, "node_modules"), packages);
  await rm(path.join(packages, ".cache"), { recursive: true, force: true });
  await run(process.execPath, ["prisma/generate.mjs"], { cwd: folder });
}

/** Builds the portal of this clone, unless it holds a build of that very source. */
export async function ensureBuilt(clone: string): Promise<void> {
  if (!(await buildInPlace(clone))) await buildPortal(clone, new AbortController().signal);
}

/** The same for a folder that holds a build of the past, which `next start` serves. */
export async function ensurePastBuilt(folder: string): Promise<void> {
  if (!(await buildInPlace(folder))) await buildPastPortal(folder, new AbortController().signal);
}

/** The migrations that a folder's build brings, in order. */
export async function migrationsOf(folder: string): Promise<string[]> {
  const entries = await readdir(path.join(folder, "prisma/migrations"), { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}
