const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const DAY_MS = 86_400_000;

/**
 * The instant at which a deadline has passed: a day's end in UTC, or the time itself where it names its zone.
 *
 * Days as 2026-12-24, 24 December 2026 and December 24, 2026. Dates of figures alone other than the first are refused, because
 * 04/05 is two days.
 * @returns null where the text begins with no such date
 */
export function deadlineOf(text: string): number | null {
  const plain = text.replace(/[*_`]/g, "").trim();
  const instant = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2})?) ?(Z|UTC|[+-]\d{2}:\d{2})(?!\w)/.exec(
    plain,
  );
  if (instant) {
    const [, day, clock, zone] = instant;
    const atMs = Date.parse(`${day}T${clock}${zone === "UTC" ? "Z" : zone}`);
    return Number.isNaN(atMs) ? null : atMs;
  }
  const iso = /^(\d{4})-(\d{2})-(\d{2})(?!\d)/.exec(plain);
  if (iso) return endOf(Number(iso[1]), Number(iso[2]) - 1, Number(iso[3]));
  const dayFirst = /^(\d{1,2})(?:st|nd|rd|th)?\.? ([a-z]{3,9})\.?,? (\d{4})(?!\d)/i.exec(plain);
  if (dayFirst) return endOf(Number(dayFirst[3]), monthOf(dayFirst[2]), Number(dayFirst[1]));
  const monthFirst = /^([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})(?!\d)/i.exec(plain);
  if (monthFirst) return endOf(Number(monthFirst[3]), monthOf(monthFirst[1]), Number(monthFirst[2]));
  return null;
}

const monthOf = (name = "") => MONTHS.indexOf(name.slice(0, 3).toLowerCase());

function endOf(year: number, month: number, day: number): number | null {
  if (month < 0 || month > 11 || day < 1) return null;
  const atMs = Date.UTC(year, month, day);
  // The 31st of a month that has none would roll over into the next.
  return new Date(atMs).getUTCDate() === day && new Date(atMs).getUTCMonth() === month ? atMs + DAY_MS : null;
}

/** Whole days left, counted so that the last day is 0; negative once it has passed. */
export function daysLeft(deadlineMs: number, nowMs: number): number {
  return Math.ceil((deadlineMs - nowMs) / DAY_MS) - 1;
}
