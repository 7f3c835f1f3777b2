import { setMaxListeners } from "node:events";

/**
 * Runs something with a signal that aborts after a time, or when `stop` does.
 *
 * AbortSignal.any over AbortSignal.timeout would be shorter, but Node 20 may collect such a timeout as garbage, and then it
 * never fires: a relay that hangs would hold its connection for ever.
 */
export async function withDeadline<T>(
  timeoutMs: number,
  stop: AbortSignal,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  // Any number of questions may end by one deadline; Node warns from eleven on.
  setMaxListeners(0, controller.signal);
  const abort = () => controller.abort();
  const timer = setTimeout(abort, timeoutMs);
  stop.addEventListener("abort", abort, { once: true });
  if (stop.aborted) abort();
  try {
    return await run(controller.signal);
  } finally {
    clearTimeout(timer);
    stop.removeEventListener("abort", abort);
  }
}
