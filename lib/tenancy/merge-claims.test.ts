import { expect, test } from "vitest";
import { type Claims, mergedClaims } from "./merge-claims";

const PIA = "pia@photos.example";
const EVE = "eve@elsewhere.example";

test.each<[string, Claims, Claims, unknown, unknown]>([
  ["the id token's own flag", { email: PIA, email_verified: true }, { email: EVE }, PIA, true],
  ["no flag of another address", { email: PIA }, { email: EVE, email_verified: true }, PIA, undefined],
  [
    "the id token's refusal of another address than userinfo verified",
    { email: PIA, email_verified: false },
    { email: EVE, email_verified: true },
    PIA,
    false,
  ],
  [
    "no flag that the id token has without an address",
    { email_verified: true },
    { email: PIA },
    PIA,
    undefined,
  ],
  [
    "userinfo's refusal where only userinfo has the address",
    { email_verified: true },
    { email: PIA, email_verified: false },
    PIA,
    false,
  ],
  ["userinfo's flag of the same address", { email: PIA }, { email: PIA, email_verified: true }, PIA, true],
  ["userinfo's address with its flag", {}, { email: PIA, email_verified: true }, PIA, true],
  ["no flag without an address", { email_verified: true }, { email_verified: true }, undefined, undefined],
])("an address is verified by %s", (_what, signed, more, email, verified) => {
  const both = mergedClaims(signed, more);
  expect([both.email, both.email_verified]).toEqual([email, verified]);
});

test("objects are joined name by name, and the id token's values count", () => {
  const signed = { roles: { a: ["x"], both: { one: 1 } }, name: "Pia" };
  const more = { roles: { b: ["y"], both: { one: 2, two: 2 } }, name: "Eve", groups: ["photos"] };
  expect(mergedClaims(signed, more)).toEqual({
    roles: { a: ["x"], b: ["y"], both: { one: 1, two: 2 } },
    name: "Pia",
    groups: ["photos"],
  });
});

test("the provider's session is named by the id token alone, because a logout ends what it names", () => {
  expect(mergedClaims({ sub: "pia" }, { sub: "pia", sid: "of-userinfo" })).toEqual({ sub: "pia" });
  expect(mergedClaims({ sid: "signed" }, { sid: "of-userinfo" })).toEqual({ sid: "signed" });
});
