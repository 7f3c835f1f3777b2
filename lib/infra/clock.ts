/**
 * Where the time comes from. Functions that judge take `now` as a parameter; only the outermost caller asks a
 * clock.
 */
export type Clock = { nowMs(): number };

export const systemClock: Clock = { nowMs: () => Date.now() };

/**
 * The newest slot at or before `atMs`.
 *
 * All viewers of a slot ask Prometheus for the very same instant, which is what lets one answer serve them
 * all.
 * @param atMs milliseconds since the epoch
 * @param slotSeconds length of a slot, a positive whole number of seconds
 */
export function slotAt(atMs: number, slotSeconds: number): number {
  const slotMs = slotSeconds * 1000;
  return Math.floor(atMs / slotMs) * slotMs;
}
