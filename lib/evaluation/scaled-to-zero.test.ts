import { expect, test } from "vitest";
import { plainText } from "@/lib/promql/plain-text";
import {
  isReachUnknown,
  isScaledToZero,
  leastWantedQuery,
  lostWorkloadsQuery,
  mayStillBeAtZero,
  type Reachability,
} from "./scaled-to-zero";
import type { DataState, JudgedThreshold } from "./step";

const threshold: JudgedThreshold = {
  value: 0.85,
  inclusive: false,
  forSeconds: 120,
  recoverForSeconds: 300,
  worse: "lower",
};
const probe = (reading: Reachability["reading"]): Reachability => ({ reading, threshold });
const fails = probe({ kind: "value", value: 0 });
const succeeds = probe({ kind: "value", value: 1 });

test.each<[string, boolean, Reachability[], boolean]>([
  ["nothing is wanted and each probe fails", true, [fails, fails], true],
  ["nothing is wanted and no probe is reported", true, [probe({ kind: "no-data" })], true],
  ["nothing is wanted and it isn't probed", true, [], true],
  ["nothing is wanted and it is reached", true, [succeeds], false],
  ["nothing is wanted and one of two addresses is reached", true, [fails, succeeds], false],
  ["nothing is wanted and the probes can't be asked for", true, [probe({ kind: "unknown" })], false],
  ["that nothing is wanted isn't answered", false, [fails], false],
])("where %s, it is scaled to zero: %s, %o, %s", (_, isAnswered, reachability, expected) => {
  expect(isScaledToZero(isAnswered, reachability)).toBe(expected);
});

test.each<[string, Reachability[], boolean]>([
  ["the probes can't be asked for", [probe({ kind: "unknown" })], true],
  ["some can't be asked for and the others fail", [probe({ kind: "unknown" }), fails], true],
  ["some can't be asked for and one succeeds", [probe({ kind: "unknown" }), succeeds], false],
  ["all could be asked for, and fail", [fails], false],
  ["it isn't probed", [], false],
])("where %s, it isn't known who is reached: %o, %s", (_, reachability, expected) => {
  expect(isReachUnknown(reachability)).toBe(expected);
});

const HOUR_MS = 3_600_000;

test.each<[string, DataState["absent"], boolean]>([
  ["wasn't at zero", { cycles: 3, sinceMs: 0 }, false],
  ["had data", null, false],
  ["was at zero in the last slot", { cycles: 3, sinceMs: 0, notWanted: true }, true],
  [
    "was at zero, which isn't proven for 23 h",
    { cycles: 3, sinceMs: 0, notWanted: true, unprovenSinceMs: 77 * HOUR_MS },
    true,
  ],
  [
    "was at zero, which isn't proven for a day",
    { cycles: 3, sinceMs: 0, notWanted: true, unprovenSinceMs: 76 * HOUR_MS },
    false,
  ],
])("a line that %s goes on as at zero without proof: %o, %s", (_, absent, expected) => {
  expect(mayStillBeAtZero({ kind: "missing", sinceMs: 0, absent }, 100 * HOUR_MS)).toBe(expected);
});

test.each<[string, string | null]>([
  [
    "sum by ($tenant) (a or b) # of all",
    "max_over_time((count by ($tenant) (a or b))[1d:5m]) > count by ($tenant) (a or b)",
  ],
  ["sum by ($tenant) (a) + sum by ($tenant) (b)", null],
  ["max by ($tenant) (wanted)", null],
])("of %s lost workloads are counted: %s", (replicasWanted, expected) => {
  expect(lostWorkloadsQuery({ runtime: { replicasWanted } })).toBe(expected);
});

test("a question for wanted replicas that ends in a comment is asked over the window, too", () => {
  const runtime = { replicasWanted: "sum by ($tenant) (wanted) # of all workloads" };
  const asked = plainText(leastWantedQuery({ runtime })).replaceAll(/\s+/g, " ");
  expect(asked).toBe("min_over_time((sum by ($tenant) (wanted) )[$window:15s])");
});
