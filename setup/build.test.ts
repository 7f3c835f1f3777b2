import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { completeStandalone } from "./build.mjs";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), "watchpost-build-"));
});
afterEach(() => rm(root, { recursive: true }));

async function write(...files: string[]): Promise<void> {
  for (const file of files) {
    await mkdir(path.dirname(path.join(root, file)), { recursive: true });
    await writeFile(path.join(root, file), file);
  }
}

test("the standalone server gets the files that it serves, and keeps no settings of the machine that built it", async () => {
  await write(".env", "public/favicon.svg", ".next/static/chunks/one.js");
  await write(".next/standalone/server.js", ".next/standalone/.env", ".next/standalone/.env.production");
  await completeStandalone(root);
  const standalone = await readdir(path.join(root, ".next/standalone"), { recursive: true });
  expect(standalone.sort()).toEqual(
    [
      ".next",
      ".next/static",
      ".next/static/chunks",
      ".next/static/chunks/one.js",
      "public",
      "public/favicon.svg",
      "server.js",
    ].sort(),
  );
  expect(await readdir(root)).toContain(".env");
});

test("scripts and styles are packed once, and nothing else is", async () => {
  const script = "export const answer = 42;\n".repeat(100);
  await write(".next/standalone/server.js", "public/favicon.svg", ".next/static/media/font.woff2");
  await mkdir(path.join(root, ".next/static/chunks"));
  for (const name of ["chunks/page.js", "chunks/look.css", "media/font.woff2"])
    await writeFile(path.join(root, ".next/static", name), script);
  await completeStandalone(root);
  const folder = path.join(root, ".next/standalone/.next/static");
  const packed = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith(".br"));
  expect(packed.sort()).toEqual(["chunks/look.css.br", "chunks/page.js.br"]);
  const bytes = await readFile(path.join(folder, "chunks/page.js.br"));
  expect(brotliDecompressSync(bytes).toString()).toBe(script);
});
