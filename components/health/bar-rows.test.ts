import { describe, expect, test } from "vitest";
import { barRowsOf } from "./bar-rows";
import { drawBars } from "./bar-shape";

const bar = (share: number | null, knownShare = 1) => ({ fromMs: 0, toMs: 3_600_000, share, knownShare });
const plain = (cell: string | number) => (typeof cell === "string" ? cell.replaceAll("\u00a0", " ") : cell);

describe("the table behind the bars", () => {
  test("shows the newest first, and never a number of what is unknown", () => {
    const bars = [bar(1), { ...bar(0.95, 0.5), fromMs: 3_600_000 }, { ...bar(null, 0), fromMs: 7_200_000 }];
    const none = { yours: 0, platform: 0, unknown: 0 };
    const downtime = [none, { ...none, platform: 90 }, none];
    expect(barRowsOf(drawBars(bars, 0.99), downtime).map((row) => Object.values(row).map(plain))).toEqual([
      [7_200_000, "unknown", "0 %", "Nothing is known of this time."],
      [3_600_000, "95 %", "50 %", "Down for 1 min 30 s: the platform's."],
      [0, "100 %", "100 %", "No downtime."],
    ]);
  });

  test("shows no downtime where nobody attributed it", () => {
    expect(barRowsOf(drawBars([bar(0.5)], 0.99), null)[0]?.downtime).toBe("–");
  });
});
