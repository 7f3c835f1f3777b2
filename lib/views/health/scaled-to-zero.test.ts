import { expect, test } from "vitest";
import type { Condition, LineView, Reading, Status } from "@/lib/evaluation/view";
import { lineView, NOW_MS } from "@/testing/views/health";
import { lineAtZero, type ZeroPhase } from "./scaled-to-zero";

const ZERO: ZeroPhase = { kind: "at-zero", sinceMs: NOW_MS, orEarlier: false };
const STARTING: ZeroPhase = { kind: "starting" };
const bad: Reading = { kind: "value", value: 9, sampledAtMs: NOW_MS };
const good: Reading = { kind: "value", value: 0, sampledAtMs: NOW_MS };
const none: Reading = { kind: "no-data", last: null };

const UNPROVEN: ZeroPhase = { kind: "unproven" };

const at = (phase: ZeroPhase, line: Partial<LineView>, isEvaluators: boolean, wasAtZero = false) =>
  lineAtZero(lineView(line), phase, { worse: "higher", isEvaluators, wasAtZero });

test.each<[string, Condition, Status]>([
  ["has no data", "ok", "no-data"],
  ["stays open where its alert is", "firing", "firing"],
])(
  "what was at zero, and of which nothing shows whether it is, %s, whatever was measured",
  (_, condition, status) => {
    for (const reading of [bad, good, none])
      expect(at(UNPROVEN, { reading, condition, status: condition }, true, true)).toMatchObject({
        reading: { kind: "no-data", last: null, isZeroUnknown: true },
        status,
      });
  },
);

test("what wasn't at zero is judged as ever where nothing shows whether it is", () => {
  const line = { reading: bad, condition: "pending", status: "pending" } as const;
  expect(at(UNPROVEN, line, true, false)).toEqual(lineView(line));
});

test.each<[string, ZeroPhase, boolean, Condition, Reading, Status]>([
  ["an open alert stays open", ZERO, true, "firing", bad, "firing"],
  ["a breach of before isn't counted", ZERO, true, "pending", bad, "scaled-to-zero"],
  ["what is good is no health", ZERO, true, "ok", good, "scaled-to-zero"],
  [
    "the page's own alert is of an hour in which nothing was wanted",
    ZERO,
    false,
    "firing",
    bad,
    "scaled-to-zero",
  ],
  ["what isn't ready yet is pending, though nothing is counted", STARTING, true, "ok", bad, "pending"],
  ["so it is where the page alone would say that it fires", STARTING, false, "firing", bad, "pending"],
  ["an alert that is open stays open", STARTING, true, "firing", bad, "firing"],
  ["what is ready is fine", STARTING, true, "ok", good, "ok"],
  ["so it is where the page alone would say that it recovers", STARTING, false, "recovering", good, "ok"],
  ["what hasn't arrived is no data", STARTING, true, "ok", none, "no-data"],
])("%s", (_, phase, isEvaluators, condition, reading, status) => {
  const line = { reading, condition, status: condition, threshold: { ...lineView().threshold, value: 5 } };
  expect(at(phase, line, isEvaluators).status).toBe(status);
});

test("what is switched off stays off", () => {
  for (const phase of [ZERO, STARTING, UNPROVEN])
    expect(at(phase, { status: "off" }, true, true).status).toBe("off");
});

test("what the evaluator has stopped judging stays unknown while it starts", () => {
  expect(at(STARTING, { reading: good, status: "unknown" }, false).status).toBe("unknown");
});
