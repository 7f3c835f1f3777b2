import {
  type ForecastPoint,
  HOUR_MS,
  hourly,
  isKnown,
  type KnownPoint,
  medianOf,
  type Slopes,
  slopesOf,
} from "./slopes";

/**
 * When something that fills up will be full, which is at 1.
 * - full: at this time, between the other two, if it goes on as it did.
 * - later: it grows, and isn't full within FORECAST_DAYS.
 * - uneven: it changes in a way that no date follows from.
 * - too-few: fewer points than a date needs.
 */
export type Forecast =
  | { kind: "full"; atMs: number; fromMs: number; untilMs: number }
  | { kind: "full-now" | "later" | "not-growing" | "uneven" | "too-few" };

/** The points that a forecast is made of: this long, this far apart. */
export const FORECAST_SECONDS = 259_200;
export const FORECAST_STEP_SECONDS = 900;
/** How far ahead a date may lie: ten times what it is made of. */
export const FORECAST_DAYS = 30;

const SHORT_MS = 6 * HOUR_MS;
const LONG_MS = FORECAST_SECONDS * 1000;
const HORIZON_MS = FORECAST_DAYS * 86_400_000;
/** Of the slots of each window, so many must have a value. */
const LEAST_SHARE = 0.8;
/** The newest value may be this old. */
const NEWEST_WITHIN_MS = HOUR_MS;
/** Both slopes agree where neither is more than this many times the other. */
const AGREE_WITHIN = 2;
const HALF_DAY_MS = 12 * HOUR_MS;
const HALF_DAYS = LONG_MS / HALF_DAY_MS;
/** A half day in which it grows by less than this share of the usual is one in which it doesn't grow. */
const EVEN_SHARE = 0.2;
/** The slowest and the fastest slope are at most this many times apart from the middle one. */
const EDGES_WITHIN = 3;
/** Less than this in three days is no growth that anybody sees. */
const LEAST_GROWTH = 0.01;

/**
 * Makes a forecast by the slopes of the last 6 hours and of the last 3 days, which must agree.
 * @param points a share by slot, oldest first, from FORECAST_SECONDS before `toMs`; a slot may be missing
 * @param toMs the newest slot
 */
export function forecastOf(points: readonly ForecastPoint[], toMs: number): Forecast {
  const known = points.filter(isKnown);
  const short = known.filter(([atMs]) => atMs >= toMs - SHORT_MS);
  const long = hourly(known);
  if (!hasEnough(short, long, toMs)) return { kind: "too-few" };
  const recent = slopesOf(short, SHORT_MS);
  const lasting = slopesOf(long, LONG_MS);
  if (!recent || !lasting) return { kind: "too-few" };
  const newest = short.at(-1)?.[1] ?? 0;
  if (newest >= 1) return { kind: "full-now" };
  const level = levelAt(short, recent.mid, toMs);
  const room = 1 - (level < 1 ? level : newest);
  if (isSteady(recent, lasting) && isEven(long, lasting.mid, toMs))
    return steady(recent, lasting, room, toMs);
  const seems = (growth: number) => growth > 0 && room / growth <= HORIZON_MS;
  return { kind: seems(lasting.mid) || seems(recent.low) ? "uneven" : "not-growing" };
}

function hasEnough(short: readonly KnownPoint[], long: readonly KnownPoint[], toMs: number): boolean {
  const newestMs = short.at(-1)?.[0] ?? Number.NEGATIVE_INFINITY;
  return (
    toMs - newestMs <= NEWEST_WITHIN_MS &&
    short.length >= LEAST_SHARE * (SHORT_MS / 1000 / FORECAST_STEP_SECONDS) &&
    long.length >= LEAST_SHARE * (LONG_MS / HOUR_MS)
  );
}

/** Where the line of the last hours ends, so that one odd value moves no date. */
function levelAt(points: readonly KnownPoint[], slope: number, toMs: number): number {
  return medianOf(points.map(([atMs, value]) => value + slope * (toMs - atMs)));
}

/** It grew all the time, certainly still does, and about as fast. The slope of a few hours is vague where the values vary. */
function isSteady(recent: Slopes, lasting: Slopes): boolean {
  if (lasting.low <= 0 || recent.low <= 0) return false;
  const ratio = recent.mid / lasting.mid;
  const isAlike = ratio <= AGREE_WITHIN && ratio >= 1 / AGREE_WITHIN;
  return isAlike || (recent.low <= lasting.mid && lasting.mid <= recent.high);
}

/** Each half day adds about its share, but for one: steps, resets and waves don't. */
function isEven(points: readonly KnownPoint[], slope: number, toMs: number): boolean {
  const halfDays = new Map<number, number[]>();
  for (const [atMs, value] of points) {
    const nth = Math.min(HALF_DAYS - 1, Math.floor((toMs - atMs) / HALF_DAY_MS));
    halfDays.set(nth, [...(halfDays.get(nth) ?? []), value]);
  }
  const levels = Array.from({ length: HALF_DAYS }, (_, nth) => medianOf(halfDays.get(nth) ?? []));
  const enough = levels.slice(1).filter((earlier, nth) => {
    const growth = (levels[nth] ?? Number.NaN) - earlier;
    return growth >= slope * HALF_DAY_MS * EVEN_SHARE;
  });
  return enough.length >= HALF_DAYS - 2;
}

function steady(recent: Slopes, lasting: Slopes, room: number, toMs: number): Forecast {
  const slowest = Math.min(lasting.low, recent.mid);
  const fastest = Math.max(lasting.high, recent.mid);
  if (room / lasting.mid > HORIZON_MS)
    return { kind: lasting.mid * LONG_MS < LEAST_GROWTH ? "not-growing" : "later" };
  if (slowest * EDGES_WITHIN < lasting.mid || fastest > lasting.mid * EDGES_WITHIN) return { kind: "uneven" };
  return {
    kind: "full",
    atMs: Math.round(toMs + room / lasting.mid),
    fromMs: Math.round(toMs + room / fastest),
    untilMs: Math.round(toMs + room / slowest),
  };
}
