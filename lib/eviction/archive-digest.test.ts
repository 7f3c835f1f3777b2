import { createHash, randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { archiveDigest } from "./archive-digest";

const MIB = 1 << 20;

test.each([0, 1, 63, 64, MIB - 1, MIB, MIB + 1, 3 * MIB + 17])(
  "the checksum of %i bytes is the one that others work out",
  async (size) => {
    const bytes = randomBytes(size);
    const progress: number[] = [];
    const digest = await archiveDigest(new Blob([bytes]), { onProgress: (read) => progress.push(read) });
    expect(digest).toBe(createHash("sha256").update(bytes).digest("hex"));
    expect(progress.at(-1) ?? 0).toBe(size);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
  },
);

test("a check that is given up ends within a piece", async () => {
  const control = new AbortController();
  const read: number[] = [];
  const checking = archiveDigest(new Blob([new Uint8Array(8 * MIB)]), {
    signal: control.signal,
    onProgress: (bytes) => {
      read.push(bytes);
      if (read.length === 2) control.abort();
    },
  });
  await expect(checking).rejects.toThrow(/abort/i);
  expect(read).toEqual([MIB, 2 * MIB]);
});
