import { expect, test } from "vitest";
import type { StepReading } from "@/lib/evaluation/step";
import { hasDataOfNobody, massDisappearance } from "./cycle";
import { INITIAL_LINE, type LineState } from "./judge";

const fresh: LineState = {
  ...INITIAL_LINE,
  step: { judged: { condition: "ok", sinceMs: 0 }, data: { kind: "fresh", sinceMs: 0, absent: null } },
};
const gone: LineState = {
  ...fresh,
  step: { ...fresh.step, data: { kind: "missing", sinceMs: 0, absent: { cycles: 3, sinceMs: 0 } } },
};
const here: StepReading = { kind: "value", value: 1 };
const idle: StepReading = { kind: "no-traffic" };
const nothing: StepReading = { kind: "no-data" };
const unwanted: StepReading = { kind: "not-wanted" };
const named = <T>(values: T[]) => new Map(values.map((value, index) => [`tenant-${index}`, value]));
const check = (readings: StepReading[], states: LineState[]) =>
  massDisappearance(named(readings), named(states)).gone;

test.each<[string, StepReading[], LineState[], boolean]>([
  ["six of ten", [...Array(4).fill(here), ...Array(6).fill(nothing)], Array(10).fill(fresh), true],
  ["five of ten", [...Array(5).fill(here), ...Array(5).fill(nothing)], Array(10).fill(fresh), false],
  ["both of two", [nothing, nothing], [fresh, fresh], true],
  ["one of two", [here, nothing], [fresh, fresh], false],
  ["the only one: it is missing, and that is mailed", [nothing], [fresh], false],
  ["those that had no data before", [here, nothing, nothing, nothing], [fresh, gone, gone, gone], false],
  ["nobody, but they have no traffic", [idle, idle, here], [fresh, fresh, fresh], false],
  ["those who were never judged", [nothing, nothing], [INITIAL_LINE, INITIAL_LINE], false],
  [
    "six of ten, scaled to zero at once",
    [...Array(4).fill(here), ...Array(6).fill(unwanted)],
    Array(10).fill(fresh),
    false,
  ],
  [
    "three of four, and six are scaled to zero",
    [here, nothing, nothing, nothing, ...Array(6).fill(unwanted)],
    Array(10).fill(fresh),
    true,
  ],
  ["most, though new ones came", [nothing, nothing, nothing, here, here, here], [fresh, fresh, fresh], true],
])("%s gone", (_, readings, states, expected) => {
  expect(check(readings, states)).toBe(expected);
});

test.each<[string, StepReading[], boolean]>([
  ["only what is scaled to zero: that is no fault of the set-up", [unwanted, unwanted], false],
  ["nothing, beside what is scaled to zero", [nothing, unwanted], true],
  ["one that answers beside it", [here, unwanted], false],
])("a line that never answered, and sees %s", (_, readings, expected) => {
  expect(hasDataOfNobody(named(readings), undefined)).toBe(expected);
});

test("a guarded cycle keeps the states, so the next one compares with the last good one", () => {
  const { answered, before } = massDisappearance(
    named([here, nothing, nothing]),
    named([fresh, fresh, fresh]),
  );
  expect({ answered, before }).toEqual({ answered: 1, before: 3 });
});
