/**
 * Instants as text, and ticks on a time axis, in any zone. Everything is stored in UTC; a zone is only how it is written.
 * 24-hour clock, day before month in letters, the zone's name always to be had: no reader has to guess.
 */

export type TimeStyle =
  | "clock" // 14:02
  | "clock-seconds" // 14:02:11
  | "day-clock" // 21 Nov 14:02
  | "day"; // 21 Nov

type Fields = { year: number; month: number; day: number; hour: number; minute: number; second: number };

/** The months' names, January first. American English, because British has "Sept" among three letters. */
export function monthNames(style: "short" | "long"): string[] {
  const { format } = new Intl.DateTimeFormat("en-US", { month: style, timeZone: "UTC" });
  return Array.from({ length: 12 }, (_, month) => format(Date.UTC(2023, month)));
}

/** The weekdays' names, Sunday first. */
export function weekdayNames(style: "short" | "long"): string[] {
  const { format } = new Intl.DateTimeFormat("en-US", { weekday: style, timeZone: "UTC" });
  return Array.from({ length: 7 }, (_, day) => format(Date.UTC(2023, 0, 1 + day))); // 1 January 2023 is a Sunday
}

const MONTHS = monthNames("short");
const WEEKDAYS = weekdayNames("short");

const formatters = new Map<string, Intl.DateTimeFormat>();
function formatter(zone: string): Intl.DateTimeFormat {
  let found = formatters.get(zone);
  if (!found) {
    found = new Intl.DateTimeFormat("en-GB", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
    formatters.set(zone, found);
  }
  return found;
}

function fieldsAt(atMs: number, zone: string): Fields {
  const fields: Record<string, number> = {};
  for (const { type, value } of formatter(zone).formatToParts(atMs)) fields[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = fields;
  return { year, month, day, hour, minute, second };
}

const two = (value: number) => String(value).padStart(2, "0");

/** An instant in a zone. The zone's own name is zoneName's to give. */
export function formatTime(atMs: number, zone: string, style: TimeStyle): string {
  const { month, day, hour, minute, second } = fieldsAt(atMs, zone);
  const clock = `${two(hour)}:${two(minute)}`;
  const date = `${day} ${MONTHS[month - 1]}`;
  if (style === "clock") return clock;
  if (style === "clock-seconds") return `${clock}:${two(second)}`;
  if (style === "day") return date;
  return `${date} ${clock}`;
}

/**
 * The zone's short name at an instant: "CET", "EDT", else its offset: "UTC+9", "UTC+12:45".
 *
 * The offset is worked out here rather than asked for, because the server and browsers differ in the names they know.
 */
export function zoneName(atMs: number, zone: string): string {
  if (zone === "UTC") return "UTC";
  for (const locale of ["en-GB", "en-US"]) {
    const part = namer(locale, zone)
      .formatToParts(atMs)
      .find(({ type }) => type === "timeZoneName");
    if (part && !/^(GMT|UTC)/.test(part.value)) return part.value;
  }
  const minutes = Math.round(zoneOffsetMs(atMs, zone) / 60_000);
  if (minutes === 0) return "UTC";
  const absolute = Math.abs(minutes);
  const rest = absolute % 60 === 0 ? "" : `:${two(absolute % 60)}`;
  return `UTC${minutes < 0 ? "−" : "+"}${Math.floor(absolute / 60)}${rest}`;
}

/** Kept, because making one takes longer than everything else that is done with it. */
const namers = new Map<string, Intl.DateTimeFormat>();
function namer(locale: string, zone: string): Intl.DateTimeFormat {
  const key = `${locale} ${zone}`;
  const found = namers.get(key) ?? new Intl.DateTimeFormat(locale, { timeZone: zone, timeZoneName: "short" });
  namers.set(key, found);
  return found;
}

/** How far the zone's clocks are ahead of UTC at an instant, in milliseconds. */
export function zoneOffsetMs(atMs: number, zone: string): number {
  const { year, month, day, hour, minute, second } = fieldsAt(atMs, zone);
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(atMs / 1000) * 1000;
}

/** True when the name is a zone that this runtime knows. */
export function isTimeZone(zone: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat("en-GB", { timeZone: zone }));
  } catch {
    return false;
  }
}

/** The instant at which the zone's clocks show these figures. In the hour that a clock skips, the moment after the jump. */
function instantOf(localMs: number, zone: string): number {
  const guess = localMs - zoneOffsetMs(localMs, zone);
  return localMs - zoneOffsetMs(guess, zone);
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const TICK_STEPS = [
  5 * MINUTE,
  10 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  3 * HOUR,
  4 * HOUR,
  6 * HOUR,
].concat([12 * HOUR, DAY, 2 * DAY, 5 * DAY, 7 * DAY, 10 * DAY]);

export type Tick = { atMs: number; label: string };

/**
 * Round local times between two instants: on a day with 23 or 25 hours the ticks stay at round hours and at midnight.
 * @param most how many ticks there is room for
 */
export function timeTicks(fromMs: number, toMs: number, zone: string, most: number): Tick[] {
  const step = TICK_STEPS.find((candidate) => (toMs - fromMs) / candidate <= most) ?? 30 * DAY;
  const ticks: Tick[] = [];
  const firstLocal = Math.ceil((fromMs + zoneOffsetMs(fromMs, zone)) / step) * step - step;
  const lastLocal = toMs + zoneOffsetMs(toMs, zone) + step;
  for (let local = firstLocal; local <= lastLocal; local += step) {
    const atMs = instantOf(local, zone);
    if (atMs < fromMs || atMs > toMs || atMs === ticks.at(-1)?.atMs) continue;
    ticks.push({ atMs, label: tickLabel(atMs, zone, step) });
  }
  return ticks;
}

function tickLabel(atMs: number, zone: string, step: number): string {
  const { year, month, day, hour, minute } = fieldsAt(atMs, zone);
  const midnight = hour === 0 && minute === 0;
  if (step < DAY && !midnight) return `${two(hour)}:${two(minute)}`;
  if (step === DAY || (step < DAY && midnight))
    return `${WEEKDAYS[new Date(Date.UTC(year, month - 1, day)).getUTCDay()]} ${day}`;
  return `${day} ${MONTHS[month - 1]}`;
}
