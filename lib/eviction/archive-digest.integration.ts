import { createHash } from "node:crypto";
import { createReadStream, openAsBlob } from "node:fs";
import { mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { archiveDigest } from "./archive-digest";

const SIZE_BYTES = 2 * 1024 ** 3;
/** V8 of Node 24 lets 64 MB of array buffers stand that nobody holds before it frees them. */
const MOST_BYTES = 96 * 1024 ** 2;

/** How often memory is looked at: often enough to see 96 MB that are kept, rarely enough to be quick. */
const LOOK_BYTES = 32 * 1024 ** 2;

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "watchpost-archive-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("a file of 2 GB is checked with less than 96 MB of memory", async () => {
  const path = join(folder, "archive.tar");
  await writeFile(path, "not only zeros");
  await truncate(path, SIZE_BYTES); // sparse: it takes no room on the disk
  const file = await openAsBlob(path);
  // Warm, so that what is measured is the file and not the code.
  await archiveDigest(file.slice(0, 8 << 20));
  // Pieces that nobody holds are no memory of the check. `external` includes the array buffers.
  const memory = () => {
    collectGarbage();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  const before = memory();
  let most = 0;
  const digest = await archiveDigest(file, {
    onProgress: (readBytes) => {
      if (readBytes % LOOK_BYTES === 0) most = Math.max(most, memory() - before);
    },
  });
  const others = createHash("sha256");
  for await (const piece of createReadStream(path)) others.update(piece);
  expect(digest).toBe(others.digest("hex"));
  expect(most).toBeLessThan(MOST_BYTES);
});
