import { FORECAST_DAYS, FORECAST_SECONDS, type Forecast } from "@/lib/forecast/forecast";
import { formatTime, weekdayNames, zoneName, zoneOffsetMs } from "./time";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const TEN_MINUTES_MS = 600_000;
const WEEKDAYS = { long: weekdayNames("long"), short: weekdayNames("short") };
/** Beyond these a weekday's name may be that of next week. */
const NAMED_DAYS = 6;

type DayStyle = "long" | "short";

/**
 * When something will be full, as a sentence: "At this rate full Thursday about 14:00 CET, between Wednesday and Saturday."
 * @param of the part that it is about, such as "volume data"; null: the line itself
 * @param nowMs the time that "today" is of
 */
export function forecastSentence(forecast: Forecast, of: string | null, nowMs: number, zone: string): string {
  const days = FORECAST_SECONDS / 86_400;
  switch (forecast.kind) {
    case "full": {
      const subject = of === null ? "At this rate full" : `At this rate, ${of} is full`;
      return `${subject} ${whenFull(forecast, nowMs, zone, "long")}.`;
    }
    case "full-now":
      return "Full now.";
    case "later":
      return `At this rate not full within ${FORECAST_DAYS} days.`;
    case "not-growing":
      return "Not growing.";
    case "uneven":
      return "Too uneven to say when it will be full.";
    case "too-few":
      return `Too few values to say when it will be full: that takes ${days} days.`;
  }
}

/** "Thursday about 14:00 CET, between Wednesday and Saturday"; a date far ahead has no clock. */
export function whenFull(
  { atMs, fromMs, untilMs }: Extract<Forecast, { kind: "full" }>,
  nowMs: number,
  zone: string,
  style: DayStyle,
): string {
  const day = (instantMs: number) => dayWords(instantMs, nowMs, zone, style);
  const [at, from, until] = [day(atMs), day(fromMs), day(untilMs)];
  const isNear = daysBetween(nowMs, atMs, zone) <= NAMED_DAYS;
  const clock = (instantMs: number) => formatTime(rounded(instantMs, nowMs), zone, "clock");
  const middle = isNear ? `${at} about ${clock(atMs)} ${zoneName(atMs, zone)}` : `about ${at}`;
  if (from !== until) return `${middle}, between ${from} and ${until}`;
  if (!isNear || clock(fromMs) === clock(untilMs)) return middle;
  return `${middle}, between ${clock(fromMs)} and ${clock(untilMs)}`;
}

/** To the hour, or to ten minutes where that is near: nobody knows it better. */
function rounded(atMs: number, nowMs: number): number {
  const toMs = atMs - nowMs < 12 * HOUR_MS ? TEN_MINUTES_MS : HOUR_MS;
  return Math.round(atMs / toMs) * toMs;
}

function dayWords(instantMs: number, nowMs: number, zone: string, style: DayStyle): string {
  const atMs = rounded(instantMs, nowMs);
  const ahead = daysBetween(nowMs, atMs, zone);
  if (ahead > NAMED_DAYS) return formatTime(atMs, zone, "day");
  if (ahead === 0) return "today";
  return WEEKDAYS[style][new Date(localMs(atMs, zone)).getUTCDay()] ?? formatTime(atMs, zone, "day");
}

const localMs = (atMs: number, zone: string) => atMs + zoneOffsetMs(atMs, zone);

/** How many midnights of the zone lie between two instants. */
function daysBetween(fromMs: number, toMs: number, zone: string): number {
  return Math.floor(localMs(toMs, zone) / DAY_MS) - Math.floor(localMs(fromMs, zone) / DAY_MS);
}
