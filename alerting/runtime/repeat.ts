import { setTimeout as sleep } from "node:timers/promises";
import { createLogOnce } from "./log-once";

/**
 * Does a job of the worker's again and again until stopped, with a pause after each time. It never throws: an error is logged once
 * for as long as it lasts, and the job is tried again after the pause.
 * @param complaint what is logged, a sentence
 * @param job gets the signal of the stop; stop() awaits the one under way
 */
export function repeat(
  { pauseMs, complaint }: { pauseMs: number; complaint: string },
  job: (stop: AbortSignal) => Promise<unknown>,
): { stop(): Promise<void> } {
  const stopping = new AbortController();
  async function run(): Promise<void> {
    const once = createLogOnce(complaint);
    while (!stopping.signal.aborted) {
      try {
        await job(stopping.signal);
        once.worked();
      } catch (error) {
        // What ended because it was asked to is no error.
        if (!stopping.signal.aborted) once.failed(error);
      }
      await sleep(pauseMs, undefined, { signal: stopping.signal }).catch(() => {});
    }
  }
  const running = run();
  return {
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}
