import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Decision, decideAccess, pageFor, type SessionFacts, type TenantFacts } from "./access";

const NOW_MS = 1_800_000_000_000;
const open: SessionFacts = { tenantId: null, expiresAtMs: NOW_MS + 1, endedAtMs: null };
const bound = (tenantId: string): SessionFacts => ({ ...open, tenantId });

const TENANTS: TenantFacts[] = [
  { id: "photos", state: "live" },
  { id: "tickets", state: "live" },
  { id: "library", state: "onboarding" },
  { id: "archive", state: "ended" },
];

describe("decideAccess", () => {
  it.each<[string, SessionFacts | null, string[], Decision]>([
    ["a session without a row is signed out", null, ["photos"], { kind: "signed-out", reason: "no-session" }],
    [
      "an ended session is signed out",
      { ...bound("photos"), endedAtMs: NOW_MS - 1 },
      ["photos"],
      { kind: "signed-out", reason: "ended" },
    ],
    [
      "a session is signed out at the very millisecond that it expires",
      { ...bound("photos"), expiresAtMs: NOW_MS },
      ["photos"],
      { kind: "signed-out", reason: "expired" },
    ],
    [
      "a bound session is granted its live tenant",
      bound("photos"),
      ["photos", "tickets"],
      { kind: "granted", tenantId: "photos" },
    ],
    [
      "a bound session is refused once its tenant ended",
      bound("archive"),
      ["archive"],
      { kind: "refused", reason: "ended" },
    ],
    [
      "a bound session is refused while its tenant is taken back to onboarding",
      bound("library"),
      ["library"],
      { kind: "refused", reason: "not-yet-live" },
    ],
    [
      "a bound session is refused a tenant that its claim never named",
      bound("tickets"),
      ["photos"],
      { kind: "refused", reason: "unknown-tenant" },
    ],
    [
      "a bound session never moves to the other tenant of its claim when its own ends",
      bound("archive"),
      ["archive", "photos"],
      { kind: "refused", reason: "ended" },
    ],
    ["no tenant in the claim is refused", open, [], { kind: "refused", reason: "no-tenant" }],
    ["a tenant without a row is refused", open, ["harbour"], { kind: "refused", reason: "unknown-tenant" }],
    [
      "a tenant that is not live yet is refused",
      open,
      ["library"],
      { kind: "refused", reason: "not-yet-live" },
    ],
    ["a tenant that ended is refused", open, ["archive"], { kind: "refused", reason: "ended" }],
    ["the only tenant is taken", open, ["photos"], { kind: "bind", tenantId: "photos" }],
    [
      "the one live tenant among several is taken",
      open,
      ["harbour", "archive", "photos"],
      { kind: "bind", tenantId: "photos" },
    ],
    [
      "of several, only the live ones are offered, in the claim's order",
      open,
      ["tickets", "archive", "library", "photos"],
      { kind: "choose", tenantIds: ["tickets", "photos"] },
    ],
    [
      "of several, none live, the reason nearest to a way in is named",
      open,
      ["harbour", "archive", "library"],
      { kind: "refused", reason: "not-yet-live" },
    ],
    [
      "an ended one outweighs an unknown one",
      open,
      ["harbour", "archive"],
      { kind: "refused", reason: "ended" },
    ],
  ])("%s", (_guarantee, session, candidates, decision) => {
    expect(decideAccess(session, candidates, TENANTS, NOW_MS)).toEqual(decision);
  });

  it("grants, takes or offers only live tenants that the claim named, whatever the rows say", () => {
    const id = fc.constantFrom("photos", "tickets", "library", "archive", "harbour");
    const state = fc.constantFrom<TenantFacts["state"]>("onboarding", "live", "ended");
    fc.assert(
      fc.property(
        fc.option(id),
        fc.uniqueArray(id),
        fc.uniqueArray(fc.record({ id, state }), { selector: (tenant) => tenant.id }),
        (tenantId, candidates, tenants) => {
          const decision = decideAccess({ ...open, tenantId }, candidates, tenants, NOW_MS);
          const named =
            decision.kind === "choose"
              ? decision.tenantIds
              : "tenantId" in decision
                ? [decision.tenantId]
                : [];
          for (const granted of named) {
            expect(candidates).toContain(granted);
            expect(tenants).toContainEqual({ id: granted, state: "live" });
          }
          if (decision.kind === "granted") expect(decision.tenantId).toBe(tenantId);
        },
      ),
    );
  });
});

describe("pageFor", () => {
  it("has a page for everybody who isn't in, and none for who is", () => {
    expect(pageFor("granted")).toBeNull();
    expect(pageFor("signed-out")).toBe("/sign-in");
    expect(pageFor("choose")).toBe("/choose");
    expect(pageFor("refused")).toBe("/no-access");
  });
});
