import { setTimeout as sleep } from "node:timers/promises";
import { log } from "@/lib/log";
import { forgetOld } from "@/lib/retention/store";

const LOOK_EVERY_MS = 300_000;

/**
 * Looks every five minutes whether the hour's forgetting is due, and does it, until stopped. Of several workers one does.
 * It never throws; what can't be done is logged, and done an hour later.
 */
export function startForgetting({ lookEveryMs = LOOK_EVERY_MS } = {}): { stop(): Promise<void> } {
  const stopping = new AbortController();
  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      const forgotten = await forgetOld(stopping.signal).catch((error) => {
        log.error({ err: error }, "Old records could not be removed.");
        return null;
      });
      if (forgotten) log.info(forgotten, "Old records were removed.");
      await sleep(lookEveryMs, undefined, { signal: stopping.signal }).catch(() => {});
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
