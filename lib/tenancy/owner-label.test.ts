import fc from "fast-check";
import { expect, test } from "vitest";
import { MAX_LABEL_LENGTH, ownerLabel } from "./owner-label";

test.each<[string, Record<string, unknown>, string, string]>([
  [
    "a verified address alone",
    { email: "pia@photos.example", email_verified: true },
    "s1",
    "pia@photos.example",
  ],
  [
    "an address that isn't verified, with the subject",
    { email: "pia@photos.example" },
    "s1",
    "pia@photos.example, not verified (s1)",
  ],
  ["a name with the subject", { name: "Pia\u202e\nSommer" }, "s1", "Pia Sommer (s1)"],
  ["the subject where there is nothing else", {}, "s1", "s1"],
  ["the subject where the name is blank", { name: "\u3164\u2800" }, "s1", "s1"],
  ["a Persian name as it is written", { name: "علی\u200cرضا" }, "s1", "علی\u200cرضا (s1)"],
])("an owner is called by %s", (_what, claims, subject, label) => {
  expect(ownerLabel(claims, subject)).toBe(label);
});

test("a long name is cut between characters, keeps its note, and says that it is cut", () => {
  expect(ownerLabel({ name: "😀".repeat(300) }, "s1")).toBe(`${"😀".repeat(39)}… (s1)`);
  expect(ownerLabel({ name: `${"x".repeat(78)}👩‍👩‍👧` }, "s1")).toBe(`${"x".repeat(78)}… (s1)`);
  const email = `${"x".repeat(150)}@photos.example`;
  expect(ownerLabel({ email }, "s1")).toBe(`${"x".repeat(79)}…, not verified (s1)`);
});

test("no label is longer than the bound, or holds half of a character", () => {
  const text = fc.string({ unit: "grapheme", maxLength: 400 });
  fc.assert(
    fc.property(text, text, fc.boolean(), (name, subject, isAddress) => {
      const label = ownerLabel(isAddress ? { email: name, email_verified: true } : { name }, subject);
      expect(label.length).toBeLessThanOrEqual(MAX_LABEL_LENGTH);
      expect(label).not.toMatch(/\p{Surrogate}/u);
    }),
  );
});
