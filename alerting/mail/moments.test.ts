import { expect, test } from "vitest";
import { dayAndMoment, momentInWords, spanInWords } from "./moments";

const at = (iso: string) => Date.parse(iso);
const noon = at("2026-11-21T12:00:00Z");

test("a moment is in the owner's zone, with UTC beside it", () => {
  expect(momentInWords(at("2026-11-21T13:02:00Z"), "Europe/Berlin", noon)).toBe("14:02 CET (13:02 UTC)");
  expect(dayAndMoment(at("2026-11-21T13:02:00Z"), "America/New_York")).toBe("21 Nov 08:02 EST (13:02 UTC)");
});

test("in a zone at odd quarters, whose day is another than UTC's, each says its own day", () => {
  expect(dayAndMoment(at("2026-11-21T13:02:00Z"), "Pacific/Chatham")).toBe(
    "22 Nov 02:47 UTC+13:45 (21 Nov 13:02 UTC)",
  );
});

test("UTC stands alone where it is the owner's zone", () => {
  expect(momentInWords(noon, "UTC", noon)).toBe("12:00 UTC");
});

test("a moment of another day says its day, and the same day of another year is another day", () => {
  expect(momentInWords(at("2026-11-20T22:58:00Z"), "Europe/Berlin", noon)).toBe(
    "20 Nov 23:58 CET (22:58 UTC)",
  );
  expect(momentInWords(at("2025-11-21T11:00:00Z"), "UTC", noon)).toBe("21 Nov 11:00 UTC");
});

test("the hour that clocks show twice is distinguished by the zone's name and by UTC", () => {
  const first = at("2026-10-25T00:30:00Z");
  const second = at("2026-10-25T01:30:00Z");
  expect(momentInWords(first, "Europe/Berlin", second)).toBe("02:30 CEST (00:30 UTC)");
  expect(momentInWords(second, "Europe/Berlin", second)).toBe("02:30 CET (01:30 UTC)");
  expect(spanInWords(first, second, "Europe/Berlin", second)).toBe(
    "25 Oct 02:30 CEST (00:30 UTC) to 25 Oct 02:30 CET (01:30 UTC)",
  );
});

test("a span within a day says its zone once, and one across midnight says both days", () => {
  expect(spanInWords(at("2026-11-21T12:53:00Z"), at("2026-11-21T13:07:00Z"), "Europe/Berlin", noon)).toBe(
    "13:53 to 14:07 CET (12:53 to 13:07 UTC)",
  );
  expect(spanInWords(at("2026-11-20T22:50:00Z"), at("2026-11-20T23:10:00Z"), "Europe/Berlin", noon)).toBe(
    "20 Nov 23:50 CET (22:50 UTC) to 21 Nov 00:10 CET (20 Nov 23:10 UTC)",
  );
});
