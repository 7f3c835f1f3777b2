// @ts-check

/**
 * A signal that aborts at the first Ctrl-C, termination or hang-up. Further ones are ignored: npm passes on the Ctrl-C
 * that the terminal has sent already, and an orderly stop has a deadline of its own.
 */
export function onStopSignals() {
  const stopping = new AbortController();
  for (const name of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
    process.on(name, () => {
      if (stopping.signal.aborted) return;
      if (name !== "SIGHUP") process.stdout.write("\nStopping.\n");
      stopping.abort();
    });
  }
  return stopping.signal;
}
