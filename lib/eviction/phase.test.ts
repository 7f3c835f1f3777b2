import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Eviction } from "@/lib/catalogue/eviction";
import { evictionPhase } from "./phase";

const eviction = (from: string, pauses: Eviction["pauses"] = []): Eviction => ({
  from,
  issueUrl: "https://git.example/infra/issues/7",
  pauses,
});
const at = (text: string) => Date.parse(text);
const kindAt = (given: Eviction | undefined, zone: string, atMs: number) =>
  evictionPhase(given, zone, atMs).kind;

test("a tenant without an announced eviction is live, whatever the time", () => {
  expect(evictionPhase(undefined, "Europe/Berlin", at("2026-12-24T00:00:00Z"))).toEqual({ kind: "live" });
});

describe("each phase begins at its second, and not one before", () => {
  // A day begins in the tenant's zone; the 30 days are 720 hours, whatever the clocks do in between.
  test.each([
    [
      "a winter's day in Berlin",
      "2026-12-24",
      "Europe/Berlin",
      "2026-12-23T23:00:00Z",
      "2027-01-22T23:00:00Z",
    ],
    [
      "clocks that go forward meanwhile",
      "2027-03-10",
      "Europe/Berlin",
      "2027-03-09T23:00:00Z",
      "2027-04-08T23:00:00Z",
    ],
    [
      "clocks that go back meanwhile",
      "2026-10-10",
      "Europe/Berlin",
      "2026-10-09T22:00:00Z",
      "2026-11-08T22:00:00Z",
    ],
    [
      "clocks that go back in New York",
      "2026-10-20",
      "America/New_York",
      "2026-10-20T04:00:00Z",
      "2026-11-19T04:00:00Z",
    ],
    [
      "the day on which clocks go forward",
      "2027-03-28",
      "Europe/Berlin",
      "2027-03-27T23:00:00Z",
      "2027-04-26T23:00:00Z",
    ],
    [
      "a day that begins at one o'clock",
      "2026-04-24",
      "Africa/Cairo",
      "2026-04-23T22:00:00Z",
      "2026-05-23T22:00:00Z",
    ],
    [
      "a day after which midnight comes twice",
      "2026-10-30",
      "Africa/Cairo",
      "2026-10-29T22:00:00Z",
      "2026-11-28T22:00:00Z",
    ],
    ["29 February", "2028-02-29", "Europe/Berlin", "2028-02-28T23:00:00Z", "2028-03-29T23:00:00Z"],
    ["30 days over 29 February", "2028-02-01", "Asia/Tokyo", "2028-01-31T15:00:00Z", "2028-03-01T15:00:00Z"],
    [
      "30 days over a February without one",
      "2027-02-01",
      "Asia/Tokyo",
      "2027-01-31T15:00:00Z",
      "2027-03-02T15:00:00Z",
    ],
    ["the turn of the year in UTC", "2026-12-31", "UTC", "2026-12-31T00:00:00Z", "2027-01-30T00:00:00Z"],
    [
      "a zone of a quarter hour",
      "2026-12-24",
      "Asia/Kathmandu",
      "2026-12-23T18:15:00Z",
      "2027-01-22T18:15:00Z",
    ],
    [
      "the first zone of the day",
      "2026-12-24",
      "Pacific/Kiritimati",
      "2026-12-23T10:00:00Z",
      "2027-01-22T10:00:00Z",
    ],
    [
      "an instant in UTC",
      "2026-12-24T09:30:00Z",
      "Asia/Tokyo",
      "2026-12-24T09:30:00Z",
      "2027-01-23T09:30:00Z",
    ],
    [
      "an instant with an offset",
      "2026-12-24T09:30:15+05:30",
      "UTC",
      "2026-12-24T04:00:15Z",
      "2027-01-23T04:00:15Z",
    ],
  ])("%s", (_, from, zone, begins, ends) => {
    const given = eviction(from);
    const [beginsMs, endsMs] = [at(begins), at(ends)];
    expect(evictionPhase(given, zone, beginsMs - 1000)).toEqual({
      kind: "announced",
      notServingFromMs: beginsMs,
    });
    expect(kindAt(given, zone, beginsMs - 1)).toBe("announced");
    const readOnly = { kind: "read-only", notServingFromMs: beginsMs, deletesAtMs: endsMs };
    expect(evictionPhase(given, zone, beginsMs)).toEqual(readOnly);
    expect(evictionPhase(given, zone, endsMs - 1)).toEqual(readOnly);
    expect(evictionPhase(given, zone, endsMs)).toEqual({
      kind: "deleted",
      notServingFromMs: beginsMs,
      deletedAtMs: endsMs,
    });
  });
});

describe("a fault of the platform", () => {
  const FROM = "2027-01-01T00:00:00Z";
  const paused = (from: string, until?: string, reason = "the tool is down") => ({ from, until, reason });

  test("stops the countdown at its first second and lets it go on at its last, and the end moves by as much", () => {
    const given = eviction(FROM, [paused("2027-01-11T00:00:00Z", "2027-01-12T12:00:00Z")]);
    expect(evictionPhase(given, "UTC", at("2027-01-11T00:00:00Z") - 1)).toMatchObject({
      kind: "read-only",
      deletesAtMs: at("2027-01-31T00:00:00Z"),
    });
    for (const moment of [at("2027-01-11T00:00:00Z"), at("2027-01-12T12:00:00Z") - 1])
      expect(evictionPhase(given, "UTC", moment)).toEqual({
        kind: "paused",
        notServingFromMs: at(FROM),
        sinceMs: at("2027-01-11T00:00:00Z"),
        reason: "the tool is down",
        leftMs: 20 * 86_400_000,
        deletesAtMs: at("2027-02-01T12:00:00Z"),
      });
    const ends = at("2027-02-01T12:00:00Z");
    expect(evictionPhase(given, "UTC", at("2027-01-12T12:00:00Z"))).toMatchObject({
      kind: "read-only",
      deletesAtMs: ends,
    });
    expect(kindAt(given, "UTC", ends - 1)).toBe("read-only");
    expect(kindAt(given, "UTC", ends)).toBe("deleted");
  });

  test("without an end pauses for as long as it takes, and promises no end", () => {
    const given = eviction(FROM, [paused("2027-01-30T23:59:59Z")]);
    for (const moment of ["2027-01-30T23:59:59Z", "2030-01-01T00:00:00Z"])
      expect(evictionPhase(given, "UTC", at(moment))).toMatchObject({
        kind: "paused",
        leftMs: 1000,
        deletesAtMs: null,
      });
  });

  test("that begins when the 30 days are over comes too late", () => {
    const given = eviction(FROM, [paused("2027-01-31T00:00:00Z")]);
    expect(kindAt(given, "UTC", at("2027-01-31T00:00:00Z"))).toBe("deleted");
  });

  test("before the date takes nothing, and one that lasts over the date counts from it", () => {
    const before = eviction(FROM, [paused("2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z")]);
    expect(evictionPhase(before, "UTC", at(FROM))).toMatchObject({ deletesAtMs: at("2027-01-31T00:00:00Z") });
    const over = eviction(FROM, [paused("2026-12-01T00:00:00Z", "2027-01-01T01:00:00Z")]);
    expect(kindAt(over, "UTC", at(FROM) - 1)).toBe("announced");
    expect(evictionPhase(over, "UTC", at(FROM))).toMatchObject({ kind: "paused", leftMs: 30 * 86_400_000 });
    expect(evictionPhase(over, "UTC", at("2027-01-01T01:00:00Z"))).toMatchObject({
      deletesAtMs: at("2027-01-31T01:00:00Z"),
    });
  });

  test("that is entered ahead changes nothing until it begins", () => {
    const given = eviction(FROM, [paused("2027-01-11T00:00:00Z")]);
    expect(evictionPhase(given, "UTC", at("2027-01-10T00:00:00Z"))).toMatchObject({
      kind: "read-only",
      deletesAtMs: at("2027-01-31T00:00:00Z"),
    });
  });

  test("counts once where two overlap, and the reason is of one that lasts", () => {
    const given = eviction(FROM, [
      paused("2027-01-05T00:00:00Z", "2027-01-07T00:00:00Z", "second"),
      paused("2027-01-04T00:00:00Z", "2027-01-06T00:00:00Z", "first"),
    ]);
    expect(evictionPhase(given, "UTC", at("2027-01-05T12:00:00Z"))).toMatchObject({ reason: "first" });
    expect(evictionPhase(given, "UTC", at("2027-01-06T12:00:00Z"))).toMatchObject({
      reason: "second",
      sinceMs: at("2027-01-04T00:00:00Z"),
    });
    expect(evictionPhase(given, "UTC", at("2027-01-08T00:00:00Z"))).toMatchObject({
      deletesAtMs: at("2027-02-03T00:00:00Z"),
    });
  });
});

describe("whatever the date, the zone and the pauses", () => {
  const HOUR_MS = 3_600_000;
  const fromMs = fc.integer({
    min: at("2026-01-01T00:00:00Z") / 1000,
    max: at("2032-01-01T00:00:00Z") / 1000,
  });
  const pauses = fc.array(
    fc.record({ afterHours: fc.integer({ min: -200, max: 1_500 }), hours: fc.integer({ min: 1, max: 400 }) }),
    { maxLength: 5 },
  );
  const given = fc.tuple(fromMs, pauses).map(([seconds, all]) => ({
    startMs: seconds * 1000,
    eviction: eviction(
      new Date(seconds * 1000).toISOString().replace(".000", ""),
      all.map(({ afterHours, hours }) => ({
        from: new Date(seconds * 1000 + afterHours * HOUR_MS).toISOString().replace(".000", ""),
        until: new Date(seconds * 1000 + (afterHours + hours) * HOUR_MS).toISOString().replace(".000", ""),
        reason: "a fault",
      })),
    ),
  }));
  const ORDER = ["announced", "serving ended", "deleted"];
  const rank = (kind: string) =>
    Math.max(0, ORDER.indexOf(kind === "announced" || kind === "deleted" ? kind : (ORDER[1] ?? "")));

  test("the owner has exactly 720 hours that aren't paused, and no phase comes back", () => {
    fc.assert(
      fc.property(given, ({ startMs, eviction }) => {
        let open = 0;
        let last = 0;
        for (let hour = -3; hour < 2_800; hour++) {
          const { kind } = evictionPhase(eviction, "UTC", startMs + hour * HOUR_MS);
          if (kind === "read-only") open += 1;
          expect(rank(kind)).toBeGreaterThanOrEqual(last);
          last = rank(kind);
        }
        expect(open).toBe(720);
        expect(ORDER[last]).toBe("deleted");
      }),
      { numRuns: 12 },
    );
  });

  test("the end that is shown is the end that comes, as long as no other fault begins", () => {
    fc.assert(
      fc.property(given, fc.integer({ min: 0, max: 2_800 }), ({ startMs, eviction }, hour) => {
        const nowMs = startMs + hour * HOUR_MS;
        const phase = evictionPhase(eviction, "UTC", nowMs);
        if ((phase.kind !== "read-only" && phase.kind !== "paused") || phase.deletesAtMs === null) return;
        const known = { ...eviction, pauses: eviction.pauses.filter(({ from }) => at(from) <= nowMs) };
        expect(kindAt(known, "UTC", phase.deletesAtMs - 1)).not.toBe("deleted");
        expect(kindAt(known, "UTC", phase.deletesAtMs)).toBe("deleted");
      }),
    );
  });
});
