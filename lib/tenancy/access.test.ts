import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Eviction } from "@/lib/catalogue/eviction";
import type { DeletionNotice } from "@/lib/eviction/deletion-notice";
import { type Decision, decideAccess, pageFor, type SessionFacts, type TenantFacts } from "./access";

const NOW_MS = 1_800_000_000_000;
const open: SessionFacts = { tenantId: null, expiresAtMs: NOW_MS + 1, endedAtMs: null, claimsReadAtMs: null };
const bound = (tenantId: string): SessionFacts => ({ ...open, tenantId });

const DAY_MS = 86_400_000;
const issueUrl = "https://git.example/infra/issues/83";
const evicted = (fromMs: number, pauses: Eviction["pauses"] = []): Eviction => ({
  from: new Date(fromMs).toISOString().replace(".000Z", "Z"),
  issueUrl,
  pauses,
});
const tenant = (id: string, state: TenantFacts["state"], eviction: Eviction | null = null): TenantFacts => ({
  id,
  state,
  timeZone: "Europe/Berlin",
  eviction,
});

const TENANTS: TenantFacts[] = [
  tenant("photos", "live"),
  tenant("tickets", "live"),
  tenant("library", "onboarding"),
  tenant("archive", "ended"),
];
const NOBODY = new Map<string, DeletionNotice>();

describe("decideAccess", () => {
  test.each<[string, SessionFacts | null, string[], Decision]>([
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
    expect(decideAccess(session, candidates, TENANTS, NOBODY, NOW_MS)).toEqual(decision);
  });

  test("grants, takes or offers only live tenants that the claim named, whatever the rows say", () => {
    const id = fc.constantFrom("photos", "tickets", "library", "archive", "harbour");
    const state = fc.constantFrom<TenantFacts["state"]>("onboarding", "live", "ended");
    const eviction = fc.option(
      fc.integer({ min: -40, max: 40 }).map((days) => evicted(NOW_MS + days * DAY_MS)),
    );
    const over = (facts: TenantFacts) =>
      facts.eviction !== null && Date.parse(facts.eviction.from) + 30 * DAY_MS <= NOW_MS;
    fc.assert(
      fc.property(
        fc.option(id),
        fc.uniqueArray(id),
        fc.uniqueArray(fc.record({ id, state, eviction, timeZone: fc.constant("UTC") }), {
          selector: (facts) => facts.id,
        }),
        (tenantId, candidates, tenants) => {
          const decision = decideAccess({ ...open, tenantId }, candidates, tenants, NOBODY, NOW_MS);
          const named =
            decision.kind === "choose"
              ? decision.tenantIds
              : "tenantId" in decision
                ? [decision.tenantId]
                : [];
          for (const granted of named) {
            expect(candidates).toContain(granted);
            const facts = tenants.find((row) => row.id === granted);
            expect(facts?.state).toBe("live");
            expect(facts && over(facts)).toBe(false);
          }
          if (decision.kind === "granted") expect(decision.tenantId).toBe(tenantId);
        },
      ),
    );
  });
});

describe("decideAccess at the end of the 30 days", () => {
  const FROM_MS = Date.parse("2026-12-23T23:00:00Z");
  const OVER_MS = FROM_MS + 30 * DAY_MS;
  const deletionNotice: DeletionNotice = {
    notServingFromMs: FROM_MS,
    overAtMs: OVER_MS,
    zone: "Europe/Berlin",
    issueUrl,
  };
  const deleted: Decision = { kind: "refused", reason: "deleted", deletionNotice };
  const at = (nowMs: number, facts: TenantFacts, session: SessionFacts = bound(facts.id)) =>
    decideAccess({ ...session, expiresAtMs: nowMs + 1 }, [facts.id], [facts], NOBODY, nowMs);
  const pottery = tenant("pottery", "live", evicted(FROM_MS));
  const granted: Decision = { kind: "granted", tenantId: "pottery" };

  test.each<[string, number, Decision]>([
    ["a second before the date", FROM_MS - 1_000, granted],
    ["at the date", FROM_MS, granted],
    ["a second after it", FROM_MS + 1_000, granted],
    ["a second before the 30 days are over", OVER_MS - 1_000, granted],
    ["in their last millisecond", OVER_MS - 1, granted],
    ["at the second at which they are over", OVER_MS, deleted],
    ["a second after that", OVER_MS + 1_000, deleted],
    ["a year after that", OVER_MS + 365 * DAY_MS, deleted],
  ])("a bound session %s", (_when, nowMs, decision) => {
    expect(at(nowMs, pottery)).toEqual(decision);
  });

  test("goes by the day in the tenant's zone, and by whole days of 24 hours across a change of the clocks", () => {
    const spring = tenant("pottery", "live", { from: "2027-03-10", issueUrl, pauses: [] });
    const overMs = Date.parse("2027-03-09T23:00:00Z") + 30 * DAY_MS;
    expect(at(overMs - 1_000, spring)).toEqual(granted);
    expect(at(overMs, spring)).toMatchObject({ reason: "deleted", deletionNotice: { overAtMs: overMs } });
  });

  test("is put off by a pause to the second, and not at all by one that is still open", () => {
    const fault = { from: "2026-12-30T00:00:00Z", reason: "The export tool is down." };
    const paused = tenant("pottery", "live", evicted(FROM_MS, [{ ...fault, until: "2026-12-31T00:00:00Z" }]));
    expect(at(OVER_MS, paused)).toEqual(granted);
    expect(at(OVER_MS + DAY_MS - 1_000, paused)).toEqual(granted);
    expect(at(OVER_MS + DAY_MS, paused)).toMatchObject({ reason: "deleted" });
    const open = tenant("pottery", "live", evicted(FROM_MS, [fault]));
    expect(at(OVER_MS + 365 * DAY_MS, open)).toEqual(granted);
  });

  test.each(["onboarding", "live", "ended"] as const)(
    "holds in whatever state the definitions name: %s",
    (state) => {
      expect(at(OVER_MS, { ...pottery, state })).toEqual(deleted);
      expect(at(OVER_MS, { ...pottery, state }, open)).toEqual(deleted);
    },
  );

  test("leaves the other tenant of the same person reachable by a new sign-in, and never moves a bound session there", () => {
    const rows = [pottery, tenant("photos", "live")];
    const session = { ...open, expiresAtMs: OVER_MS + 1 };
    const decide = (facts: SessionFacts) => decideAccess(facts, ["pottery", "photos"], rows, NOBODY, OVER_MS);
    expect(decide(session)).toEqual({ kind: "bind", tenantId: "photos" });
    expect(decide({ ...session, tenantId: "pottery" })).toEqual(deleted);
  });

  test("shows the deletion notice of the departure once the row is gone, and never that of a tenant whose row is there", () => {
    const departures = new Map([["pottery", deletionNotice]]);
    const decide = (rows: TenantFacts[], candidates = ["pottery"]) =>
      decideAccess(open, candidates, rows, departures, NOW_MS);
    expect(decide([])).toEqual(deleted);
    expect(decide([], ["harbour", "pottery"])).toEqual(deleted);
    expect(decide([], ["harbour"])).toEqual({ kind: "refused", reason: "unknown-tenant" });
    expect(decide([tenant("pottery", "live")])).toEqual({ kind: "bind", tenantId: "pottery" });
    const early = [tenant("library", "onboarding")];
    expect(decide(early, ["library", "pottery"])).toEqual({ kind: "refused", reason: "not-yet-live" });
  });
});

describe("pageFor", () => {
  test("has a page for everybody who isn't in, and none for who is", () => {
    expect(pageFor("granted")).toBeNull();
    expect(pageFor("signed-out")).toBe("/sign-in");
    expect(pageFor("choose")).toBe("/choose");
    expect(pageFor("refused")).toBe("/no-access");
  });
});
