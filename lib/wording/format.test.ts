import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatAge, formatDuration, formatHold, formatThreshold, formatValue } from "./format";

/** The tests are written with plain spaces; the page has non-breaking ones. */
const plain = (text: string) => text.replaceAll("\u00a0", " ");

describe("formatValue", () => {
  test.each([
    [0, "share", "0 %"],
    [-0, "share", "0 %"],
    [0.0004, "share", "< 0.1 %"],
    [0.001, "share", "0.1 %"],
    [0.0523, "share", "5.2 %"],
    [0.714, "share", "71 %"],
    [0.99, "share", "99 %"],
    [0.9955, "share", "99.55 %"],
    [0.99999, "share", "99.99 %"],
    [1, "share", "100 %"],
    [1.04, "share", "104 %"],
    [0, "bytes", "0 B"],
    [999, "bytes", "999 B"],
    [1_500, "bytes", "1.5 kB"],
    [999_600_000, "bytes", "1 GB"],
    [2 ** 31, "bytes", "2.15 GB"],
    [1, "cores", "1 core"],
    [0.05, "cores", "0.05 cores"],
    [12.4, "cores", "12 cores"],
    [0, "seconds", "0 ms"],
    [0.0002, "seconds", "< 1 ms"],
    [0.2124, "seconds", "212 ms"],
    [0.9996, "seconds", "1 s"],
    [1.2345, "seconds", "1.23 s"],
    [12.34, "seconds", "12.3 s"],
    [125, "seconds", "125 s"],
    [0, "count", "0"],
    [-0, "count", "0"],
    [3, "count", "3"],
    [12_345, "count", "12,345"],
    [2.5, "count", "2.5"],
    [null, "count", "–"],
    [Number.NaN, "seconds", "–"],
    [Number.POSITIVE_INFINITY, "seconds", "–"],
  ] as const)("shows %s (%s) as %s", (value, unit, text) => {
    expect(plain(formatValue(value, unit))).toBe(text);
  });

  test("never says NaN, Infinity or minus zero, and never breaks between number and unit", () => {
    fc.assert(
      fc.property(fc.double(), fc.constantFrom("share", "seconds", "count"), (value, unit) => {
        const text = formatValue(value, unit);
        expect(text).not.toMatch(/NaN|Infinity|∞|^-0(?!\.\d)| /);
      }),
    );
  });

  test("never says 100 % of a share below one", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.99, max: 1, maxExcluded: true, noNaN: true }), (value) => {
        expect(plain(formatValue(value, "share"))).not.toBe("100 %");
      }),
    );
  });
});

describe("formatThreshold", () => {
  test.each([
    [{ value: 0.99, inclusive: false }, "lower", "share", "< 99 %"],
    [{ value: 1, inclusive: false }, "higher", "seconds", "> 1 s"],
    [{ value: 3, inclusive: true }, "higher", "count", "≥ 3"],
    [{ value: 0.5, inclusive: true }, "lower", "share", "≤ 50 %"],
  ] as const)("%o with %s being worse reads %s %s", (threshold, worse, unit, text) => {
    const whole = { ...threshold, forSeconds: 0, recoverForSeconds: 0 };
    expect(plain(formatThreshold(whole, worse, unit))).toBe(text);
  });
});

describe("durations", () => {
  test.each([
    [-5_000, "0 s"],
    [4_900, "4 s"],
    [65_000, "1 min 5 s"],
    [840_000, "14 min"],
    [11_100_000, "3 h 5 min"],
    [7_200_000, "2 h"],
    [187_200_000, "2 d 4 h"],
  ])("%d ms is %s", (milliseconds, text) => {
    expect(plain(formatDuration(milliseconds))).toBe(text);
  });

  test.each([
    [4_000, "4 s ago"],
    [-1_000, "0 s ago"],
    [61_000, "1 min ago"],
    [7_300_000, "2 h ago"],
    [260_000_000, "3 days ago"],
  ])("an age of %d ms is %s", (milliseconds, text) => {
    expect(plain(formatAge(milliseconds))).toBe(text);
  });

  test("says at once where there is no hold", () => {
    expect(formatHold(0)).toBe("at once");
    expect(plain(formatHold(300))).toBe("for 5 min");
  });
});
