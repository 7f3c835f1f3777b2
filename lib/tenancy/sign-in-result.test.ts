import { expect, test } from "vitest";
import { resultOf } from "./sign-in-result";

const live = { id: "photos", state: "live" } as const;
const ended = { id: "archive", state: "ended" } as const;

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
    expect(resultOf(candidates, tenants)).toEqual(expected);
  },
);
