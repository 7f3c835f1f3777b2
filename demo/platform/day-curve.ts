import type { Character } from "./characters";

type LocalTime = { hour: number; weekend: boolean };
const HOUR_MS = 3_600_000;
const known = new Map<string, LocalTime>();

/** Hour of the day (with its fraction) and weekend or not, in a time zone. Looked up once an hour: Intl is slow. */
function localTime(atMs: number, timeZone: string): LocalTime {
  const hourMs = Math.floor(atMs / HOUR_MS) * HOUR_MS;
  const key = `${timeZone}@${hourMs}`;
  let time = known.get(key);
  if (!time) {
    const parts = new Intl.DateTimeFormat("en-GB", {
      timeZone,
      hour: "2-digit",
      minute: "2-digit",
      weekday: "short",
      hourCycle: "h23",
    }).formatToParts(hourMs);
    const part = (type: string) => parts.find((each) => each.type === type)?.value ?? "";
    time = {
      hour: Number(part("hour")) + Number(part("minute")) / 60,
      weekend: part("weekday") === "Sat" || part("weekday") === "Sun",
    };
    known.set(key, time);
  }
  return { hour: (time.hour + (atMs - hourMs) / HOUR_MS) % 24, weekend: time.weekend };
}

/**
 * Requests per second that a capability draws at an instant: a smooth day in its own time zone, quieter or busier at the
 * weekend, and bursts of a minute and a half where its character has them.
 */
export function requestsPerSecond(character: Character, atMs: number): number {
  const { peakPerSecond, nightShare, weekendShare, peakHour, burstFactor } = character.traffic;
  const { hour, weekend } = localTime(atMs, character.timeZone);
  const daylight = (1 + Math.cos(((hour - peakHour) / 24) * 2 * Math.PI)) / 2;
  const smooth = peakPerSecond * (nightShare + (1 - nightShare) * daylight) * (weekend ? weekendShare : 1);
  return isBurst(atMs) ? smooth * burstFactor : smooth;
}

/** How much longer a request takes for the load of the hour: 0.8 at rest, 1.2 at the peak. */
export function loadFactor(character: Character, atMs: number): number {
  return 0.8 + 0.4 * Math.min(1.5, requestsPerSecond(character, atMs) / character.traffic.peakPerSecond);
}

/** One slot of 90 s in eleven is a burst, at fixed instants, so that the history's end and the live traffic agree. */
function isBurst(atMs: number): boolean {
  return (Math.imul(Math.floor(atMs / 90_000), 2_654_435_761) >>> 0) % 11 === 0;
}
