"use client";

import { createContext, useContext, useSyncExternalStore } from "react";

/** The one instant that all charts of a page point at. Beside React's state, so that a moving pointer redraws no line. */
export type Crosshair = {
  get(): number | null;
  set(atMs: number | null): void;
  subscribe(listener: () => void): () => void;
};

export function createCrosshair(): Crosshair {
  let atMs: number | null = null;
  const listeners = new Set<() => void>();
  return {
    get: () => atMs,
    set(next) {
      if (next === atMs) return;
      atMs = next;
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

export const CrosshairContext = createContext<Crosshair>(createCrosshair());

export function useCrosshair(): [atMs: number | null, set: (atMs: number | null) => void] {
  const crosshair = useContext(CrosshairContext);
  const atMs = useSyncExternalStore(crosshair.subscribe, crosshair.get, () => null);
  return [atMs, crosshair.set];
}
