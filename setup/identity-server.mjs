// @ts-check
import path from "node:path";
import { run } from "./child.mjs";
import { isDebian, unpackDebianPackages } from "./debian.mjs";

/** Its database is made with sqlite3. */
const PACKAGES = ["glewlwyd", "glewlwyd-common", "sqlite3"];

/**
 * Sees to a Glewlwyd below .data/tools: Debian's package, unpacked and not installed.
 * @param {string} root
 * @param {AbortSignal} signal
 * @returns {Promise<string | null>} the folder that is the root of its files; null where it can't be had here
 */
export async function provideIdentityServer(root, signal) {
  const folder = path.join(root, ".data/tools/glewlwyd");
  if (await runs(folder)) return folder;
  if (!(await isDebian())) return null;
  await unpackDebianPackages(PACKAGES, folder, { signal, withDependencies: true });
  signal.throwIfAborted();
  return (await runs(folder)) ? folder : null;
}

/** @param {string} folder */
async function runs(folder) {
  const LD_LIBRARY_PATH = librariesOf(folder);
  const env = { ...process.env, LD_LIBRARY_PATH };
  return (await run(path.join(folder, "usr/bin/glewlwyd"), ["--version"], { env })).code === 0;
}

/**
 * Where its libraries are.
 * @param {string} folder
 */
export const librariesOf = (folder) =>
  ["x86_64", "aarch64"].map((kind) => path.join(folder, `usr/lib/${kind}-linux-gnu`)).join(":");
