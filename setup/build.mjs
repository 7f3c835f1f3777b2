// @ts-check
import { createHash } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { mustRun } from "./child.mjs";

/** What `next build` reads. */
const FOLDERS = ["app", "components", "lib", "public", "prisma"];
const FILES =
  /^(package-lock\.json|tsconfig\.json|[^.]+\.config\.(ts|mjs)|proxy\.ts|instrumentation(-client)?\.ts)$/;
const UNREAD = /\.(test|integration)\.tsx?$|^prisma\/generated\//;

/** @param {string} root */
const stampFile = (root) => path.join(root, ".next/built-from");

/**
 * A fingerprint of the portal's source: contents, not times, so that a fresh checkout of the same code is the same.
 * @param {string} root
 */
async function fingerprint(root) {
  const top = (await readdir(root)).filter((name) => FILES.test(name));
  const below = await Promise.all(
    FOLDERS.map(async (folder) => {
      const entries = await readdir(path.join(root, folder), { recursive: true, withFileTypes: true }).catch(
        () => [],
      );
      return entries
        .filter((entry) => entry.isFile())
        .map((entry) => path.join(entry.parentPath, entry.name));
    }),
  );
  const files = [...top, ...below.flat().map((file) => path.relative(root, file))];
  const hash = createHash("sha256").update(process.version);
  for (const file of files.filter((name) => !UNREAD.test(name)).sort()) {
    hash.update(`\0${file}\0`).update(await readFile(path.join(root, file)));
  }
  return hash.digest("hex");
}

/**
 * Whether .next holds a finished build of the present source.
 * @param {string} root
 */
export async function buildInPlace(root) {
  const stamp = await readFile(stampFile(root), "utf8").catch(() => "");
  return stamp !== "" && stamp === (await fingerprint(root));
}

/**
 * Builds the portal for production.
 * @param {string} root
 * @param {AbortSignal} signal
 */
export async function buildPortal(root, signal) {
  const before = await fingerprint(root);
  await mustRun(
    "The portal could not be built",
    process.execPath,
    ["node_modules/next/dist/bin/next", "build"],
    {
      cwd: root,
      signal,
      env: { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" },
    },
  );
  await writeFile(stampFile(root), before);
}
