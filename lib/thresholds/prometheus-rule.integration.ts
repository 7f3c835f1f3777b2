import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readingAt } from "@/lib/evaluation/reading";
import { INITIAL_STATE, type JudgedThreshold, step } from "@/lib/evaluation/step";
import { type AlertState, type RuleClaim, ruleEngineObjects, type Scrape } from "@/testing/rule-engine";

const INTERVAL_SECONDS = 30;
const RULES = { staleAfterSeconds: 90, minimumRequests: null };

const above5: JudgedThreshold = {
  value: 5,
  inclusive: false,
  forSeconds: 120,
  recoverForSeconds: 60,
  worse: "higher",
};

/** What `step` makes of a series, in the words of an alerting rule: what recovers is still firing there. */
function ours(series: readonly Scrape[], threshold: JudgedThreshold): AlertState[] {
  let state = INITIAL_STATE;
  let last: { value: number; sampledAtMs: number } | null = null;
  return series.map((scrape, slot) => {
    const atMs = slot * INTERVAL_SECONDS * 1000;
    if (typeof scrape === "number") last = { value: scrape, sampledAtMs: atMs };
    if (scrape === "ended") last = null;
    const evidence = { value: last?.value, sampledAtMs: last?.sampledAtMs, requests: undefined };
    const cycle = { atMs, intervalSeconds: INTERVAL_SECONDS, unknownUntilMs: null };
    state = step(state, readingAt(atMs, evidence, RULES), threshold, cycle).state;
    const { condition } = state.judged;
    return condition === "ok" ? "inactive" : condition === "pending" ? "pending" : "firing";
  });
}

/** The alerting rule of the same meaning. */
const ruleOf = ({
  value,
  inclusive,
  forSeconds,
  recoverForSeconds,
  worse,
}: JudgedThreshold): RuleClaim["rule"] => ({
  expr: `value ${worse === "higher" ? ">" : "<"}${inclusive ? "=" : ""} ${value}`,
  for: `${forSeconds}s`,
  ...(recoverForSeconds > 0 && { keep_firing_for: `${recoverForSeconds}s` }),
});

const claim = (
  series: readonly Scrape[],
  threshold: JudgedThreshold,
  states = ours(series, threshold),
): RuleClaim => ({ rule: ruleOf(threshold), series, states });
const objection = (...claims: RuleClaim[]) => ruleEngineObjects(claims, INTERVAL_SECONDS);

/** One character a slot: a digit is a value, `_` a scrape that was missed, `.` the series has ended. */
const slots = (text: string): Scrape[] =>
  [...text].map((mark) => (mark === "_" ? "missed" : mark === "." ? "ended" : Number(mark)));
/** One letter a slot: inactive, pending, firing. */
const notified = (states: readonly AlertState[]) => states.map(([letter]) => letter).join("");
const said = (letters: string): AlertState[] =>
  [...letters].map((letter) => (letter === "i" ? "inactive" : letter === "p" ? "pending" : "firing"));

describe("step and Prometheus's own alerting rule of the same meaning", () => {
  test.each([
    ["a short spike", "00099000000", "iiippiiiiii"],
    ["a breach of just the pending time", "0099999000000", "iippppfffiiii"],
    ["a long breach", "00999999999999900000", "iippppfffffffffffiii"],
    ["flapping faster than the pending time", "090909090909", "ipipipipipip"],
    ["flapping while it fires", "99999090900900000", "ppppffffffffffiii"],
    ["a breach again within the recovery", "999990990000", "ppppffffffii"],
    ["a scrape that was missed", "9_99_9990_0_00", "ppppffffffiiii"],
    ["a value on the threshold itself", "555555", "iiiiii"],
  ])("agree on %s in every slot", async (_, series, expected) => {
    expect(notified(ours(slots(series), above5))).toBe(expected);
    expect(await objection(claim(slots(series), above5))).toBeNull();
  });

  test("agree on series and thresholds at random, in every slot", async () => {
    const scrape = fc.oneof(
      { weight: 12, arbitrary: fc.constantFrom<Scrape[]>(0, 4, 5, 6, 9) },
      { weight: 1, arbitrary: fc.constant<Scrape>("missed") },
    );
    const threshold: fc.Arbitrary<JudgedThreshold> = fc.record({
      value: fc.constantFrom(4, 5),
      inclusive: fc.boolean(),
      forSeconds: fc.constantFrom(0, 30, 45, 60, 150),
      recoverForSeconds: fc.constantFrom(30, 45, 60, 150), // not 0: see below
      worse: fc.constantFrom("higher", "lower"),
    });
    // Stretches of one value, so that long pending times are reached as well.
    const stretch = fc
      .tuple(scrape, fc.integer({ min: 1, max: 8 }))
      .map(([each, length]) => Array<Scrape>(each === "missed" ? 1 : length).fill(each));
    // All of one length: a series that is over would be judged by its last value for a while.
    const series = fc
      .array(stretch, { minLength: 12, maxLength: 12 })
      .map((stretches) => [...stretches.flat(), ...Array<Scrape>(48).fill(0)].slice(0, 48))
      .filter((all) => !all.join().includes("missed,missed,missed")); // then it would be stale
    const claims = fc.array(fc.tuple(series, threshold), { minLength: 30, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(claims, async (pairs) => {
        expect(await objection(...pairs.map((pair) => claim(...pair)))).toBeNull();
      }),
      { numRuns: 10, endOnFailure: true },
    );
  });

  test("are compared by an engine that objects to a wrong claim", async () => {
    const wrong = said("ppppiiii");
    expect(await objection(claim(slots("99999999"), above5, wrong))).toContain("FAILED");
  });
});

describe("step differs from an alerting rule on purpose", () => {
  const differ = async (
    series: string,
    threshold: JudgedThreshold,
    expected: { here: string; there: string },
  ) => {
    expect(notified(ours(slots(series), threshold))).toBe(expected.here);
    expect(await objection(claim(slots(series), threshold, said(expected.there)))).toBeNull();
  };

  test("a firing series that vanishes goes on firing here, where the rule takes its absence for recovery", () =>
    differ("9999999....", above5, { here: "ppppfffffff", there: "ppppfffffii" }));

  test("a pending breach outlasts a gap here without being credited for it, where the rule begins anew", () =>
    differ("999..99999", above5, { here: "ppppppffff", there: "pppiippppf" }));

  test("an old value is not judged here, where the rule goes on with it for five minutes", () =>
    differ(
      "99________9999",
      { ...above5, forSeconds: 240 },
      { here: "pppppppppppppf", there: "ppppppppffffff" },
    ));

  test("recovery takes two good values here even without a hold, where the rule takes one", () =>
    differ("9999990099", { ...above5, recoverForSeconds: 0 }, { here: "ppppfffipp", there: "ppppffiipp" }));
});
