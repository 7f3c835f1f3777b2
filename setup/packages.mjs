// @ts-check
import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { mustRun } from "./child.mjs";

/** @typedef {{ version?: string, integrity?: string, optional?: boolean, peer?: boolean, link?: boolean }} Locked */

/**
 * @param {string} file
 * @returns {Promise<Record<string, Locked> | null>}
 */
async function lockedPackages(file) {
  try {
    return JSON.parse(await readFile(file, "utf8")).packages;
  } catch {
    return null;
  }
}

/**
 * Whether node_modules is what the lock file says. npm keeps its own account of what it installed, written last, so an
 * installation that was cut short doesn't count.
 * @param {string} root
 */
export async function packagesInPlace(root) {
  const wanted = await lockedPackages(path.join(root, "package-lock.json"));
  const installed = await lockedPackages(path.join(root, "node_modules/.package-lock.json"));
  if (!wanted || !installed) return false;
  const same = Object.entries(wanted).every(([place, { version, integrity, optional }]) => {
    if (place === "") return true;
    const there = installed[place];
    // A package for another kind of machine is left out.
    if (!there) return optional === true;
    return there.version === version && there.integrity === integrity;
  });
  return same && Object.keys(installed).every((place) => place in wanted);
}

/**
 * Installs exactly what the lock file says, running no script of any package.
 * @param {string} root
 * @param {AbortSignal} signal
 */
export async function installPackages(root, signal) {
  // Under `npm run` the very npm that runs is named; otherwise the one on PATH is taken.
  const npm = process.env.npm_execpath?.endsWith(".js") ? process.env.npm_execpath : null;
  const [command, ...args] = npm ? [process.execPath, npm] : ["npm"];
  await mustRun("The packages could not be installed", command, [...args, "ci"], { cwd: root, signal });
}

/** @param {string} file */
const changedMs = async (file) => (await stat(file).catch(() => null))?.mtimeMs ?? 0;

/**
 * Whether the Prisma client is older than its schema, or missing.
 * @param {string} root
 */
export async function clientIsOld(root) {
  const made = await changedMs(path.join(root, "prisma/generated/client.ts"));
  const sources = ["prisma/schema.prisma", "node_modules/.package-lock.json"];
  const newest = Math.max(...(await Promise.all(sources.map((file) => changedMs(path.join(root, file))))));
  return made < newest;
}

/**
 * @param {string} root
 * @param {AbortSignal} signal
 */
export async function generateClient(root, signal) {
  await mustRun("The Prisma client could not be made", process.execPath, ["prisma/generate.mjs"], {
    cwd: root,
    signal,
  });
}
