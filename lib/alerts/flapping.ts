/** So many turns within an hour are flapping: one mail says so, instead of one for each turn. */
export const FLAPPING_TURNS = 6;
const WINDOW_MS = 3_600_000;
/** A flapping line is settled after this long without a turn. */
export const SETTLED_AFTER_MS = 30 * 60_000;

/** The turns of the last hour with this one, oldest first. A turn is a firing or a recovery. */
export function withTurn(turns: readonly number[], atMs: number): number[] {
  // A clock that jumped back leaves turns in the future: they count for nothing.
  return [...turns.filter((turnMs) => turnMs > atMs - WINDOW_MS && turnMs < atMs), atMs];
}

export const isFlapping = (turns: readonly number[]): boolean => turns.length >= FLAPPING_TURNS;

export const isSettled = (turns: readonly number[], atMs: number): boolean =>
  Math.abs(atMs - (turns.at(-1) ?? Number.NEGATIVE_INFINITY)) >= SETTLED_AFTER_MS;
