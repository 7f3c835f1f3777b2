import { describe, expect, test } from "vitest";
import { archiveResult, paceWords, percentRead } from "./archive-words";

const SUM = "a".repeat(64);
const OTHER = "b".repeat(64);
const found = { name: "photos.tar", checksum: SUM, sizeBytes: 2_147_483_648 };

describe("a downloaded archive", () => {
  test.each([
    [SUM, 2_147_483_648, "same", "2,147,483,648 bytes, as the export reported", ", as the export reported"],
    [SUM, null, "same", "2,147,483,648 bytes, not compared", ", as the export reported"],
    [
      OTHER,
      2_147_483_648,
      "differs",
      "2,147,483,648 bytes, as the export reported",
      `, but the export reported ${OTHER}`,
    ],
    [null, 1, "differs", "2,147,483,648 bytes, but the export reported 1 byte", ", not compared"],
    [SUM, 5, "differs", "2,147,483,648 bytes, but the export reported 5 bytes", ", as the export reported"],
  ])("with checksum %s and size %s given is %s", (checksum, sizeBytes, state, size, compared) => {
    expect(archiveResult({ checksum, sizeBytes }, found)).toMatchObject({ state, size, checksum: compared });
  });

  test("is never proven by its size alone", () => {
    for (const sizeBytes of [found.sizeBytes, null]) {
      const result = archiveResult({ checksum: null, sizeBytes }, found);
      expect(result.state).toBe("unproven");
      expect(result.headline).toContain("nothing is proven");
    }
  });
});

test("how much of a file is read is a whole number of per cent, also of an empty file", () => {
  expect([percentRead(0, 3), percentRead(2, 3), percentRead(3, 3), percentRead(0, 0)]).toEqual([
    0, 66, 100, 100,
  ]);
});

test.each([
  [0, 0, ""],
  [500_000_000, 900, ""],
  [500_000_000, 15_000, "33.3 MB/s, about 45 s left"],
  [1_999_000_000, 60_000, "33.3 MB/s, about 1 s left"],
  [2_000_000_000, 60_000, "33.3 MB/s, about 0 s left"],
])("of two gigabytes, %d bytes after %d ms are %j", (readBytes, elapsedMs, said) => {
  expect(paceWords(readBytes, 2_000_000_000, elapsedMs).replaceAll("\u00a0", " ")).toBe(said);
});
