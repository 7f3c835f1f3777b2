import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { COMPONENT_STATES, type Evidence } from "./evidence";
import { ONSET_MS } from "./evidence.fixture";
import { revised } from "./revise";
import { type Side, verdict } from "./verdict";

const state = fc.constantFrom(...COMPONENT_STATES);
const atMs = fc.integer({ min: ONSET_MS - 3_600_000, max: ONSET_MS + 3_600_000 });
const components = fc.array(
  fc.record({
    id: fc.constantFrom("ingress", "network", "storage", "nodes"),
    name: fc.constantFrom("Ingress", "Storage"),
    parts: fc.array(fc.constantFrom("node-a", "fast"), { maxLength: 2 }),
    dependence: fc.constantFrom("everyone" as const, "own" as const, "unknown" as const),
    atOnset: state,
    now: state,
  }),
  { maxLength: 4 },
);
const exits = fc.array(
  fc.record({
    atMs,
    reason: fc.constantFrom("OOMKilled", "Error", "Evicted", "NodeLost", "Completed"),
    exitCode: fc.option(fc.constantFrom(0, 1, 3, 137, 143)),
  }),
  { maxLength: 3 },
);
const anyEvidence: fc.Arbitrary<Evidence> = fc.record({
  onset: fc.constant({ signal: "latency" as const, line: "p95", breachedAtMs: ONSET_MS }),
  components: fc.option(components),
  canary: fc.option(fc.record({ atOnset: state, now: state })),
  othersAffected: fc.option(fc.boolean()),
  deployments: fc.option(fc.array(fc.record({ atMs, version: fc.constant("1.0.0") }), { maxLength: 2 })),
  exits: fc.option(exits),
  saturated: fc.option(
    fc.array(fc.record({ line: fc.constant("cpu"), label: fc.constant("CPU"), value: fc.constant(0.95) }), {
      maxLength: 2,
    }),
  ),
  traffic: fc.option(
    fc.record({
      before: fc.double({ min: 0, max: 50, noNaN: true }),
      atOnset: fc.double({ min: 0, max: 50, noNaN: true }),
    }),
  ),
});

/** One more piece of evidence against the platform. */
const against: fc.Arbitrary<(evidence: Evidence) => Evidence> = fc.oneof(
  fc
    .record({
      dependence: fc.constantFrom("everyone" as const, "own" as const, "unknown" as const),
      now: state,
    })
    .map(
      ({ dependence, now }) =>
        (evidence: Evidence): Evidence => ({
          ...evidence,
          components: [
            ...(evidence.components ?? []),
            { id: "identity", name: "Identity", parts: [], dependence, atOnset: "failing", now },
          ],
        }),
    ),
  fc.constant(
    (evidence: Evidence): Evidence => ({
      ...evidence,
      components: (evidence.components ?? []).map((component) => ({ ...component, atOnset: "failing" })),
    }),
  ),
  fc.constant(
    (evidence: Evidence): Evidence => ({
      ...evidence,
      canary: { atOnset: "failing", now: evidence.canary?.now ?? "failing" },
    }),
  ),
  fc.constant((evidence: Evidence): Evidence => ({ ...evidence, othersAffected: true })),
  fc.constant(
    (evidence: Evidence): Evidence => ({
      ...evidence,
      exits: [...(evidence.exits ?? []), { atMs: ONSET_MS, reason: "NodeLost", exitCode: null }],
    }),
  ),
);

const YOURS: Record<Side, number> = { yours: 2, both: 1, unclear: 1, platform: 0 };

/** What is seen of the same onset some minutes later: anything may have failed meanwhile. */
const later = (kept: Evidence) =>
  fc
    .record({
      now: fc.array(state, { minLength: 5, maxLength: 5 }),
      exits: fc.array(
        fc.record({
          atMs: fc.integer({ min: FIRED_MS + 1, max: FIRED_MS + 3_600_000 }),
          reason: fc.constantFrom("OOMKilled", "Error", "NodeLost"),
          exitCode: fc.option(fc.constantFrom(1, 3, 137)),
        }),
        { maxLength: 3 },
      ),
      saturated: fc.constantFrom([], [{ line: "memory", label: "Memory", value: 0.99 }]),
    })
    .map(
      ({ now: [canaryNow = "ok", ...now], exits: ended, saturated }): Evidence => ({
        ...kept,
        components: kept.components?.map((each, nth) => ({ ...each, now: now[nth] ?? "ok" })) ?? null,
        canary: kept.canary && { ...kept.canary, now: canaryNow },
        exits: [...(kept.exits ?? []), ...ended],
        saturated: [...(kept.saturated ?? []), ...saturated],
      }),
    );
const FIRED_MS = ONSET_MS + 300_000;
const atFiring = anyEvidence.map(
  (evidence): Evidence => ({
    ...evidence,
    onset: { ...evidence.onset, firedAtMs: FIRED_MS },
    // By now, an onset's window is all that is seen.
    components:
      evidence.components?.filter(({ id }, nth, all) => all.findIndex((each) => each.id === id) === nth) ??
      null,
    saturated: evidence.saturated ?? [],
    exits: evidence.exits?.filter(({ atMs: at }) => at <= FIRED_MS) ?? null,
  }),
);

describe("whatever fails later", () => {
  test("the side stays what it was at onset, however often it is looked at", () => {
    const looks = atFiring.chain((kept) => fc.tuple(fc.constant(kept), later(kept), later(kept)));
    fc.assert(
      fc.property(looks, ([kept, first, second]) => {
        const { side, wouldDecide } = verdict(kept);
        const once = revised(kept, first);
        expect(verdict(once).side).toBe(side);
        const twice = verdict(revised(once, second));
        expect([twice.side, twice.wouldDecide]).toEqual([side, wouldDecide]);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("whatever the evidence", () => {
  test("one more fact against the platform never makes it more yours", () => {
    fc.assert(
      fc.property(anyEvidence, against, (evidence, add) => {
        expect(YOURS[verdict(add(evidence)).side]).toBeLessThanOrEqual(YOURS[verdict(evidence).side]);
      }),
      { numRuns: 2_000 },
    );
  });

  test("it is decided with at least one reason, or unclear with what would decide it", () => {
    fc.assert(
      fc.property(anyEvidence, (evidence) => {
        const { side, reasons, wouldDecide } = verdict(evidence);
        if (side === "unclear") expect(wouldDecide).toMatch(/\.$/);
        else {
          expect(wouldDecide).toBeNull();
          expect(reasons.some((reason) => reason.side !== "neither")).toBe(true);
        }
        for (const { sentence } of reasons) expect(sentence).toMatch(/^[A-Z].*\.$/);
      }),
    );
  });

  test("the order in which facts were found changes nothing", () => {
    fc.assert(
      fc.property(anyEvidence, (evidence) => {
        const turned = {
          ...evidence,
          components: evidence.components?.toReversed() ?? null,
          exits: evidence.exits?.toReversed() ?? null,
        };
        expect(verdict(turned).side).toBe(verdict(evidence).side);
      }),
    );
  });
});
