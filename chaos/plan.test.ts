import { describe, expect, test } from "vitest";
import { CHAOS_LINES, type ChaosPlan, chaosPlan, FAULTS, type FaultKind } from "./plan";

const MINUTE_MS = 60_000;
const SEEDS = [0, 1, 2, 7, 41, 2 ** 31];
const kindsOf = (plan: ChaosPlan) => new Set(plan.faults.map(({ kind }) => kind));

describe("the plan of a chaos run", () => {
  test("is the same for the same seed and length, and another for another seed", () => {
    for (const seed of SEEDS) expect(chaosPlan(seed, 5 * MINUTE_MS)).toEqual(chaosPlan(seed, 5 * MINUTE_MS));
    const faults = SEEDS.map((seed) => JSON.stringify(chaosPlan(seed, 5 * MINUTE_MS).faults));
    expect(new Set(faults).size).toBe(SEEDS.length);
  });

  test("has every kind of fault in three minutes, on targets that it can have", () => {
    for (const seed of SEEDS) {
      const plan = chaosPlan(seed, 3 * MINUTE_MS);
      expect([...kindsOf(plan)].sort()).toEqual((Object.keys(FAULTS) as FaultKind[]).sort());
      for (const { kind, target } of plan.faults) expect(FAULTS[kind]).toContain(target);
    }
  });

  test("ends all faults and breaches within its length, with at most two faults at once", () => {
    for (const seed of SEEDS) {
      const { faults, breaches, lengthMs } = chaosPlan(seed, 4 * MINUTE_MS);
      for (const { atMs, forMs } of [...faults, ...breaches]) {
        expect(forMs).toBeGreaterThan(0);
        expect(atMs + forMs).toBeLessThanOrEqual(lengthMs);
      }
      for (const { atMs } of faults) {
        const lasting = faults.filter((each) => each.atMs <= atMs && atMs < each.atMs + each.forMs);
        expect(lasting.length).toBeLessThanOrEqual(2);
      }
    }
  });

  test("lets nothing else happen to the database or its replica during a failover", () => {
    for (const seed of SEEDS) {
      const { faults } = chaosPlan(seed, 20 * MINUTE_MS);
      for (const failOver of faults.filter(({ kind }) => kind === "fail-over")) {
        const beside = faults.filter(
          (each) =>
            each !== failOver &&
            each.atMs < failOver.atMs + failOver.forMs &&
            failOver.atMs < each.atMs + each.forMs,
        );
        for (const { target } of beside) expect(target).not.toMatch(/^(database|replica|connections)/);
      }
    }
  });

  test("lets one line of every capability breach at the same moment", () => {
    for (const seed of SEEDS) {
      const { breaches, capabilities } = chaosPlan(seed, 3 * MINUTE_MS);
      const together = breaches.map(
        ({ line, atMs }) => breaches.filter((each) => each.line === line && each.atMs === atMs).length,
      );
      expect(Math.max(...together)).toBeGreaterThanOrEqual(capabilities.length);
    }
  });

  test("lets no line turn so often that its alerts are flapping, or breach twice at once", () => {
    for (const seed of SEEDS) {
      const { breaches, capabilities } = chaosPlan(seed, 20 * MINUTE_MS);
      for (const capability of capabilities)
        for (const line of CHAOS_LINES) {
          const own = breaches.filter((each) => each.capability === capability && each.line === line);
          for (const [n, breach] of own.entries())
            for (const later of own.slice(n + 1))
              expect(later.atMs).toBeGreaterThan(breach.atMs + breach.forMs);
          expect(own.length).toBeLessThanOrEqual(4);
        }
    }
  });
});
