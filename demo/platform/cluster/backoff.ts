const FIRST_MS = 2_000;
const LONGEST_MS = 60_000;
/** A container that ran this long starts over with the shortest wait. */
export const STEADY_AFTER_MS = 120_000;

/** How long to wait before a restart: 2 s, 4 s, 8 s … up to 60 s. A kubelet waits longer; a demo must not. */
export function backoffMs(crashesInARow: number): number {
  return Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.max(0, crashesInARow - 1));
}
