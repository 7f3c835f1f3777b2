// @ts-check
import path from "node:path";

/**
 * They stay outside: Node reads CommonJS file by file, and two of them have binaries. Modules of the other kind are read many at a
 * time, for which a process that may open few files has too few.
 */
const COMMON_JS = ["@prisma/*", "@resvg/resvg-js", "nodemailer", "pg", "pino", "prom-client", "smtp-server"];

/** Only now: this file is read before the packages are installed. */
const esbuild = () => import("esbuild");

/**
 * Writes a program of ours as one file for Node.
 * @param {string} root
 * @param {string} entry
 * @param {string} file where it is written to, below the root, so that it finds the packages
 */
export async function bundleProgram(root, entry, file) {
  const { build } = await esbuild();
  await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: path.join(root, file),
    bundle: true,
    external: COMMON_JS,
    platform: "node",
    format: "esm",
    target: "node20.19",
    // What is CommonJS in the file requires Node's own modules by this name.
    banner: {
      js: 'import { createRequire as requireOf } from "node:module";\nconst require = requireOf(import.meta.url);',
    },
    logLevel: "error",
  });
}

/**
 * Puts what a module imports into the module's own file. Node reads the imports of a module all at once, and zod's are some sixty.
 * @param {string} file
 */
export async function joinModules(file) {
  const { build } = await esbuild();
  await build({
    entryPoints: [file],
    outfile: file,
    allowOverwrite: true,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20.19",
    logLevel: "error",
  });
}
