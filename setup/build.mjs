// @ts-check
import { createHash } from "node:crypto";
import { cp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { brotliCompress } from "node:zlib";
import { bundleProgram, joinModules } from "./bundle.mjs";
import { mustRun } from "./child.mjs";
import { runToExitCode } from "./run-alone.mjs";

/** What the build reads, and what makes it. */
const FOLDERS = ["app", "components", "lib", "public", "prisma", "alerting"];
const FILES =
  /^(package-lock\.json|tsconfig\.json|[^.]+\.config\.(ts|mjs)|proxy\.ts|instrumentation(-client)?\.ts)$/;
const UNREAD = /\.(test|integration)\.tsx?$|^prisma\/generated\//;
const BUILDERS = ["setup/build.mjs", "setup/bundle.mjs"];

/** The compiled worker, which server/worker.sh starts. */
const WORKER = ".next/worker/main.mjs";

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
  // A build of the past has another builder, or none.
  for (const builder of BUILDERS) hash.update(await readFile(path.join(root, builder)).catch(() => ""));
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
 * @param {string} root
 * @param {{ signal: AbortSignal, echo?: boolean }} options
 */
async function nextBuild(root, { signal, echo }) {
  const env = { ...process.env, NODE_ENV: /** @type {const} */ ("production"), NEXT_TELEMETRY_DISABLED: "1" };
  const args = ["node_modules/next/dist/bin/next", "build"];
  await mustRun("The portal could not be built", process.execPath, args, { cwd: root, signal, env, echo });
}

/**
 * Puts into the standalone server what Next leaves to the operator: the files of public/, and the scripts and styles of the
 * pages. Takes out the .env files that Next copies into it: settings are environment, and a secret of the machine that builds
 * has no place in a build.
 * @param {string} root
 */
export async function completeStandalone(root) {
  const standalone = path.join(root, ".next/standalone");
  for (const folder of ["public", ".next/static"]) {
    await cp(path.join(root, folder), path.join(standalone, folder), { recursive: true });
  }
  for (const file of [".env", ".env.production"]) await rm(path.join(standalone, file), { force: true });
  await packStatic(path.join(standalone, ".next/static"));
}

const packed = promisify(brotliCompress);
/** Below this a packed file isn't shorter by as much as its own headers are long. */
const WORTH_PACKING_BYTES = 1_000;

/**
 * Writes beside each script and style the same packed by Brotli, which lib/doorway/packed-files.ts sends. Once for each build, so
 * that it may take the slowest and best way.
 * @param {string} folder
 */
async function packStatic(folder) {
  const names = (await readdir(folder, { recursive: true })).filter((name) => /\.(js|css)$/.test(name));
  for (const name of names) {
    const contents = await readFile(path.join(folder, name));
    if (contents.length < WORTH_PACKING_BYTES) continue;
    await writeFile(path.join(folder, `${name}.br`), await packed(contents));
  }
}

/**
 * Does a build, and notes in .next what it was made from.
 * @param {string} root
 * @param {() => Promise<void>} build
 */
async function noted(root, build) {
  const before = await fingerprint(root);
  await build();
  await writeFile(stampFile(root), before);
}

/**
 * Builds the portal for production: .next/standalone holds the whole of what serves it, and .next/worker the worker.
 * @param {string} root
 * @param {AbortSignal} signal
 * @param {{ echo?: boolean }} [options] echo: pass on what Next says
 */
export const buildPortal = (root, signal, { echo } = {}) =>
  noted(root, async () => {
    await nextBuild(root, { signal, echo });
    await completeStandalone(root);
    await joinModules(path.join(root, ".next/standalone/node_modules/zod/index.js"));
    await bundleProgram(root, "alerting/main.ts", WORKER);
  });

/**
 * Builds a portal of the past, which `next start` serves.
 * @param {string} root
 * @param {AbortSignal} signal
 */
export const buildPastPortal = (root, signal) => noted(root, () => nextBuild(root, { signal }));

function main() {
  const root = path.resolve(import.meta.dirname, "..");
  return runToExitCode(1, async (_progress, signal) => {
    await buildPortal(root, signal, { echo: true });
    return true;
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) process.exit(await main());
