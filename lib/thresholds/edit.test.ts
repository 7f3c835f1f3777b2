import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { thresholdSchema } from "@/lib/catalogue/bundle";
import { checkEdit, type EditDraft, type EditedSignal } from "./edit";

const latency: EditedSignal = { unit: "seconds", worse: "higher" };
const errors: EditedSignal = { unit: "share", worse: "higher" };
const availability: EditedSignal = { unit: "share", worse: "lower" };
const restarts: EditedSignal = { unit: "count", worse: "higher" };
const draft: EditDraft = {
  enabled: true,
  value: 1,
  inclusive: false,
  forSeconds: 300,
  recoverForSeconds: 300,
};

const problemsOf = (change: Partial<EditDraft>, signal: EditedSignal = latency) => {
  const checked = checkEdit({ ...draft, ...change }, signal);
  return checked.ok ? {} : checked.problems;
};

describe("a value", () => {
  test.each<[EditedSignal, Partial<EditDraft>, string]>([
    [latency, { value: null }, "Enter a number."],
    [latency, { value: Number.NaN }, "Enter a number."],
    [latency, { value: Number.POSITIVE_INFINITY }, "Enter a number."],
    [latency, { value: 0 }, "Enter a time above 0 ms."],
    [latency, { value: -1 }, "Enter a time above 0 ms."],
    [latency, { value: 3_601 }, "Enter at most one hour, which is 3,600,000 ms."],
    [errors, { value: 1.01 }, "Enter a percentage from 0 to 100."],
    [errors, { value: -0.01 }, "Enter a percentage from 0 to 100."],
    [restarts, { value: 2.5 }, "Enter a whole number, 0 or more."],
    [restarts, { value: -1 }, "Enter a whole number, 0 or more."],
    [restarts, { value: 1_000_001 }, "Enter at most 1,000,000."],
  ])("that no %o can have is refused: %o", (signal, change, words) => {
    expect(problemsOf(change, signal)).toEqual({ value: words });
  });

  test.each<[string, EditedSignal, Partial<EditDraft>, RegExp]>([
    ["above 100 %", errors, { value: 1 }, /never alert/],
    ["at 0 % or more", errors, { value: 0, inclusive: true }, /all the time/],
    ["below 0 %", availability, { value: 0 }, /never alert/],
    ["at 100 % or less", availability, { value: 1, inclusive: true }, /all the time/],
    ["0 restarts or more", restarts, { value: 0, inclusive: true }, /all the time/],
  ])("on the wrong end is refused, for it can't be meant: %s", (_, signal, change, words) => {
    expect(problemsOf(change, signal).value).toMatch(words);
  });

  test.each<[string, EditedSignal, Partial<EditDraft>]>([
    ["at 100 % or more", errors, { value: 1, inclusive: true }],
    ["above 0 %", errors, { value: 0 }],
    ["below 100 %", availability, { value: 1 }],
    ["at 0 % or less", availability, { value: 0, inclusive: true }],
    ["any restart", restarts, { value: 0 }],
    ["1 ms", latency, { value: 0.001 }],
  ])("at an end that can be meant is the owner's call: %s", (_, signal, change) => {
    expect(problemsOf(change, signal)).toEqual({});
  });

  const bounded: EditedSignal = { ...latency, highest: 0.5 };
  test.each<[Partial<EditDraft>, RegExp]>([
    [{ value: 0.5 }, /^Enter less than 500\sms: that is the highest finite bucket/],
    [{ value: 1 }, /^Enter less than 500\sms/],
    [{ value: 1, inclusive: true }, /^Enter at most 500\sms/],
  ])("above the highest that a line can have is refused: %o", (change, words) => {
    expect(problemsOf(change, bounded).value).toMatch(words);
  });

  test.each<[Partial<EditDraft>, EditedSignal]>([
    [{ value: 0.499 }, bounded],
    [{ value: 0.5, inclusive: true }, bounded],
    [{ value: 1, enabled: false }, bounded],
    [{ value: 1 }, { ...latency, highest: null }],
  ])(
    "that a line can have, of which nothing is known, or that is switched off isn't: %o",
    (change, signal) => {
      expect(problemsOf(change, signal)).toEqual({});
    },
  );
});

describe("a length of time", () => {
  test.each([
    [null, "Enter a number."],
    [Number.NaN, "Enter a number."],
    [-1, "Enter a time of 0 or more."],
    [0.5, "Enter a whole number of seconds."],
  ])("of %s is refused, for the alert and for its end", (seconds, words) => {
    expect(problemsOf({ forSeconds: seconds, recoverForSeconds: seconds })).toEqual({
      forSeconds: words,
      recoverForSeconds: words,
    });
  });

  test("beyond a day is absurd, and said so for each field", () => {
    expect(problemsOf({ forSeconds: 86_401, recoverForSeconds: 10 ** 9 })).toEqual({
      forSeconds: "An alert that waits longer than a day comes too late. Enter at most 24 hours.",
      recoverForSeconds: "A recovery that longer than a day is reported too late. Enter at most 24 hours.",
    });
  });

  test("of nothing and of a day are the owner's call", () => {
    expect(problemsOf({ forSeconds: 0, recoverForSeconds: 86_400 })).toEqual({});
  });
});

test("every fault is reported at once, a switched-off alert's as well", () => {
  const faults = problemsOf({ enabled: false, value: null, forSeconds: null, recoverForSeconds: -1 });
  expect(Object.keys(faults)).toEqual(["value", "forSeconds", "recoverForSeconds"]);
});

test("what is let through is what the evaluator can judge by, whatever was typed", () => {
  const number = fc.option(fc.oneof(fc.double(), fc.integer(), fc.constantFrom(0, 1, -0)));
  const signal = fc.constantFrom(latency, errors, availability, restarts);
  const drafts = fc.record({
    enabled: fc.boolean(),
    value: number,
    inclusive: fc.boolean(),
    forSeconds: number,
    recoverForSeconds: number,
  });
  fc.assert(
    fc.property(drafts, signal, (typed, of) => {
      const checked = checkEdit(typed, of);
      if (!checked.ok) {
        expect(Object.keys(checked.problems).length).toBeGreaterThan(0);
        return;
      }
      const { enabled, ...threshold } = checked.edit;
      expect(thresholdSchema.parse(threshold)).toEqual(threshold);
      expect(enabled).toBe(typed.enabled);
    }),
  );
});
