import { describe, expect, test } from "vitest";
import { downtimeInWords } from "./downtime-words";

describe("downtime in words", () => {
  test.each([
    [{ yours: 0, platform: 0, unknown: 0.4 }, "No downtime."],
    [{ yours: 120, platform: 0, unknown: 0 }, "Down for 2 min: yours."],
    [{ yours: 0, platform: 0, unknown: 4 }, "Down for 4 s: side unknown."],
    [{ yours: 0.6, platform: 0.6, unknown: 0 }, "Down for 1 s: side unknown."],
    [{ yours: 0, platform: 600, unknown: 120 }, "Down for 12 min: 10 min the platform's and 2 min unknown."],
    [
      { yours: 60, platform: 600, unknown: 120 },
      "Down for 13 min: 1 min yours, 10 min the platform's and 2 min unknown.",
    ],
  ])("%j reads %s", (downtime, words) =>
    expect(downtimeInWords(downtime, 1).replaceAll("\u00a0", " ")).toBe(words),
  );

  test.each([
    [0, "Nothing is known of this time."],
    [0.23, "No known downtime."],
    [0.999, "No downtime."],
  ])("of a time of which %s is known, without downtime, reads %s", (knownShare, words) =>
    expect(downtimeInWords({ yours: 0, platform: 0, unknown: 0 }, knownShare)).toBe(words),
  );
});
