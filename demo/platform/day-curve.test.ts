import { describe, expect, test } from "vitest";
import { CHARACTERS } from "./characters";
import { requestsPerSecond } from "./day-curve";

/** The mean of an hour, so that bursts even out. */
function meanPerSecond(id: keyof typeof CHARACTERS, from: string): number {
  const startMs = Date.parse(from);
  const samples = Array.from({ length: 360 }, (_, nth) =>
    requestsPerSecond(CHARACTERS[id], startMs + nth * 10_000),
  );
  return samples.reduce((sum, each) => sum + each, 0) / samples.length;
}

describe("the day curve", () => {
  test("peaks in the capability's own evening, not in the machine's", () => {
    // 19:00 in Berlin is 18:00 UTC in winter and 17:00 in summer.
    expect(meanPerSecond("photos", "2026-01-14T17:30:00Z")).toBeCloseTo(5, 0);
    expect(meanPerSecond("photos", "2026-07-15T16:30:00Z")).toBeCloseTo(5, 0);
    expect(meanPerSecond("photos", "2026-01-14T05:30:00Z")).toBeCloseTo(1.5, 0);
  });

  test("is quieter at the desk's weekend", () => {
    const tuesday = meanPerSecond("tickets", "2026-01-13T16:00:00Z");
    const sunday = meanPerSecond("tickets", "2026-01-11T16:00:00Z");
    expect(sunday / tuesday).toBeLessThan(0.75);
  });

  test("leaves the weather station below the minimum that an error rate needs", () => {
    const mostInFiveMinutes = 300 * meanPerSecond("weather", "2026-01-13T22:30:00Z");
    expect(mostInFiveMinutes).toBeGreaterThan(1);
    expect(mostInFiveMinutes).toBeLessThan(20);
  });

  test("keeps all three together below twenty requests a second, bursts included", () => {
    const hours = Array.from(
      { length: 24 * 40 },
      (_, nth) => Date.parse("2026-01-13T00:00:00Z") + nth * 90_000,
    );
    const most = hours.map((atMs) =>
      Object.values(CHARACTERS).reduce((sum, character) => sum + requestsPerSecond(character, atMs), 0),
    );
    expect(Math.max(...most)).toBeLessThan(20);
  });
});
