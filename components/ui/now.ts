"use client";

import { useSyncExternalStore } from "react";

/** One instant on two clocks. The monotonic one can't be set back; the wall clock goes on while a laptop sleeps. */
export type ClockReading = { wallMs: number; monotonicMs: number };

export function momentNow(): ClockReading {
  return { wallMs: Date.now(), monotonicMs: performance.now() };
}

/** Time gone by, the larger of both clocks' answers: an age may look too old, never too young. */
export function elapsedMs(from: ClockReading, to: ClockReading): number {
  return Math.max(0, to.wallMs - from.wallMs, to.monotonicMs - from.monotonicMs);
}

let current: ClockReading | null = null;
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

function tick() {
  current = momentNow();
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  if (listeners.size === 1) {
    timer = setInterval(tick, 1000);
    // A hidden or frozen tab has slow timers: the age must be right in the first frame that is seen again.
    document.addEventListener("visibilitychange", tick);
    window.addEventListener("pageshow", tick);
    tick();
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    document.removeEventListener("visibilitychange", tick);
    window.removeEventListener("pageshow", tick);
  };
}

function subscribeToVisibility(listener: () => void) {
  document.addEventListener("visibilitychange", listener);
  return () => document.removeEventListener("visibilitychange", listener);
}

/** Whether the tab is hidden; false on the server and during hydration. */
export const useIsTabHidden = (): boolean =>
  useSyncExternalStore(
    subscribeToVisibility,
    () => document.visibilityState === "hidden",
    () => false,
  );

/** Now, once a second; null on the server and during hydration, so that both write the same markup. */
export function useNow(): ClockReading | null {
  return useSyncExternalStore(
    subscribe,
    () => current,
    () => null,
  );
}
