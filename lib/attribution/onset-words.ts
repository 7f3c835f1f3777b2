import type { Evidence } from "./evidence";

const MINUTE_MS = 60_000;

/** How long before the breach something may have caused it. */
export const JUST_BEFORE_MS = 15 * MINUTE_MS;

/** "4 min before it began", "as it began", "6 min after it began". */
export function beforeOnset(atMs: number, { breachedAtMs }: Evidence["onset"]): string {
  const minutes = Math.round((breachedAtMs - atMs) / MINUTE_MS);
  if (minutes === 0) return "as it began";
  const length =
    Math.abs(minutes) < 120 ? `${Math.abs(minutes)} min` : `${Math.round(Math.abs(minutes) / 60)} h`;
  return `${length} ${minutes > 0 ? "before" : "after"} it began`;
}
