import type { Evidence } from "./evidence";

const MINUTE_MS = 60_000;

/** How long before the breach something may have caused it. */
export const JUST_BEFORE_MS = 15 * MINUTE_MS;

/** What is measured of a failure may come this much later than the failure: a node counts as gone after some 40 s. */
const MEASURED_WITHIN_MS = 2 * MINUTE_MS;

/** Until when something belongs to the onset: until the alert fired, and for two minutes of the breach at least. */
export const onsetEndsAtMs = ({
  breachedAtMs,
  firedAtMs,
}: Pick<Evidence["onset"], "breachedAtMs" | "firedAtMs">): number =>
  firedAtMs === undefined ? Number.POSITIVE_INFINITY : Math.max(firedAtMs, breachedAtMs + MEASURED_WITHIN_MS);

/** Whether something came at the onset, from a quarter of an hour before the breach on. */
export const isOfOnset = (atMs: number, onset: Evidence["onset"]): boolean =>
  atMs >= onset.breachedAtMs - JUST_BEFORE_MS && atMs <= onsetEndsAtMs(onset);

/** "4 min before it began", "at onset", "6 min after it began". */
export function beforeOnset(atMs: number, { breachedAtMs }: Evidence["onset"]): string {
  const minutes = Math.round((breachedAtMs - atMs) / MINUTE_MS);
  if (minutes === 0) return "at onset";
  const length =
    Math.abs(minutes) < 120 ? `${Math.abs(minutes)} min` : `${Math.round(Math.abs(minutes) / 60)} h`;
  return `${length} ${minutes > 0 ? "before" : "after"} it began`;
}
