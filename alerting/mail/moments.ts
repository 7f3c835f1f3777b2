import { formatTime, zoneName } from "@/lib/wording/time";

/** Seconds are noise in a mail: everything happens in slots of half a minute or so. */
const clock = (atMs: number, zone: string) => formatTime(atMs, zone, "clock");
const day = (atMs: number, zone: string) => formatTime(atMs, zone, "day");

/**
 * An instant in the owner's zone with UTC beside it: "14:02 CET (13:02 UTC)"; with the day where it isn't today's:
 * "20 Nov 23:58 CET (22:58 UTC)".
 * @param todayMs the instant whose day needs no naming
 */
export function momentInWords(atMs: number, zone: string, todayMs: number): string {
  const today = day(atMs, zone) === day(todayMs, zone) && Math.abs(atMs - todayMs) < 86_400_000 * 2;
  return withUtc(atMs, zone, today ? "" : `${day(atMs, zone)} `);
}

/** The same with its day always: "21 Nov 14:02 CET (13:02 UTC)". */
export function dayAndMoment(atMs: number, zone: string): string {
  return withUtc(atMs, zone, `${day(atMs, zone)} `);
}

function withUtc(atMs: number, zone: string, dayBefore: string): string {
  const name = zoneName(atMs, zone);
  const local = `${dayBefore}${clock(atMs, zone)} ${name}`;
  if (name === "UTC") return local;
  const utcDay = day(atMs, "UTC") === day(atMs, zone) ? "" : `${day(atMs, "UTC")} `;
  return `${local} (${utcDay}${clock(atMs, "UTC")} UTC)`;
}

/** A span of time: "14:07 to 14:21 CET (13:07 to 13:21 UTC)", with days where it isn't of one. */
export function spanInWords(fromMs: number, toMs: number, zone: string, todayMs: number): string {
  const names = [zoneName(fromMs, zone), zoneName(toMs, zone)];
  const sameDay = (of: string) => day(fromMs, of) === day(toMs, of);
  // Across a change of clocks, or of the day, each end says its own.
  if (names[0] !== names[1] || !sameDay(zone) || !sameDay("UTC")) {
    return `${dayAndMoment(fromMs, zone)} to ${dayAndMoment(toMs, zone)}`;
  }
  const before = day(toMs, zone) === day(todayMs, zone) ? "" : `${day(fromMs, zone)} `;
  const local = `${before}${clock(fromMs, zone)} to ${clock(toMs, zone)} ${names[0]}`;
  if (names[0] === "UTC") return local;
  const utcDay = day(fromMs, "UTC") === day(fromMs, zone) ? "" : `${day(fromMs, "UTC")} `;
  return `${local} (${utcDay}${clock(fromMs, "UTC")} to ${clock(toMs, "UTC")} UTC)`;
}
