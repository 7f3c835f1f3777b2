"use client";

import { useEffect, useState } from "react";
import { flushSync } from "react-dom";
import { Time } from "@/components/ui/zone";

/** When and from where a page was printed, on paper alone: without it nobody could tell a page of yesterday from today's. */
export function PrintedAt() {
  const [printed, setPrinted] = useState<{ atMs: number; address: string } | null>(null);
  useEffect(() => {
    // The browser takes the page as it is once this has run.
    const note = () => flushSync(() => setPrinted({ atMs: Date.now(), address: window.location.href }));
    window.addEventListener("beforeprint", note);
    return () => window.removeEventListener("beforeprint", note);
  }, []);
  if (!printed) return null;
  return (
    <p className="hidden print:block" data-printed>
      Printed at <Time atMs={printed.atMs} style="day-clock" withZone />{" "}
      {`(${new Date(printed.atMs).toISOString().slice(0, 16)}Z), by the clock of the printing machine, from `}
      <span className="break-all">{printed.address}</span>
    </p>
  );
}
