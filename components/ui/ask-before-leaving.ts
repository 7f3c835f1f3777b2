"use client";

import { useEffect } from "react";

let leavesAtOnce = false;

/** The page must go now and nobody may stay on it: its session has ended. */
export function leaveAtOnce(to: string): void {
  leavesAtOnce = true;
  window.location.replace(to);
}

/** Lets the browser ask before the document is closed, while there is something to lose. */
export function useAskBeforeLeaving(hasSomethingToLose: boolean): void {
  useEffect(() => {
    if (!hasSomethingToLose) return;
    const ask = (event: BeforeUnloadEvent) => {
      if (!leavesAtOnce) event.preventDefault();
    };
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [hasSomethingToLose]);
}
