import { expect, test } from "vitest";
import type { TenantFacts } from "./access";
import { resultOf } from "./sign-in-result";

const live: TenantFacts = { id: "photos", state: "live", timeZone: "UTC", eviction: null };
const ended: TenantFacts = { ...live, id: "archive", state: "ended" };

test.each([
  ["one live tenant", ["photos"], [live], { result: "signed-in", tenantId: "photos" }],
  [
    "a live tenant beside one that left",
    ["archive", "photos"],
    [ended, live],
    { result: "signed-in", tenantId: "photos" },
  ],
  [
    "two live tenants",
    ["photos", "b"],
    [live, { ...live, id: "b" }],
    { result: "to-choose", tenantId: null },
  ],
  ["no tenant", [], [], { result: "no-tenant", tenantId: null }],
  ["a tenant that nobody defined", ["stranger"], [], { result: "unknown-tenant", tenantId: null }],
  ["a tenant that left", ["archive"], [ended], { result: "ended", tenantId: "archive" }],
])(
  "a claim of %s is logged by what it comes to, with the tenant where it is one alone",
  (_, candidates, tenants, expected) => {
    expect(resultOf(candidates, tenants, Date.UTC(2026, 10, 21))).toEqual(expected);
  },
);
