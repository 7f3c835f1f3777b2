import { expect, test } from "vitest";
import { plainText } from "@/lib/promql/plain-text";
import { isScaledToZero, leastWantedQuery, type Reachability } from "./scaled-to-zero";
import type { JudgedThreshold } from "./step";

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

test("a question for wanted replicas that ends in a comment is asked over the window, too", () => {
  const runtime = { replicasWanted: "sum by ($tenant) (wanted) # of all workloads" };
  const asked = plainText(leastWantedQuery({ runtime })).replaceAll(/\s+/g, " ");
  expect(asked).toBe("min_over_time((sum by ($tenant) (wanted) )[$window:15s])");
});
