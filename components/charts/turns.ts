"use client";

import { useEffect, useState } from "react";

/** Those that wait to be drawn, the first first. */
const waiting = new Set<() => void>();
let isGoing = false;

/** However busy the browser is, a chart waits no longer than this for a quiet moment. */
const AT_MOST_MS = 200;

const whenQuiet = (then: () => void): void => {
  if ("requestIdleCallback" in window) window.requestIdleCallback(then, { timeout: AT_MOST_MS });
  else setTimeout(then, 16);
};

function drawNext(): void {
  const [next] = waiting;
  isGoing = next !== undefined;
  if (!next) return;
  waiting.delete(next);
  next();
  whenQuiet(drawNext);
}

/**
 * Lets what takes long to draw be drawn one after the other, each in a moment of its own: five charts at once would keep the page
 * from answering for as long as all of them take.
 * @returns whether it is this one's turn; once it was, it stays
 */
export function useTurn(): boolean {
  const [isMyTurn, setMyTurn] = useState(false);
  useEffect(() => {
    const take = () => setMyTurn(true);
    waiting.add(take);
    if (!isGoing) {
      isGoing = true;
      whenQuiet(drawNext);
    }
    // Paper waits for nobody.
    window.addEventListener("beforeprint", take);
    return () => {
      waiting.delete(take);
      window.removeEventListener("beforeprint", take);
    };
  }, []);
  return isMyTurn;
}
