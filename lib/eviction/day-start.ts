import { zoneOffsetMs } from "@/lib/wording/time";

const DAY_MS = 86_400_000;
/** Zones lie between 12 hours behind UTC and 14 ahead. */
const WITHIN_SECONDS = 16 * 3_600;

/**
 * The first instant of a day in a zone. Where the clocks skip midnight that is later than 00:00, where the zone skips the whole day
 * it is the start of the next.
 * @param day as 2026-12-24
 * @returns milliseconds since the epoch, whole seconds
 */
export function dayStartMs(day: string, zone: string): number {
  const utcMs = Date.parse(`${day}T00:00:00Z`);
  const hasBegun = (atMs: number) =>
    Math.floor((atMs + zoneOffsetMs(atMs, zone)) / DAY_MS) >= Math.floor(utcMs / DAY_MS);
  let before = -WITHIN_SECONDS;
  let begun = WITHIN_SECONDS;
  while (begun - before > 1) {
    const middle = Math.floor((before + begun) / 2);
    if (hasBegun(utcMs + middle * 1000)) begun = middle;
    else before = middle;
  }
  return utcMs + begun * 1000;
}
