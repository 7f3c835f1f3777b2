import { execFile } from "node:child_process";
import { mkdir, readdir, rm } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { buildInPlace, buildPastPortal, buildPortal } from "@/setup/build.mjs";
import { installPackages, packagesInPlace } from "@/setup/packages.mjs";

const run = promisify(execFile);

/** A build of the past can't be had from here; the sentence says what to do. */
export class NoSuchBuildError extends Error {
  override name = "NoSuchBuildError";
}

/**
 * Takes a commit's tree out of a clone's history into a folder, as it was, with the packages that it locks and a Prisma client of its
 * own: it may need packages that are no longer used. A folder that holds it is used again, with its packages and its build.
 * @throws NoSuchBuildError where the clone's history doesn't reach back so far
 */
export async function takeFromHistory(clone: string, commit: string, folder: string): Promise<void> {
  await run("git", ["cat-file", "-e", `${commit}^{commit}`], { cwd: clone }).catch(() => {
    throw new NoSuchBuildError(
      `The build ${commit.slice(0, 7)} isn't in the history of this clone. Fetch all of it (git fetch --unshallow), or run the test in a whole clone.`,
    );
  });
  await mkdir(folder, { recursive: true });
  const archive = `${folder}.tar`;
  await run("git", ["archive", "--format=tar", `--output=${archive}`, commit], { cwd: clone });
  await run("tar", ["-xf", archive, "-C", folder]);
  await rm(archive);
  if (!(await packagesInPlace(folder))) await installPackages(folder, new AbortController().signal);
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
