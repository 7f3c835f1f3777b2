import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkEdit } from "@/lib/thresholds/edit";
import {
  draftOf,
  draftValueText,
  durationText,
  editDraftOf,
  isDraftText,
  parseNumber,
  unsavedDrafts,
} from "./draft";

describe("parseNumber", () => {
  test.each([
    ["12", 12],
    [" 0.5 ", 0.5],
    ["99,5", 99.5],
    [".5", 0.5],
    ["-3", -3],
    ["", null],
    ["1e3", null],
    ["12 %", null],
    ["NaN", null],
    ["Infinity", null],
    ["1,000.5", null],
  ])("reads %j as %s", (text, number) => {
    expect(parseNumber(text)).toBe(number);
  });
});

describe("the form's units", () => {
  test.each([
    [0.07, "share", "7"],
    [0.999, "share", "99.9"],
    [0.25, "seconds", "250"],
    [1.1, "seconds", "1100"],
    [3, "count", "3"],
  ] as const)("writes %s (%s) as %s", (value, unit, text) => {
    expect(draftValueText(value, unit)).toBe(text);
  });

  test.each([
    [0, { text: "0", unit: "min" }],
    [90, { text: "90", unit: "s" }],
    [300, { text: "5", unit: "min" }],
    [7_200, { text: "2", unit: "h" }],
  ] as const)("writes %d seconds in the largest unit in which they are whole", (seconds, text) => {
    expect(durationText(seconds)).toEqual(text);
  });

  test("changes no threshold that is shown and saved again untouched", () => {
    const thousandths = (max: number) => fc.integer({ min: 1, max }).map((value) => value / 1000);
    const seconds = fc.integer({ min: 0, max: 86_400 });
    fc.assert(
      fc.property(
        thousandths(999),
        seconds,
        seconds,
        fc.boolean(),
        (value, forSeconds, recover, inclusive) => {
          const edit = { enabled: true, value, inclusive, forSeconds, recoverForSeconds: recover };
          for (const unit of ["share", "seconds"] as const) {
            const read = checkEdit(editDraftOf(draftOf(edit, unit), unit), { unit, worse: "higher" });
            expect(read).toEqual({ ok: true, edit });
          }
        },
      ),
    );
  });
});

describe("what can't be read", () => {
  test("is no number, and never a zero", () => {
    const edit = { enabled: true, value: 1, inclusive: false, forSeconds: 60, recoverForSeconds: 60 };
    const draft = { ...draftOf(edit, "seconds"), value: "soon", hold: { text: "", unit: "min" as const } };
    expect(editDraftOf(draft, "seconds")).toMatchObject({
      value: null,
      forSeconds: null,
      recoverForSeconds: 60,
    });
  });
});

test("a draft that was kept outside the page is one of this build, or none", () => {
  const draft = draftOf(
    { enabled: true, value: 1, inclusive: false, forSeconds: 300, recoverForSeconds: 0 },
    "seconds",
  );
  expect(isDraftText(JSON.parse(JSON.stringify(draft)))).toBe(true);
  for (const other of [null, 1, {}, { ...draft, value: 1 }, { ...draft, hold: { text: "1", unit: "year" } }])
    expect(isDraftText(other)).toBe(false);
});

describe("a draft holds something to lose", () => {
  const saved = { enabled: true, value: 0.05, inclusive: false, forSeconds: 300, recoverForSeconds: 300 };
  const line = {
    key: "error-rate/error-rate" as const,
    unit: "share" as const,
    worse: "higher" as const,
    threshold: { ...saved, version: 3, source: "owner" as const },
  };
  const kept = (value: string, key: string = line.key) =>
    [...unsavedDrafts(new Map([[key, { draft: { ...draftOf(saved, "share"), value } }]]), [line])].length ===
    1;

  test("where it is another threshold, or none that could be saved", () => {
    expect(kept("7")).toBe(true);
    expect(kept("")).toBe(true);
  });

  test("and not where it says what is saved, however it is written", () => {
    expect(kept("5")).toBe(false);
    expect(kept("5.0")).toBe(false);
  });

  test("and not where its line is gone", () => {
    expect(kept("7", "saturation/gpu")).toBe(false);
  });
});
