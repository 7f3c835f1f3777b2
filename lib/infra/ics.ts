import { visibleText } from "./hidden-characters";

/** An entry of a calendar. It has no length: it is about an instant, or about a whole day. */
export type CalendarEntry = {
  /** The same for the same thing, so that a second import changes the first and adds none. */
  uid: string;
  /** An instant in milliseconds since the epoch, or a day such as 2026-12-24. */
  at: number | string;
  summary: string;
  description: string;
  url: string;
};

const OCTETS_PER_LINE = 75;

/**
 * A calendar file (RFC 5545), with CRLF and lines of 75 octets.
 * @param entries at least one: a calendar without any is none
 * @param writtenAtMs when this was true, by which an import knows the newer one
 */
export function calendarFile(entries: readonly CalendarEntry[], writtenAtMs: number): string {
  const lines = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Watchpost//Dates//EN",
    "METHOD:PUBLISH",
    ...entries.flatMap((entry) => [
      "BEGIN:VEVENT",
      `UID:${entryText(entry.uid)}`,
      `DTSTAMP:${instantText(writtenAtMs)}`,
      typeof entry.at === "number"
        ? `DTSTART:${instantText(entry.at)}`
        : `DTSTART;VALUE=DATE:${entry.at.replaceAll("-", "")}`,
      `SUMMARY:${entryText(entry.summary)}`,
      `DESCRIPTION:${entryText(entry.description)}`,
      `URL:${new URL(entry.url).href}`,
      // It takes no time of anybody's day.
      "TRANSP:TRANSPARENT",
      "END:VEVENT",
    ]),
    "END:VCALENDAR",
  ];
  return lines.map((line) => `${folded(line)}\r\n`).join("");
}

/** 20261224T093000Z */
const instantText = (atMs: number) =>
  new Date(atMs)
    .toISOString()
    .replace(/\.\d{3}/, "")
    .replace(/[-:]/g, "");

/** Text from outside in one line: no character of it begins another property. */
const entryText = (text: string) => visibleText(text).replace(/[\\;,]/g, "\\$&");

/** A longer line goes on in the next one behind a space, never within a character. */
function folded(line: string): string {
  const pieces: string[] = [];
  let piece = "";
  let octets = 0;
  for (const character of line) {
    const length = Buffer.byteLength(character);
    if (octets + length > OCTETS_PER_LINE) {
      pieces.push(piece);
      piece = "";
      octets = 1; // the space
    }
    piece += character;
    octets += length;
  }
  return [...pieces, piece].join("\r\n ");
}
