import { describe, expect, test } from "vitest";
import { evictionAndExportSchema } from "@/lib/catalogue/eviction";
import { evictionPhase } from "@/lib/eviction/phase";
import { CALENDAR_STEPS, evictionAt, parseCalendarChange, standingWords } from "./steps";

const ZONE = "Europe/Berlin";
const NOW_MS = Date.parse("2026-11-21T17:45:20Z");
const MINUTE_MS = 60_000;
const evictionFor = (to: string, nowMs = NOW_MS) => {
  const change = evictionAt(parseCalendarChange({ to }), nowMs);
  const { eviction } = evictionAndExportSchema.parse({
    eviction: { ...change, issueUrl: "https://git.example/83" },
  });
  if (!eviction) throw new Error("There is no eviction.");
  return eviction;
};
const phaseAt = (to: string, laterMs = 0) => evictionPhase(evictionFor(to), ZONE, NOW_MS + laterMs);

describe("the demo's calendar", () => {
  test.each([
    ["announced", "announced", "announced"],
    ["last-minute", "announced", "read-only"],
    ["read-only", "read-only", "read-only"],
    ["paused", "paused", "paused"],
    ["last-export-minute", "read-only", "deleted"],
    ["deleted", "deleted", "deleted"],
  ])("at %s has the tenant in the phase %s, and a minute later in %s", (step, kind, later) => {
    expect(phaseAt(step).kind).toBe(kind);
    expect(phaseAt(step, MINUTE_MS - 1_000).kind).toBe(kind);
    expect(phaseAt(step, MINUTE_MS).kind).toBe(later);
  });

  test("has a step for every phase of an eviction", () => {
    const kinds = CALENDAR_STEPS.map((step) => phaseAt(step).kind);
    expect(new Set(kinds)).toEqual(new Set(["announced", "read-only", "paused", "deleted"]));
  });

  test.each([
    ["0", "2026-12-03"],
    ["reset", "2026-12-03"],
    ["13", "2026-11-20"],
    ["43", "2026-10-21"],
    ["999", "2024-03-09"],
  ])("%s days ahead moves the date's day the other way, to %s", (days, from) => {
    expect(evictionFor(days)).toMatchObject({ from, pauses: [] });
  });

  test("passes through all phases day by day, each of them once and in order", () => {
    const kinds = Array.from({ length: 60 }, (_, days) => phaseAt(String(days)).kind);
    expect(kinds.filter((kind, day) => kind !== kinds[day - 1])).toEqual([
      "announced",
      "read-only",
      "deleted",
    ]);
  });

  test.each(["", "yesterday", "-1", "1.5", "1000", "deleted now"])(
    'refuses "%s", and lists what there is',
    (to) => {
      expect(() => parseCalendarChange({ to })).toThrow(
        "The calendar goes to one of announced, last-minute, read-only, paused, last-export-minute, deleted, to reset, or so many days ahead, from 0 to 999.",
      );
    },
  );

  test.each([null, "paused", { to: 3 }, { to: "paused", tenant: "photos" }])("refuses %j", (input) => {
    expect(() => parseCalendarChange(input)).toThrow("The calendar goes to one of");
  });

  test.each([
    [
      "announced",
      "Announced: it doesn't serve from Thursday 3 December 2026, 00:00:00 CET. 11 days 05:14:40 left.",
    ],
    [
      "read-only",
      "Read-only since Wednesday 11 November 2026, 00:00:00 CET. 19 days 05:14:40 left to export.",
    ],
    [
      "paused",
      "Paused since Friday 20 November 2026, 18:45:20 CET, with 20 days 05:14:40 left to export. The export tool is down.",
    ],
    // Days of 24 hours, and the clocks changed on 25 October.
    ["deleted", "Deleted: the 30 days were over on Thursday 19 November 2026, 23:00:00 CET."],
  ])("says at %s where the tenant stands", (step, words) => {
    expect(standingWords(evictionFor(step), ZONE, NOW_MS)).toBe(words);
  });
});
