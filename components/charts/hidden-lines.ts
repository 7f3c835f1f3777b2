"use client";

import { useState } from "react";

/** The ids of the lines that the reader doesn't want to see. */
export type HiddenLines = ReadonlySet<string>;

/** No line is hidden. */
export const NONE_HIDDEN: HiddenLines = new Set();

/** Which lines of a chart are hidden, and what hides one or shows it again. The last that is shown stays. */
export function useHiddenLines(lineIds: readonly string[]): [HiddenLines, (id: string) => void] {
  const [hidden, setHidden] = useState(NONE_HIDDEN);
  const toggle = (id: string) => setHidden((before) => toggled(before, id, lineIds));
  return [hidden, toggle];
}

/** @returns the same set where the line is the last that is shown */
export function toggled(hidden: HiddenLines, id: string, lineIds: readonly string[]): HiddenLines {
  const next = new Set(hidden);
  if (!next.delete(id)) next.add(id);
  return lineIds.every((each) => next.has(each)) ? hidden : next;
}
