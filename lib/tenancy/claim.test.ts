import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { TENANT_ID } from "@/lib/tenant/scope";
import { MAX_CANDIDATES, tenantsFromClaim } from "./claim";

describe("tenantsFromClaim", () => {
  test.each<[string, unknown, string[]]>([
    ["one tenant as a string", "photos", ["photos"]],
    ["several as an array, in their order", ["tickets", "photos"], ["tickets", "photos"]],
    ["a repeated tenant once", ["photos", "photos"], ["photos"]],
    ["no claim as no tenant", undefined, []],
    ["null as no tenant", null, []],
    ["an empty string as no tenant", "", []],
    ["a number as no tenant", 7, []],
    ["an object as no tenant", { photos: true }, []],
    ["a nested array as no tenant", [["photos"]], []],
    ["a list inside one string as no tenant", "photos,tickets", []],
    ["words inside one string as no tenant", "photos tickets", []],
    [
      "what is no tenant id as no tenant, and keeps the rest",
      ["photos'} or vector(1)", "photos", 3],
      ["photos"],
    ],
    ["another case as no tenant, because ids are compared exactly", "Photos", []],
    ["a line break after the id as no tenant", "photos\n", []],
    ["a path as no tenant", "../photos", []],
  ])("reads %s", (_what, claim, tenants) => {
    expect(tenantsFromClaim(claim)).toEqual(tenants);
  });

  test("never returns more than the bound, whatever the claim's length", () => {
    const many = Array.from({ length: 500 }, (_, index) => `tenant-${index}`);
    expect(tenantsFromClaim(many)).toHaveLength(MAX_CANDIDATES);
  });

  test("returns only tenant ids, each once, for anything at all", () => {
    fc.assert(
      fc.property(fc.anything(), (claim) => {
        const tenants = tenantsFromClaim(claim);
        expect(new Set(tenants).size).toBe(tenants.length);
        for (const id of tenants) expect(id).toMatch(TENANT_ID);
      }),
    );
  });
});
