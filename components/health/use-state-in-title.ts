"use client";

import { useEffect } from "react";
import { HIDDEN_POLL_INTERVAL_MS, type Received, staleReason } from "@/components/ui/freshness";
import { type ClockReading, useIsTabHidden, useNow } from "@/components/ui/now";
import type { Overall } from "@/lib/views/health/view";

const WORDS: Record<Overall["state"], string | null> = {
  healthy: null,
  "scaled-to-zero": "Scaled to zero",
  off: null,
  "not-serving": null,
  trouble: "Failing",
  recovering: "Recovering",
  pending: "Pending",
  "no-data": "No data",
  unknown: "Unknown",
};

/** The document's title with the state in front: it is read in a row of tabs, where the page isn't seen. */
export function titleWith(state: Overall["state"], title: string): string {
  const plain = Object.values(WORDS).reduce<string>(
    (text, words) => (words !== null && text.startsWith(`${words} · `) ? text.slice(words.length + 3) : text),
    title,
  );
  const words = WORDS[state];
  return words === null ? plain : `${words} · ${plain}`;
}

/**
 * The state that the title says: the page's own while it is seen. A hidden tab asks less often, and one lost answer there isn't
 * asked for again at once, so what is known stands for three of its intervals.
 * @param shown the page's own state
 */
export function titleState(
  received: Received,
  now: ClockReading | null,
  { shown, isHidden }: { shown: Overall["state"]; isHidden: boolean },
): Overall["state"] {
  if (!isHidden) return shown;
  const isStale = staleReason(received, now, null, HIDDEN_POLL_INTERVAL_MS) !== null;
  return isStale ? "unknown" : received.view.overall.state;
}

/** Keeps the title current while the page is open. Another page brings its own. */
export function useStateInTitle(received: Received, shown: Overall["state"]): void {
  const state = titleState(received, useNow(), { shown, isHidden: useIsTabHidden() });
  useEffect(() => {
    document.title = titleWith(state, document.title);
  }, [state]);
}
