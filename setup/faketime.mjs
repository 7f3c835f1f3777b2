// @ts-check
import { access } from "node:fs/promises";
import path from "node:path";
import { isDebian, unpackDebianPackages } from "./debian.mjs";

const TRIPLETS = { x64: "x86_64-linux-gnu", arm64: "aarch64-linux-gnu" };

/**
 * Sees to libfaketime, by which one process's clock can jump: the machine's own, or Debian's package unpacked under .data/tools.
 * @param {string} root
 * @param {AbortSignal} signal
 * @returns {Promise<string | null>} the library's path; null where it can't be had here
 */
export async function provideFaketime(root, signal) {
  const triplet = TRIPLETS[/** @type {keyof typeof TRIPLETS} */ (process.arch)];
  if (process.platform !== "linux" || triplet === undefined) return null;
  const inPackage = `usr/lib/${triplet}/faketime/libfaketimeMT.so.1`;
  const unpacked = path.join(root, ".data/tools/faketime");
  for (const file of [path.join("/", inPackage), path.join(unpacked, inPackage)])
    if (await isThere(file)) return file;
  if (!(await isDebian())) return null;
  await unpackDebianPackages(["libfaketime"], unpacked, { signal, withDependencies: false });
  signal.throwIfAborted();
  const file = path.join(unpacked, inPackage);
  return (await isThere(file)) ? file : null;
}

const isThere = (/** @type {string} */ file) =>
  access(file).then(
    () => true,
    () => false,
  );
