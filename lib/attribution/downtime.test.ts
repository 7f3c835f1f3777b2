import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { downtimeOf, totalOf } from "./downtime";
import type { Outage } from "./recorded-verdict";

const minutes = (count: number) => count * 60_000;
const HOUR = minutes(60);
/** An hour in which this share of the known time failed. */
const bar = (failed: number, knownShare = 1, fromMs = 0) => ({
  fromMs,
  toMs: fromMs + HOUR,
  share: 1 - failed,
  knownShare,
});
const outage = (from: number, to: number | null, ...verdicts: [number, string][]): Outage => ({
  fromMs: minutes(from),
  toMs: to === null ? null : minutes(to),
  verdicts: verdicts.map(([at, side]) => ({ atMs: minutes(at), side })),
});
const inMinutes = (failed: number, outages: Outage[], knownShare = 1) => {
  const [part] = downtimeOf([bar(failed, knownShare)], outages, HOUR);
  return part && [part.yours, part.platform, part.unknown].map((seconds) => Math.round(seconds / 60));
};

describe("downtime in three", () => {
  test.each<[string, number, Outage[], number[]]>([
    ["no downtime is nobody's, whatever alerts stand", 0, [outage(0, 60, [0, "platform"])], [0, 0, 0]],
    ["downtime without an alert is unknown", 0.1, [], [0, 0, 6]],
    ["downtime within one alert is its verdict's", 0.1, [outage(10, 30, [12, "platform"])], [0, 6, 0]],
    ["an alert that nothing was said of is unknown", 0.1, [outage(10, 30)], [0, 0, 6]],
    [
      "both and unclear are unknown",
      0.2,
      [outage(0, 10, [2, "both"]), outage(20, 30, [22, "unclear"])],
      [0, 0, 12],
    ],
    [
      "two alerts share it in proportion to their length",
      0.2,
      [outage(0, 10, [2, "yours"]), outage(20, 50, [22, "platform"])],
      [3, 9, 0],
    ],
    ["what alerts don't cover is unknown", 0.5, [outage(10, 20, [12, "yours"])], [10, 0, 20]],
    [
      "a verdict that changed moves none of it",
      1,
      [outage(0, 60, [2, "yours"], [20, "platform"])],
      [60, 0, 0],
    ],
    [
      "a verdict that was unclear at first counts as what was learned",
      1,
      [outage(0, 60, [2, "unclear"], [20, "platform"], [30, "both"])],
      [0, 60, 0],
    ],
    ["an alert that lasts counts up to now", 0.5, [outage(30, null, [32, "platform"])], [0, 30, 0]],
    [
      "an alert before or after the bar is not its",
      0.1,
      [outage(-60, 0, [-59, "yours"]), outage(60, 90, [61, "yours"])],
      [0, 0, 6],
    ],
  ])("%s", (_, failed, outages, expected) => {
    expect(inMinutes(failed, outages)).toEqual(expected);
  });

  test("time of which nothing is known is no downtime", () => {
    expect(inMinutes(1, [outage(0, 60, [0, "yours"])], 0.5)).toEqual([30, 0, 0]);
    expect(downtimeOf([{ ...bar(1), share: null, knownShare: 0 }], [], HOUR)).toEqual([
      { yours: 0, platform: 0, unknown: 0 },
    ]);
  });

  test("the three parts are always the whole, and none of them is below nothing", () => {
    const side = fc.constantFrom("yours", "platform", "both", "unclear");
    const anyOutage = fc
      .tuple(fc.nat(120), fc.nat(120), fc.array(side, { maxLength: 3 }))
      .map(([from, length, sides]) =>
        outage(
          from,
          from + length,
          ...sides.map((each, index): [number, string] => [from + (length * index) / 3, each]),
        ),
      );
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.array(anyOutage, { maxLength: 4 }),
        (failed, known, outages) => {
          const bars = [bar(failed, known), bar(failed, known, HOUR)];
          const parts = downtimeOf(bars, outages, 2 * HOUR);
          for (const { yours, platform, unknown } of parts) {
            expect(Math.min(yours, platform, unknown)).toBeGreaterThanOrEqual(0);
            expect(yours + platform + unknown).toBeCloseTo(failed * known * 3_600, 6);
          }
          const { yours, platform, unknown } = totalOf(parts);
          expect(yours + platform + unknown).toBeCloseTo(2 * failed * known * 3_600, 6);
        },
      ),
    );
  });
});
