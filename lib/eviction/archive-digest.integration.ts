import { createHash } from "node:crypto";
import { createReadStream, openAsBlob } from "node:fs";
import { mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { archiveDigest } from "./archive-digest";

const SIZE_BYTES = 2 * 1024 ** 3;
const MOST_BYTES = 64 * 1024 ** 2;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "watchpost-archive-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("a file of 2 GB is checked with less than 64 MB of memory", async () => {
  const path = join(folder, "archive.tar");
  await writeFile(path, "not only zeros");
  await truncate(path, SIZE_BYTES); // sparse: it takes no room on the disk
  const file = await openAsBlob(path);
  // Warm, so that what is measured is the file and not the code.
  await archiveDigest(file.slice(0, 8 << 20));
  const memory = () => {
    const { heapUsed, external, arrayBuffers } = process.memoryUsage();
    return heapUsed + external + arrayBuffers;
  };
  const before = memory();
  let most = 0;
  const digest = await archiveDigest(file, {
    onProgress: () => {
      most = Math.max(most, memory() - before);
    },
  });
  const others = createHash("sha256");
  for await (const piece of createReadStream(path)) others.update(piece);
  expect(digest).toBe(others.digest("hex"));
  expect(most).toBeLessThan(MOST_BYTES);
});
