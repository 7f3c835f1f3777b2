const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Before the first try, the second, … ; after the last, once an hour. */
const DELAYS_MS = [0, 15 * SECOND, MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE];

/** A mail that wasn't accepted for this long has failed. */
export const RETRY_HORIZON_MS = 72 * HOUR;

/** Share of the delay by which jitter moves it, either way: mails that failed together don't return together. */
const JITTER = 0.1;

/**
 * How long to wait before the next try. The horizon is not looked at here: the row's own `give_up_at` ends it.
 * @param attempts tries so far, 0 or more
 * @param jitter at least 0, less than 1
 * @returns milliseconds
 */
export function retryDelayMs(attempts: number, jitter: number): number {
  const delay = DELAYS_MS[Math.max(0, attempts)] ?? HOUR;
  return Math.round(delay * (1 - JITTER + 2 * JITTER * jitter));
}
