import { describe, expect, test } from "vitest";
import { formatTime, isTimeZone, timeTicks, zoneName, zoneOffsetMs } from "./time";

const at = (iso: string) => Date.parse(iso);

describe("formatTime", () => {
  test.each([
    ["2026-11-21T13:02:11Z", "Europe/Berlin", "clock-seconds", "14:02:11"],
    ["2026-11-21T13:02:11Z", "UTC", "clock", "13:02"],
    ["2026-11-21T23:30:00Z", "Asia/Tokyo", "day-clock", "22 Nov 08:30"],
    ["2026-11-21T00:00:00Z", "America/New_York", "day", "20 Nov"],
    ["2026-11-21T00:00:00Z", "UTC", "day-clock", "21 Nov 00:00"],
    ["2026-06-01T12:00:00Z", "Pacific/Chatham", "clock", "00:45"],
    ["2026-06-01T12:00:00Z", "Asia/Kathmandu", "clock", "17:45"],
  ] as const)("%s in %s, %s, is %s", (iso, zone, style, text) => {
    expect(formatTime(at(iso), zone, style)).toBe(text);
  });

  test("shows the two hours of the night on which clocks go back with two names", () => {
    const before = at("2026-10-25T00:30:00Z");
    const after = at("2026-10-25T01:30:00Z");
    expect(formatTime(before, "Europe/Berlin", "clock")).toBe("02:30");
    expect(formatTime(after, "Europe/Berlin", "clock")).toBe("02:30");
    expect(zoneName(before, "Europe/Berlin")).toBe("CEST");
    expect(zoneName(after, "Europe/Berlin")).toBe("CET");
  });
});

describe("zoneName", () => {
  test.each([
    ["2026-01-01T00:00:00Z", "America/New_York", "EST"],
    ["2026-07-01T00:00:00Z", "America/New_York", "EDT"],
    ["2026-01-01T00:00:00Z", "Asia/Tokyo", "UTC+9"],
    ["2026-01-01T00:00:00Z", "Asia/Kathmandu", "UTC+5:45"],
    ["2026-01-01T00:00:00Z", "America/Sao_Paulo", "UTC−3"],
    ["2026-01-01T00:00:00Z", "Pacific/Chatham", "UTC+13:45"],
    ["2026-07-01T00:00:00Z", "Australia/Lord_Howe", "UTC+10:30"],
    ["2026-01-01T00:00:00Z", "Africa/Abidjan", "UTC"],
    ["2026-01-01T00:00:00Z", "UTC", "UTC"],
  ])("at %s, %s is called %s", (iso, zone, name) => {
    expect(zoneName(at(iso), zone)).toBe(name);
  });
});

describe("zoneOffsetMs", () => {
  test("follows a jump of half an hour", () => {
    expect(zoneOffsetMs(at("2026-01-01T00:00:00Z"), "Australia/Lord_Howe")).toBe(11 * 3_600_000);
    expect(zoneOffsetMs(at("2026-07-01T00:00:00Z"), "Australia/Lord_Howe")).toBe(10.5 * 3_600_000);
  });

  test("is exact within a second, before the epoch too", () => {
    expect(zoneOffsetMs(at("1969-12-31T23:59:59.250Z"), "UTC")).toBe(0);
  });
});

describe("isTimeZone", () => {
  test("knows a zone from a typing error", () => {
    expect(isTimeZone("Europe/Berlin")).toBe(true);
    expect(isTimeZone("Europe/Berlln")).toBe(false);
  });
});

describe("timeTicks", () => {
  test("puts ticks at round local times where the zone is 45 minutes off", () => {
    const from = at("2026-11-21T00:00:00Z");
    const labels = timeTicks(from, from + 3_600_000, "Asia/Kathmandu", 6).map(({ label }) => label);
    expect(labels).toEqual(["05:50", "06:00", "06:10", "06:20", "06:30", "06:40"]);
  });

  test("stays at midnight through the day that has 25 hours", () => {
    const from = at("2026-10-22T22:00:00Z");
    const ticks = timeTicks(from, from + 7 * 86_400_000, "Europe/Berlin", 8);
    expect(ticks.map(({ label }) => label)).toEqual([
      "Fri 23",
      "Sat 24",
      "Sun 25",
      "Mon 26",
      "Tue 27",
      "Wed 28",
      "Thu 29",
    ]);
    const lengths = ticks.slice(1).map((tick, index) => tick.atMs - (ticks[index]?.atMs ?? 0));
    expect(lengths).toContain(25 * 3_600_000);
    expect(lengths.filter((length) => length === 24 * 3_600_000)).toHaveLength(5);
  });

  test("stays at round hours through the night that skips one, with no tick twice", () => {
    const from = at("2026-03-29T00:00:00+01:00");
    const ticks = timeTicks(from, from + 6 * 3_600_000, "Europe/Berlin", 6);
    const labels = ticks.map(({ label }) => label);
    expect(labels).toEqual(["Sun 29", "01:00", "03:00", "04:00", "05:00", "06:00", "07:00"]);
  });

  test("never gives more ticks than there is room for, nor any outside the range", () => {
    const from = at("2026-11-20T10:07:30Z");
    for (const seconds of [3_600, 21_600, 86_400, 604_800, 2_592_000]) {
      for (const zone of ["UTC", "Pacific/Chatham", "America/St_Johns"]) {
        const to = from + seconds * 1000;
        const ticks = timeTicks(from, to, zone, 6);
        expect(ticks.length).toBeGreaterThan(2);
        expect(ticks.length).toBeLessThanOrEqual(7);
        expect(ticks.every(({ atMs }) => atMs >= from && atMs <= to)).toBe(true);
      }
    }
  });
});
