/** A terminal's Ctrl-C arrives directly and through npm: one key, several signals within moments. */
const SAME_KEY_MS = 500;
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export type StopSignal = (typeof SIGNALS)[number];

export type StopSignals = {
  /** The first one that came; undefined while this process may go on. */
  first(): StopSignal | undefined;
  /** Names who gets the next ones. Only one listener is kept. */
  onSignal(listener: (signal: StopSignal) => void): void;
};

/** Catches this process's stop signals from now on, those of one key press as one. */
export function catchStopSignals(): StopSignals {
  let first: StopSignal | undefined;
  let listener = (_signal: StopSignal) => {};
  let lastAtMs = Number.NEGATIVE_INFINITY;
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      const nowMs = performance.now();
      if (nowMs - lastAtMs < SAME_KEY_MS) return;
      lastAtMs = nowMs;
      first ??= signal;
      listener(signal);
    });
  }
  return {
    first: () => first,
    onSignal: (next) => {
      listener = next;
    },
  };
}
