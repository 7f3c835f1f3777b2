import { expect, test } from "vitest";
import { RANGES } from "@/lib/evaluation/ranges";
import { formatTime } from "@/lib/wording/time";
import { rowTimeStyle } from "./table-rows";

const TO_MS = Date.UTC(2026, 10, 21, 13, 0, 0);

test.each(Object.entries(RANGES))(
  "no two rows of %s have the same time, whenever the newest is of",
  (_, range) => {
    const stepMs = range.stepSeconds * 1000;
    const fromMs = TO_MS - range.seconds * 1000;
    for (const laterMs of [0, 15_000, 45_000, 75_000]) {
      const rows = Array.from(
        { length: range.seconds / range.stepSeconds + 1 },
        (_, index) => fromMs + index * stepMs,
      );
      if (laterMs > 0) rows.push(TO_MS + laterMs);
      const view = { fromMs, stepSeconds: range.stepSeconds };
      const words = rows.map((atMs) => formatTime(atMs, "Europe/Berlin", rowTimeStyle(atMs, view)));
      expect(new Set(words).size).toBe(rows.length);
    }
  },
);
