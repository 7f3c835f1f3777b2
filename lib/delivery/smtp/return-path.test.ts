import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readReturnPath, returnPath, returnPathKey } from "./return-path";

const key = returnPathKey("kR7#vQ2!mZ9@pL4$wX8%tB3^nJ6&yH1*");
const other = returnPathKey("another secret of the same length");
const domain = "bounces.example.org";

describe("a return path", () => {
  test("leads back to its mail, in any case, within 64 octets of local part", () => {
    fc.assert(
      fc.property(fc.uuid(), (mailId) => {
        const address = returnPath(mailId, key, domain);
        expect(address.indexOf("@")).toBeLessThanOrEqual(64);
        expect(readReturnPath(address, key, domain)).toBe(mailId.toLowerCase());
        expect(readReturnPath(address.toUpperCase(), key, domain)).toBe(mailId.toLowerCase());
      }),
    );
  });

  test("is refused with any character of its local part changed", () => {
    const address = returnPath(randomUUID(), key, domain);
    const local = address.slice(0, address.indexOf("@"));
    for (let at = 0; at < local.length; at++) {
      const changed = `${address.slice(0, at)}${address[at] === "0" ? "1" : "0"}${address.slice(at + 1)}`;
      expect(readReturnPath(changed, key, domain), changed).toBeNull();
    }
  });

  test("is refused under another secret and at another domain", () => {
    const address = returnPath(randomUUID(), key, domain);
    expect(readReturnPath(address, other, domain)).toBeNull();
    expect(readReturnPath(address, key, "example.net")).toBeNull();
  });

  test("is refused when it is anything else", () => {
    fc.assert(fc.property(fc.string(), (text) => readReturnPath(`${text}@${domain}`, key, domain) === null));
    expect(readReturnPath("", key, domain)).toBeNull();
    expect(readReturnPath(`postmaster@${domain}`, key, domain)).toBeNull();
  });
});
