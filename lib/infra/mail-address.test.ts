import { describe, expect, test } from "vitest";
import { envelopeAddress, faultOfMailAddress, isMailAddress, needsSmtpUtf8 } from "./mail-address";

describe("an address that mail can be written to", () => {
  test.each([
    "owner@photos.example",
    "o'neil+alerts@photos.example",
    "a.b.c@photos.example",
    "owner@xn--bcher-kva.example",
    "root@localhost",
    "owner@bücher.example",
    "owner@例え.テスト",
    "jürgen@photos.example",
    "jürgen@bücher.example",
    "用户@例子。广告",
    "θσερ@παράδειγμα.δοκιμή",
    `${"ü".repeat(32)}@photos.example`,
    `${"a".repeat(64)}@photos.example`,
  ])("%s", (address) => {
    expect(isMailAddress(address)).toBe(true);
  });

  test.each([
    ["", "is not one"],
    ["owner", "is not one"],
    ["a..b@photos.example", "is not one"],
    [".a@photos.example", "is not one"],
    ["a.@photos.example", "is not one"],
    ["a b@photos.example", "is not one"],
    ['"a b"@photos.example', "is not one"],
    ["a@b@photos.example", "is not one"],
    ["a@photos..example", "is not one"],
    ["a@-photos.example", "is not one"],
    ["a@photos.example.", "is not one"],
    ["a@[127.0.0.1]", "is not one"],
    ["a@x.example, b@x.example", "is not one"],
    ["a@x.example\r\nRCPT TO:<b@x.example>", "is not one"],
    [`${"a".repeat(65)}@photos.example`, "more than 64 characters before its @"],
    [`a@${`${"b".repeat(60)}.`.repeat(5)}example`, "more than 254 characters"],
    ["jürgen..b@photos.example", "is not one"],
    ["jür gen@photos.example", "is not one"],
    ["jürgen\u00a0b@photos.example", "is not one"],
    ["jürgen\u200b@photos.example", "is not one"],
    ["jürgen\u202e@photos.example", "is not one"],
    ["owner@bü cher.example", "is not one"],
    ["owner@bücher.example/path", "is not one"],
    ["owner@bücher.example:25", "is not one"],
    ["owner@bücher..example", "is not one"],
    ["owner@-bücher.example", "is not one"],
    ["owner@xn--bücher.example", "is not one"],
    ["owner@bü\u200bcher.example", "is not one"],
    [`${"ü".repeat(33)}@photos.example`, "more than 64 bytes in UTF-8 before its @"],
    [`owner@${`${"ü".repeat(50)}.`.repeat(5)}example`, "more than 254 bytes in UTF-8"],
  ])("is not %j: %s", (address, words) => {
    expect(faultOfMailAddress(address)).toContain(words);
  });
});

test.each([
  ["owner@photos.example", "owner@photos.example", false],
  ["Owner@Photos.Example", "Owner@Photos.Example", false],
  ["owner@bücher.example", "owner@xn--bcher-kva.example", false],
  ["owner@BÜCHER.example", "owner@xn--bcher-kva.example", false],
  ["owner@bu\u0308cher.example", "owner@xn--bcher-kva.example", false],
  ["owner@例え.テスト", "owner@xn--r8jz45g.xn--zckzah", false],
  ["jürgen@photos.example", "jürgen@photos.example", true],
  ["jürgen@bücher.example", "jürgen@bücher.example", true],
])("an envelope names %s as %s", (address, named, needs) => {
  expect(envelopeAddress(address)).toBe(named);
  expect(needsSmtpUtf8(address)).toBe(needs);
});
