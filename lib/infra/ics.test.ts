import fc from "fast-check";
import { expect, test } from "vitest";
import { type CalendarEntry, calendarFile } from "./ics";

const entry: CalendarEntry = {
  uid: "eviction@photos.watchpost.example",
  at: Date.UTC(2026, 11, 24, 9, 30),
  summary: "Photo Library: serves no longer",
  description: "Export your data; it is read-only from then on, by agreement.",
  url: "https://watchpost.example/leaving",
};
const NOW_MS = Date.UTC(2026, 10, 30, 14);
/** The lines as a calendar reads them: unfolded. */
const read = (file: string) => file.replaceAll("\r\n ", "").split("\r\n");

test("is a calendar with an instant in UTC", () => {
  expect(read(calendarFile([entry], NOW_MS))).toEqual([
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Watchpost//Dates//EN",
    "METHOD:PUBLISH",
    "BEGIN:VEVENT",
    "UID:eviction@photos.watchpost.example",
    "DTSTAMP:20261130T140000Z",
    "DTSTART:20261224T093000Z",
    "SUMMARY:Photo Library: serves no longer",
    "DESCRIPTION:Export your data\\; it is read-only from then on\\, by agreement.",
    "URL:https://watchpost.example/leaving",
    "TRANSP:TRANSPARENT",
    "END:VEVENT",
    "END:VCALENDAR",
    "",
  ]);
});

test("a day is a day in every zone", () => {
  expect(read(calendarFile([{ ...entry, at: "2026-12-24" }], NOW_MS))).toContain(
    "DTSTART;VALUE=DATE:20261224",
  );
});

test("no text adds a property, and no line is longer than 75 octets or cut within a character", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constant("ü".repeat(90)),
    fc.constant("a\r\nEND:VEVENT"),
  );
  fc.assert(
    fc.property(text, text, (summary, description) => {
      const file = calendarFile([{ ...entry, summary, description }], NOW_MS);
      expect(read(file)).toHaveLength(15);
      for (const line of file.split("\r\n")) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
      expect(Buffer.from(file).toString()).toBe(file);
    }),
  );
});
