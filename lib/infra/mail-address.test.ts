import { describe, expect, test } from "vitest";
import { faultOfMailAddress, isMailAddress } from "./mail-address";

describe("an address that mail can be written to", () => {
  test.each([
    "owner@photos.example",
    "o'neil+alerts@photos.example",
    "a.b.c@photos.example",
    "owner@xn--bcher-kva.example",
    "root@localhost",
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
    ["owner@bücher.example", "owner@xn--bcher-kva.example"],
    ["jürgen@photos.example", "needs SMTPUTF8"],
    ["jürgen@bücher.example", "needs SMTPUTF8"],
  ])("is not %j: %s", (address, words) => {
    expect(faultOfMailAddress(address)).toContain(words);
  });
});
