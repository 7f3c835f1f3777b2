import fc from "fast-check";
import { expect, test } from "vitest";
import { EXAMPLE_AT_MS, hour } from "./lines.fixture";
import { trendInWords } from "./trend";

const words = (at: (minutesBefore: number) => number | null) =>
  trendInWords(hour(at), "share")?.replaceAll("\u00a0", " ");

test("a rise is described with its length and three values of it, the last being the newest", () => {
  expect(words((m) => (m > 20 ? 0.012 : 0.012 + (20 - m) * 0.0034))).toMatch(
    /^rising for 2[0-4] min: 1\.2 %, \d\.\d %, 8 %$/,
  );
});

test("a fall is described the same way", () => {
  expect(words((m) => (m > 30 ? 0.5 : m / 60))).toMatch(/^falling for (2\d|3\d) min: 50 %, \d\d %, 0 %$/);
});

test("a jump that has held since is not called a rise", () => {
  expect(words((m) => (m > 24 ? 0.01 : 0.08))).toBe(
    "rose from 1 % to about 8 %, and has been steady for 24 min",
  );
  expect(words((m) => (m > 24 ? 0.08 : 0.01))).toBe(
    "fell from 8 % to about 1 %, and has been steady for 24 min",
  );
});

test.each([2, 3, 5, 8, 9])(
  "a fault of %d min ago is a rise of so many minutes, whatever came before",
  (ago) => {
    const length = new RegExp(`^rising for (${ago - 1}|${ago}|${ago + 1}) min: `);
    // A ramp, a jump and a slow start, each out of an hour that wobbles.
    const usual = (m: number) => 0.012 + Math.sin(m * 1.7) * 0.002;
    expect(words((m) => (m > ago ? usual(m) : usual(m) + ((ago - m + 1) / ago) * 0.3))).toMatch(length);
    expect(words((m) => (m >= ago ? usual(m) : 0.3 + (ago - m) * 0.05))).toMatch(length);
    // One odd minute long before is no beginning.
    expect(
      words((m) => (m === 40 ? 0.2 : m > ago ? usual(m) : usual(m) + ((ago - m + 1) / ago) * 0.3)),
    ).toMatch(length);
  },
);

test("a jump in the newest minute is not called steady", () => {
  expect(words((m) => (m > 0 ? 0.01 : 0.08))).toBe("rising for 1 min: 1 %, 8 %");
});

test("a rise over the whole hour begins with it", () => {
  expect(words((m) => (60 - m) / 60)).toMatch(/^rising for (5[5-9]|60) min: /);
});

test("a fall begins where the value left its usual band, not before", () => {
  expect(words((m) => (m > 6 ? 1 : 0.3 + m * 0.1))).toMatch(/^falling for [678] min: 100 %, /);
});

test("a wobble is steady, and a swing is up and down", () => {
  expect(words((m) => 0.5 + Math.sin(m) * 0.005)).toBe("steady for 60 min at about 50 %");
  expect(words((m) => 0.05 + Math.sin(m / 3.1) * 0.03)).toMatch(/^up and down, between/);
});

test("nothing is said across a gap, and the gap is", () => {
  expect(words((m) => (m < 38 && m > 5 ? null : 1))).toBe(
    "steady for 5 min at about 100 %; no data for 31 of the last 60 min",
  );
});

test("too few values make no trend", () => {
  expect(
    trendInWords(
      hour((m) => (m > 1 ? null : 1)),
      "share",
    ),
  ).toBeNull();
  expect(trendInWords(null, "share")).toBeNull();
  expect(trendInWords([], "share")).toBeNull();
});

test("whatever the values, a rise ends no lower than it began, a fall no higher, and no word is malformed", () => {
  const value = fc.oneof(
    { weight: 9, arbitrary: fc.double({ min: 0, max: 1, noNaN: true }) },
    { weight: 1, arbitrary: fc.constantFrom(null, Number.NaN, Number.POSITIVE_INFINITY) },
  );
  fc.assert(
    fc.property(fc.array(value, { maxLength: 61 }), (values) => {
      const points = values.map((one, index) => [EXAMPLE_AT_MS + index * 60_000, one] as const);
      const text = trendInWords(points, "count");
      if (text === null) return;
      expect(text).not.toMatch(/NaN|undefined|Infinity|∞/);
      const [, direction, path] = /^(rising|falling) for \d+\u00a0min: ([^;]*)/.exec(text) ?? [];
      if (!direction || !path) return;
      const steps = path.split(", ").map(Number);
      const change = (steps.at(-1) ?? 0) - (steps[0] ?? 0);
      expect(direction === "rising" ? change : -change).toBeGreaterThanOrEqual(0);
    }),
  );
});
