"use client";

import { useEffect, useState } from "react";
import { type ClockReading, elapsedMs, momentNow, useNow } from "@/components/ui/now";

/**
 * The server's clock as it goes on in the browser, once a second: a reader's own clock may be wrong by days, and the date doesn't
 * move with it. On the server and while a page is taken over it is the moment of rendering.
 */
export function useServerNow(renderedAtMs: number): number {
  const now = useNow();
  // A pair: a page may be rendered anew in place, at a later moment.
  const [arrived, setArrived] = useState<{ renderedAtMs: number; at: ClockReading } | null>(null);
  useEffect(() => setArrived({ renderedAtMs, at: momentNow() }), [renderedAtMs]);
  return now && arrived ? arrived.renderedAtMs + elapsedMs(arrived.at, now) : renderedAtMs;
}
