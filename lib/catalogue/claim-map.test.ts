import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isMailAddress } from "@/lib/infra/mail-address";
import { TENANT_ID } from "@/lib/tenant/scope";
import { knownAs, listingOf, readClaims } from "./claim-map";
import { breadthOf, type ClaimRule, identitySchema, ownersSchema } from "./identity";

const rule = (own: Partial<ClaimRule>): ClaimRule => ({ claim: "groups", keys: false, ...own });
const read = (claims: Record<string, unknown>, own: Partial<ClaimRule>) => {
  const { named, findings } = readClaims(claims, [rule(own)]);
  return [named, findings[0]?.outcome];
};

describe("readClaims", () => {
  test.each<[string, unknown, Partial<ClaimRule>, string[], string]>([
    ["one value as a text", "photos", {}, ["photos"], "named"],
    ["several as a list, in their order", ["tickets", "photos"], {}, ["tickets", "photos"], "named"],
    ["a repeated value once", ["photos", "photos"], {}, ["photos"], "named"],
    ["a text with separators only when it is told to", "photos,tickets", {}, [], "unmatched"],
    [
      "a text with the separator it is told",
      "photos, tickets",
      { separator: "," },
      ["photos", "tickets"],
      "named",
    ],
    ["a list of other things", [7, { id: "photos" }, ["photos"]], {}, [], "form"],
    ["a list in which texts and others are mixed", ["photos", 7], {}, ["photos"], "named"],
    ["an object as nothing, unless its keys count", { photos: {} }, {}, [], "form"],
    ["an object's keys", { photos: { org: "1" } }, { keys: true }, ["photos"], "named"],
    [
      "no key that says what somebody doesn't have",
      { photos: false, tickets: null, archive: true, library: "" },
      { keys: true },
      ["archive", "library"],
      "named",
    ],
    ["an object that only says what somebody doesn't have", { photos: false }, { keys: true }, [], "empty"],
    ["a list as no object", ["photos"], { keys: true }, [], "form"],
    ["an empty list", [], {}, [], "empty"],
    [
      "numbers that a mapping names",
      [42, 43, 4.5, 2 ** 53],
      { values: { "42": "photos", "4.5": "tickets", "9007199254740992": "archive" } },
      ["photos"],
      "named",
    ],
    ["one number that a mapping names", 42, { values: { "42": "photos" } }, ["photos"], "named"],
    ["a number that no mapping names", [42], { prefix: "4" }, [], "form"],
    [
      "one member of each object of a list, as SCIM has its groups",
      [{ value: "8a1", display: "own-photos" }, { value: "8a2" }, "own-tickets", null],
      { member: "display", prefix: "own-" },
      ["photos"],
      "named",
    ],
    ["the member of one object", { display: "photos" }, { member: "display" }, ["photos"], "named"],
    ["a member that is a list", [{ names: ["photos", "x"] }], { member: "names" }, ["photos", "x"], "named"],
    ["no member that an object only inherits", [{}], { member: "toString" }, [], "form"],
    ["texts where a member is wanted", "photos", { member: "display" }, [], "form"],
    ["an empty list of objects", [], { member: "display" }, [], "empty"],
    [
      "a directory's name by a pattern",
      ["CN=capability-photos,OU=Groups,DC=example,DC=com", "CN=staff,OU=Groups,DC=example,DC=com"],
      { pattern: "CN=capability-([a-z0-9-]+),OU=Groups,.*" },
      ["photos"],
      "named",
    ],
    [
      "a list that Cognito writes as a text in brackets",
      "[photos, tickets]",
      { separator: ",", pattern: "\\[?([a-z0-9-]+)\\]?" },
      ["photos", "tickets"],
      "named",
    ],
    ["a number", 7, {}, [], "form"],
    ["null", null, {}, [], "form"],
    ["ids exactly", ["Photos", "photos\n", "../photos", "photos'} or vector(1)"], {}, [], "unmatched"],
    [
      "what follows a prefix",
      ["capability:photos", "tickets"],
      { prefix: "capability:" },
      ["photos"],
      "named",
    ],
    [
      "a group's path by a pattern",
      ["/tenants/photos", "/staff"],
      { pattern: "/tenants/([a-z0-9-]+)" },
      ["photos"],
      "named",
    ],
    [
      "group ids by a mapping",
      ["5f0c-guid", "other"],
      { values: { "5f0c-guid": ["photos", "tickets"] } },
      ["photos", "tickets"],
      "named",
    ],
    ["no name that every object has", ["constructor", "toString"], { values: {} }, [], "unmatched"],
  ])("reads %s", (_what, value, own, named, outcome) => {
    expect(read({ groups: value }, own)).toEqual([named, outcome]);
  });

  test.each<[string, Record<string, unknown>, string]>([
    ["/realm_access/roles", { realm_access: { roles: ["photos"] } }, "named"],
    [
      "/resource_access/watch~1post/roles",
      { resource_access: { "watch/post": { roles: ["photos"] } } },
      "named",
    ],
    ["https://example.com/roles", { "https://example.com/roles": ["photos"] }, "named"],
    ["/https:~1~1example.com~1roles", { "https://example.com/roles": ["photos"] }, "named"],
    ["cognito:groups", { "cognito:groups": ["photos"] }, "named"],
    ["a.b", { "a.b": "photos" }, "named"],
    ["/list/0", { list: ["photos"] }, "absent"],
    ["/__proto__/x", {}, "absent"],
    ["groups", { _claim_names: { groups: "src1" }, _claim_sources: {} }, "elsewhere"],
    ["groups", { hasgroups: true }, "elsewhere"],
    ["groups", {}, "absent"],
  ])("finds %s in %j", (claim, claims, outcome) => {
    expect(read(claims, { claim })[1]).toBe(outcome);
  });

  test("finds the one capability among two hundred groups, and counts instead of naming", () => {
    const groups = Array.from({ length: 200 }, (_, index) =>
      index === 55 ? "own:photos" : `group-${index}`,
    );
    const { named, findings } = readClaims({ groups: [...groups, 7] }, [rule({ prefix: "own:" })]);
    expect(named).toEqual(["photos"]);
    expect(findings).toEqual([
      { claim: "groups", form: "list", values: 200, odd: 1, matched: 1, outcome: "named", cut: 0 },
    ]);
  });

  test("returns only tenant ids, each once, for anything at all", () => {
    fc.assert(
      fc.property(fc.anything(), fc.boolean(), fc.constantFrom(undefined, ","), (groups, keys, separator) => {
        const { named } = readClaims({ groups }, [rule({ keys, separator })]);
        expect(new Set(named).size).toBe(named.length);
        for (const id of named) expect(id).toMatch(TENANT_ID);
      }),
    );
  });
});

describe("an owner by name", () => {
  const owners = ownersSchema.parse([{ email: "Pia@photos.example" }, { subject: "abc" }]);
  test.each<[Record<string, unknown>, string]>([
    [{ email: "pia@PHOTOS.example", email_verified: true }, "listed"],
    [{ email: "pia@photos.example", email_verified: "true" }, "listed"],
    [{ email: "pia@photos.example" }, "unverified"],
    [{ email: "pia@photos.example", email_verified: false }, "unverified"],
    [{ email: "pia@photos.example", email_verified: 1 }, "unverified"],
    [{ email: "pia@tickets.example", email_verified: true }, "not-listed"],
    // A Kelvin sign becomes k in small letters; no such address is compared.
    [{ email: "\u212Aim@photos.example", email_verified: true }, "not-listed"],
    [{ email: ["pia@photos.example"], email_verified: true }, "not-listed"],
    [{}, "not-listed"],
  ])("%j is %s", (claims, listing) => {
    expect(listingOf(owners, knownAs(claims, "somebody"))).toBe(listing);
  });

  test.each([
    "o!neil@photos.example",
    "Pia{home}@photos.example",
    "root@localhost",
    "pia@xn--bcher-kva.example",
  ])("may be %s, as an address that alerts go to may be", (address) => {
    expect(isMailAddress(address)).toBe(true);
    const [owner] = ownersSchema.parse([{ email: address }]);
    expect(owner?.email).toBe(address.toLowerCase());
    const known = knownAs({ email: address, email_verified: true }, "somebody");
    expect(listingOf(ownersSchema.parse([{ email: address }]), known)).toBe("listed");
  });

  test.each([
    ["pia", "is not one e-mail address"],
    ["pia@photos.example, tom@photos.example", "is not one e-mail address"],
    ["pia@photos-.example", "is not one e-mail address"],
    [`${"p".repeat(65)}@photos.example`, "more than 64 characters before its @"],
    ["jürgen@photos.example", "letters outside ASCII, which can look alike. List the person's subject"],
    ["pia@bücher.example", "letters outside ASCII, which can look alike. List the person's subject"],
  ])("isn't %j: %s", (email, words) => {
    expect(ownersSchema.safeParse([{ email }]).error?.issues[0]?.message).toContain(words);
  });

  test("is known by the subject, exactly", () => {
    expect(listingOf(owners, knownAs({}, "abc"))).toBe("listed");
    expect(listingOf(owners, knownAs({}, "ABC"))).toBe("not-listed");
    expect(listingOf(ownersSchema.parse([]), knownAs({}, "abc"))).toBe("not-listed");
  });
});

describe("identity.yaml", () => {
  test.each([
    [{ claim: "groups", prefix: "a", values: {} }, /more than one of/],
    [{ claim: "groups", pattern: "(a)(b)" }, /exactly one/],
    [{ claim: "groups", pattern: "(?=a)(b)" }, /kind that isn't known/],
    [{ claim: "/a~2" }, /JSON Pointer/],
    [{ claim: "groups", values: { x: "Not An Id" } }, /Invalid|tenant id/],
  ])("refuses %j", (entry, message) => {
    expect(JSON.stringify(identitySchema.safeParse({ claims: [entry] }).error?.issues)).toMatch(message);
  });

  test.each<[Partial<ClaimRule>, boolean]>([
    [{ claim: "groups" }, true],
    [{ claim: "/realm_access/roles" }, true],
    [{ claim: "cognito:groups" }, true],
    [{ claim: "memberOf" }, true],
    [{ claim: "memberof" }, true],
    [{ claim: "member_of" }, true],
    [{ claim: "groupIds" }, true],
    [{ claim: "userGroups" }, true],
    [{ claim: "ADGroups" }, true],
    [{ claim: "GROUPS" }, true],
    [{ claim: "Roles" }, true],
    [{ claim: "appRoleNames" }, true],
    [{ claim: "groups2" }, true],
    [{ claim: "controller" }, false],
    [{ claim: "groupware" }, false],
    [{ claim: "https://example/roles" }, true],
    [{ claim: "groups", prefix: "own:" }, false],
    [{ claim: "roles", values: {} }, false],
    [{ claim: "tenant" }, false],
    [{ claim: "capabilities" }, false],
  ])("warns of %j: %s", (own, isWarned) => {
    expect(breadthOf(rule(own)) !== null).toBe(isWarned);
  });
});
