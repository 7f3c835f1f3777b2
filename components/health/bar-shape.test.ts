import { describe, expect, test } from "vitest";
import { barWords, drawBars } from "./bar-shape";

const bar = (share: number | null, knownShare = 1) => ({ fromMs: 0, toMs: 3_600_000, share, knownShare });

describe("drawBars", () => {
  test.each([
    ["a whole hour up", bar(1), "up", 1],
    ["just inside the threshold", bar(0.99), "up", 0.9],
    ["beyond the threshold", bar(0.95), "down", 0.5],
    ["a total outage, which must be seen", bar(0), "down", 0.1],
    ["nothing known: neither up nor down", bar(null, 0), "unknown", 1],
    ["a share of nothing", bar(1, 0), "unknown", 1],
  ])("%s", (_, given, kind, height) => {
    const [drawn] = drawBars([given], 0.99);
    expect(drawn?.kind).toBe(kind);
    expect(drawn?.height).toBeCloseTo(height);
  });

  test("calls nothing down where there is no threshold", () => {
    expect(drawBars([bar(0.2)], null)[0]?.kind).toBe("up");
  });
});

describe("barWords", () => {
  test("counts what can be seen", () => {
    expect(barWords(drawBars([bar(1), bar(0.5), bar(null, 0)], 0.99))).toBe(
      "3 intervals: 1 below the threshold, 1 unknown.",
    );
  });
});
