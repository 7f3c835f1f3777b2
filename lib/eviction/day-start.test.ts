import fc from "fast-check";
import { expect, test } from "vitest";
import { zoneOffsetMs } from "@/lib/wording/time";
import { dayStartMs } from "./day-start";

const dayAt = (atMs: number, zone: string) =>
  new Date(atMs + zoneOffsetMs(atMs, zone)).toISOString().slice(0, 10);

test("a day begins at its first second in every zone: then it is that day, and a second before it isn't yet", () => {
  const day = fc
    .integer({ min: 0, max: 20 * 365 })
    .map((days) => new Date(Date.UTC(2020, 0, 1 + days)).toISOString().slice(0, 10));
  fc.assert(
    fc.property(day, fc.constantFrom(...Intl.supportedValuesOf("timeZone")), (given, zone) => {
      const startMs = dayStartMs(given, zone);
      expect(dayAt(startMs, zone)).toBe(given);
      expect(dayAt(startMs - 1000, zone) < given).toBe(true);
    }),
    { numRuns: 300 },
  );
});

test.each([
  ["where the clocks skip midnight", "2026-04-24", "Africa/Cairo", "2026-04-23T22:00:00Z"],
  ["where the zone skipped the whole day, as the next", "2011-12-30", "Pacific/Apia", "2011-12-30T10:00:00Z"],
])("a day begins %s", (_, day, zone, begins) => {
  expect(new Date(dayStartMs(day, zone)).toISOString()).toBe(begins.replace("Z", ".000Z"));
});
