import { describe, expect, test } from "vitest";
import { forecastSentence, whenFull } from "./forecast-words";

// A Monday.
const NOW_MS = Date.UTC(2026, 10, 30, 9, 7);
const HOUR_MS = 3_600_000;
const full = (at: number, from: number, until: number) => ({
  kind: "full" as const,
  atMs: NOW_MS + at * HOUR_MS,
  fromMs: NOW_MS + from * HOUR_MS,
  untilMs: NOW_MS + until * HOUR_MS,
});
const sentence = (forecast: Parameters<typeof forecastSentence>[0], of: string | null = null, zone = "UTC") =>
  forecastSentence(forecast, of, NOW_MS, zone);

describe("a date", () => {
  test("has its weekday, a round hour, its zone and both edges", () => {
    expect(sentence(full(77, 60, 130))).toBe(
      "At this rate full Thursday about 14:00 UTC, between Wednesday and Saturday.",
    );
  });

  test("is of the reader's zone", () => {
    expect(sentence(full(77, 60, 130), null, "Europe/Berlin")).toContain("Thursday about 15:00 CET");
    expect(sentence(full(65.9, 60, 80), null, "Pacific/Auckland")).toContain("Thursday about 16:00 UTC+13");
  });

  test("names the part that it is of", () => {
    expect(sentence(full(77, 60, 130), "volume data-0")).toBe(
      "At this rate, volume data-0 is full Thursday about 14:00 UTC, between Wednesday and Saturday.",
    );
  });

  test("of today has ten minutes and a clock for both edges", () => {
    expect(sentence(full(5, 4, 7))).toBe("At this rate full today about 14:10 UTC, between 13:10 and 16:10.");
  });

  test("from a week on has its day and no clock, and no weekday that could be this week's", () => {
    expect(sentence(full(240, 140, 400))).toBe("At this rate full about 10 Dec, between Sunday and 17 Dec.");
    expect(sentence(full(160, 150, 170))).toBe("At this rate full about 7 Dec, between Sunday and 7 Dec.");
  });

  test("without edges that differ has none", () => {
    expect(sentence(full(77, 77, 77.01))).toBe("At this rate full Thursday about 14:00 UTC.");
  });

  test("is short on a card", () => {
    expect(whenFull(full(77, 60, 130), NOW_MS, "UTC", "short")).toBe(
      "Thu about 14:00 UTC, between Wed and Sat",
    );
  });
});

test("what has no date says why", () => {
  expect(sentence({ kind: "not-growing" })).toBe("Not growing.");
  expect(sentence({ kind: "uneven" })).toBe("Too uneven to say when it will be full.");
  expect(sentence({ kind: "too-few" })).toBe(
    "Too few values to say when it will be full: that takes 3 days.",
  );
  expect(sentence({ kind: "later" })).toBe("At this rate not full within 30 days.");
  expect(sentence({ kind: "full-now" })).toBe("Full now.");
});
