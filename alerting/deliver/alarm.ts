import { setTimeout as sleep } from "node:timers/promises";

/** A pause between two looks that a hint ends early. */
export type Alarm = {
  /** There may be something to do now: ends the pause, also one that hasn't begun. */
  hint(): void;
  /** Before a look: what was hinted until now is being looked at. */
  reset(): void;
  /** Until the next poll, a hint or the stop. */
  pause(): Promise<void>;
};

/** @param stop ends every pause, for good */
export function createAlarm(pollMs: number, stop: AbortSignal): Alarm {
  let wake = () => {};
  let hinted = false;
  stop.addEventListener("abort", () => wake());
  return {
    hint: () => {
      hinted = true;
      wake();
    },
    reset: () => {
      hinted = false;
    },
    pause: async () => {
      if (hinted || stop.aborted) return;
      const timer = new AbortController();
      await Promise.race([
        sleep(pollMs, undefined, { signal: timer.signal }).catch(() => {}),
        new Promise<void>((resolve) => {
          wake = resolve;
        }),
      ]);
      timer.abort();
    },
  };
}
