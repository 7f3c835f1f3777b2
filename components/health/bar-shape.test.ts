import { describe, expect, test } from "vitest";
import { barRowsOf, barWords, drawBars } from "./bar-shape";

const bar = (share: number | null, knownShare = 1) => ({ fromMs: 0, toMs: 3_600_000, share, knownShare });

const plain = (cell: string | number) => (typeof cell === "string" ? cell.replaceAll("\u00a0", " ") : cell);

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

describe("the table behind the bars", () => {
  test("tells the newest first, and never a number of what is unknown", () => {
    const bars = [bar(1), { ...bar(0.95, 0.5), fromMs: 3_600_000 }, { ...bar(null, 0), fromMs: 7_200_000 }];
    const none = { yours: 0, platform: 0, unknown: 0 };
    const downtime = [none, { ...none, platform: 90 }, none];
    expect(barRowsOf(drawBars(bars, 0.99), downtime).map((row) => Object.values(row).map(plain))).toEqual([
      [7_200_000, "unknown", "0 %", "No downtime."],
      [3_600_000, "95 %", "50 %", "Down for 1 min 30 s the platform's."],
      [0, "100 %", "100 %", "No downtime."],
    ]);
  });

  test("tells no downtime where nobody attributed it", () => {
    expect(barRowsOf(drawBars([bar(0.5)], 0.99), null)[0]?.downtime).toBe("–");
  });
});
