import { expect, test } from "vitest";
import { compareArchive, readExpected } from "./expected";

const HEX = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

test.each([
  [HEX, "0", { checksum: HEX, sizeBytes: 0 }],
  [` ${HEX.toUpperCase()}\n`, "2,147,483,648 bytes", { checksum: HEX, sizeBytes: 2147483648 }],
  [`sha256:${HEX}`, "2 147 483 648", { checksum: HEX, sizeBytes: 2147483648 }],
  [`${HEX}  export of photos.tar.zst`, "", { checksum: HEX, sizeBytes: null }],
  [`${HEX} *export.tar`, "", { checksum: HEX, sizeBytes: null }],
  ["", "", { checksum: null, sizeBytes: null }],
])("%j and %j are read as an owner means them", (checksum, size, expected) => {
  expect(readExpected(checksum, size)).toEqual({ ok: true, expected });
});

test.each([
  [HEX.slice(1), "", /not a SHA-256/],
  [`${HEX}0`, "", /not a SHA-256/],
  ["d41d8cd98f00b204e9800998ecf8427e", "", /not a SHA-256/],
  ["", "2 GB", /not a whole number of bytes/],
  ["", "1.5", /not a whole number of bytes/],
  ["", "-1", /not a whole number of bytes/],
  ["", "99999999999999999999", /not a whole number of bytes/],
])("%j and %j are refused with what is wrong", (checksum, size, message) => {
  expect(readExpected(checksum, size)).toEqual({ ok: false, message: expect.stringMatching(message) });
});

test("a file that was cut off differs in both, one that was garbled in its checksum alone, and what wasn't given is never called the same", () => {
  const expected = { checksum: HEX, sizeBytes: 10 };
  expect(compareArchive(expected, { checksum: HEX, sizeBytes: 10 })).toEqual({
    checksum: "same",
    size: "same",
  });
  expect(compareArchive(expected, { checksum: "0", sizeBytes: 9 })).toEqual({
    checksum: "differs",
    size: "differs",
  });
  expect(compareArchive(expected, { checksum: "0", sizeBytes: 10 })).toEqual({
    checksum: "differs",
    size: "same",
  });
  expect(compareArchive({ checksum: null, sizeBytes: null }, { checksum: HEX, sizeBytes: 10 })).toEqual({
    checksum: "not-given",
    size: "not-given",
  });
});
