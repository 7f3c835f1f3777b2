import fc from "fast-check";
import { expect, test } from "vitest";
import { anyText } from "./any-text";

test("any text is well-formed, no longer than wanted, and comes from everywhere in Unicode", () => {
  const texts = fc.sample(anyText({ maxLength: 9 }), 2_000);
  const characters = texts.flatMap((text) => [...text]);
  const codes = characters.map((character) => character.codePointAt(0) ?? -1);
  expect(Math.max(...texts.map((text) => [...text].length))).toBeLessThanOrEqual(9);
  expect(characters.some((character) => /\p{Cs}/u.test(character))).toBe(false);
  for (const [from, to] of [
    [0, 0x20],
    [0x20, 0x7f],
    [0x80, 0xd8_00],
    [0xe0_00, 0x1_00_00],
    [0x1_00_00, 0x11_00_00],
  ] as const)
    expect(codes.some((code) => code >= from && code < to)).toBe(true);
  expect(texts).toContain("__proto__");
  expect(texts).toContain("");
});
