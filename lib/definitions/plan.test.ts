import { describe, expect, test } from "vitest";
import type { Bundle } from "@/lib/catalogue/bundle";
import type { TenantDefinition } from "@/lib/catalogue/tenant";
import { type Current, changesNothing, planDefinitions } from "./plan";
import { printPlan } from "./print-plan";

const tenant = (id: string, changed: Partial<TenantDefinition> = {}): TenantDefinition => ({
  id,
  name: id.toUpperCase(),
  contactAddress: `owner@${id}.example`,
  timeZone: "UTC",
  onboardingIssueUrl: null,
  state: "live",
  links: {},
  without: [],
  owners: [],
  migrations: [],
  leaving: {},
  ...changed,
});
// The plan compares documents as JSON and knows nothing of what is in them.
const bundle = { scrapeIntervalSeconds: 15, coverage: "a" } as Bundle;
const platform = { name: "Acme", infraRepositoryUrl: null };
const components = { windowSeconds: 120, components: [] };
const identity = { claims: [] };
const wanted = (...tenants: TenantDefinition[]) => ({ tenants, bundle, platform, components, identity });
const current = (...tenants: TenantDefinition[]): Current => ({
  ...{ tenants, bundle, platform, components, identity },
  departedAtMs: new Map(),
});
const NOW_MS = Date.parse("2026-11-21T12:00:00Z");

type Args = [current: Current, wanted: ReturnType<typeof wanted>, remove: string[], deletes?: string[]];
const planned = (before: Args[0], after: Args[1], remove: string[], deletes: string[] = []) =>
  planDefinitions(before, after, { remove, delete: deletes }, NOW_MS);
const plan = (...args: Args) => {
  const result = planned(...args);
  if (!result.ok) throw new Error(result.refusals.join("\n"));
  return result.plan;
};
const refusals = (...args: Args) => {
  const result = planned(...args);
  return result.ok ? [] : result.refusals;
};

describe("planDefinitions", () => {
  test("creates what is new, changes what differs field by field, and leaves the rest", () => {
    const before = { ...current(tenant("a"), tenant("b")), platform: { ...platform, name: "Old" } };
    const result = plan(
      before,
      wanted(tenant("a"), tenant("b", { state: "ended", links: { capability: "https://b/" } }), tenant("c")),
      [],
    );
    expect(printPlan(result, { dryRun: false })).toBe(
      [
        "+ tenant c (C, live)",
        "~ tenant b",
        '    state: "live" -> "ended"',
        '    links.capability: not set -> "https://b/"',
        "~ platform",
        '    name: "Old" -> "Acme"',
        "= 1 tenant unchanged",
        "Applied.",
      ].join("\n"),
    );
  });

  test("is empty when nothing differs, whatever the order of keys and tenants", () => {
    const before = {
      ...current(tenant("b"), tenant("a")),
      bundle: { coverage: "a", scrapeIntervalSeconds: 15 },
    };
    const result = plan(before, wanted(tenant("a"), tenant("b")), []);
    expect(changesNothing(result)).toBe(true);
    expect(printPlan(result, { dryRun: true })).toBe("= 2 tenants unchanged\nNothing to change.");
  });

  test("says of a first bundle and platform only that they are there, not every field", () => {
    const result = plan(
      { ...current(), bundle: null, platform: null, components: null },
      wanted(tenant("a")),
      [],
    );
    expect(printPlan(result, { dryRun: true })).toBe(
      "+ tenant a (A, live)\n+ bundle\n+ platform\n+ components\n= 0 tenants unchanged\nNothing was changed: this was a dry run.",
    );
  });

  test("refuses a tenant that the files forgot, naming it and both ways out", () => {
    const found = refusals(current(tenant("a"), tenant("b"), tenant("c")), wanted(tenant("a")), []);
    expect(found).toHaveLength(2);
    expect(found[0]).toMatch(
      /^The tenant b \(B, live\) .*put it back.*state: ended.*--remove b.*can't be renamed/,
    );
  });

  test("ends a tenant that is removed by name, and never again speaks of it", () => {
    const result = plan(current(tenant("a"), tenant("b")), wanted(tenant("a")), ["b"]);
    expect(result.removed).toEqual([{ id: "b", from: "live" }]);
    expect(printPlan(result, { dryRun: false })).toContain(
      "- tenant b (live -> ended; all that its owner has stays)",
    );
    const after = current(tenant("a"), tenant("b", { state: "ended" }));
    expect(changesNothing(plan(after, wanted(tenant("a")), []))).toBe(true);
    expect(changesNothing(plan(after, wanted(tenant("a")), ["b"]))).toBe(true);
  });

  test("refuses to remove what the files still name, and what isn't there", () => {
    expect(refusals(current(tenant("a")), wanted(tenant("a")), ["a", "x"])).toEqual([
      "--remove a: the files still name this tenant. Take it out of them, or set its state to ended there.",
      "--remove x: there is no such tenant.",
    ]);
  });

  test("refuses to come down to no tenant at all, even when each is removed by name", () => {
    expect(refusals(current(tenant("a")), wanted(), ["a"])).toEqual([
      "The files name no tenant at all. That is never meant.",
    ]);
  });

  test("takes a tenant back that had ended", () => {
    const result = plan(current(tenant("a", { state: "ended" })), wanted(tenant("a")), []);
    expect(result.changed[0]?.fields).toEqual([{ path: "state", from: "ended", to: "live" }]);
  });
});

describe("planDefinitions past the 30 days", () => {
  const DAY_MS = 86_400_000;
  const evictedDaysAgo = (id: string, days: number) => {
    const from = new Date(NOW_MS - days * DAY_MS).toISOString().replace(".000Z", "Z");
    const eviction = { from, issueUrl: "https://git.example/infra/issues/83", pauses: [] };
    return tenant(id, { leaving: { eviction } });
  };
  const withDeparture = (id: string): Current => ({
    ...current(tenant("a")),
    departedAtMs: new Map([[id, NOW_MS - DAY_MS]]),
  });

  test("doesn't create a tenant again that was deleted, and says when that was", () => {
    const result = plan(withDeparture("b"), wanted(tenant("a"), evictedDaysAgo("b", 31)), []);
    expect(changesNothing(result)).toBe(true);
    expect(printPlan(result, { dryRun: false })).toBe(
      [
        "b: its data was deleted on Friday 20 November 2026, 12:00:00 UTC; it isn't applied. Its file can be removed.",
        "= 1 tenant unchanged",
        "Nothing to change.",
      ].join("\n"),
    );
  });

  test("doesn't create one either in a database that never knew it, from the very second on", () => {
    const over = plan(current(tenant("a")), wanted(tenant("a"), evictedDaysAgo("b", 30)), []);
    expect(over.created).toEqual([]);
    expect(printPlan(over, { dryRun: false })).toContain(
      "b: its 30 days were over on Saturday 21 November 2026, 12:00:00 UTC; it isn't applied. Its file can be removed.",
    );
    const before = plan(current(tenant("a")), wanted(tenant("a"), evictedDaysAgo("b", 30 - 1 / 86_400)), []);
    expect(before.created.map(({ id }) => id)).toEqual(["b"]);
  });

  test.each([
    ["was taken out of the file", tenant("b")],
    ["was moved to a later day", evictedDaysAgo("b", -5)],
  ])("creates it as new and removes its departure where its eviction %s", (_what, again) => {
    const result = plan(withDeparture("b"), wanted(tenant("a"), again), []);
    expect(result).toMatchObject({ created: [again], departed: [], returned: ["b"] });
  });

  test("changes a row that still stands as ever, and says that the worker deletes it", () => {
    const row = evictedDaysAgo("b", 35);
    const result = plan(current(tenant("a"), row), wanted(tenant("a"), evictedDaysAgo("b", 40)), []);
    expect(result.changed.map(({ tenant: { id } }) => id)).toEqual(["b"]);
    expect(printPlan(result, { dryRun: false })).toContain(
      "b: its 30 days were over on Wednesday 11 November 2026, 12:00:00 UTC; the worker deletes all that is held about it.",
    );
  });

  test("is refused where it would begin at once, because a slip in the year looks the same, and is carried out where the tenant is named", () => {
    const slip = wanted(tenant("a"), evictedDaysAgo("b", 366));
    for (const before of [tenant("b"), evictedDaysAgo("b", -5), evictedDaysAgo("b", 29)]) {
      const [refusal, ...others] = refusals(current(tenant("a"), before), slip, []);
      expect(others).toEqual([]);
      expect(refusal).toMatch(
        /^The eviction of b \(B, live\).* was over on .* 2025.* mend the date.* --delete b\.$/,
      );
      expect(plan(current(tenant("a"), before), slip, [], ["b"]).over.map(({ id }) => id)).toEqual(["b"]);
    }
  });

  test("isn't allowed beforehand: naming a tenant whose eviction isn't over, or that the files don't know, is refused", () => {
    const before = current(tenant("a"), tenant("b"));
    expect(refusals(before, wanted(tenant("a"), evictedDaysAgo("b", 29)), [], ["b"])).toEqual([
      "--delete b: its eviction isn't over by the files, so nothing of it is deleted.",
    ]);
    expect(refusals(before, wanted(tenant("a"), tenant("b")), [], ["c"])).toEqual([
      "--delete c: the files name no such tenant.",
    ]);
  });

  test("lets its file go before the worker has deleted its row, and no sooner", () => {
    expect(changesNothing(plan(current(tenant("a"), evictedDaysAgo("b", 31)), wanted(tenant("a")), []))).toBe(
      true,
    );
    expect(refusals(current(tenant("a"), evictedDaysAgo("b", 29)), wanted(tenant("a")), [])).toHaveLength(1);
  });
});
