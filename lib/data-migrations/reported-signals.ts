import { visibleText } from "@/lib/infra/hidden-characters";
import type { LastError } from "./view";

const LONGEST_ERROR = 300;
const MOST_OTHERS = 12;
/** A job's clock may be ahead by this much and still be trusted. */
const CLOCK_SLACK_MS = 120_000;

type Labelled = {
  labels: Record<string, string>;
  points?: readonly (readonly [number, number])[];
  value?: number;
};

/**
 * The error with the newest time by the job's own clock. A time that isn't one, or that lies in the future, isn't shown: then
 * the clock is off, or it is written in milliseconds.
 */
export function lastErrorOf(series: readonly Labelled[], nowMs: number): LastError | null {
  let last: { text: string; seconds: number } | null = null;
  for (const { labels, points, value } of series) {
    const seconds = value ?? points?.at(-1)?.[1] ?? Number.NaN;
    const text = oneLine(labels.error ?? "");
    if (text === "" || !(seconds > 0)) continue;
    if (last === null || seconds > last.seconds) last = { text, seconds };
  }
  if (!last) return null;
  const atMs = last.seconds * 1000;
  return { text: last.text, atMs: Number.isFinite(atMs) && atMs <= nowMs + CLOCK_SLACK_MS ? atMs : null };
}

/** Signals that the contract doesn't know, by name, the first dozen. */
export function othersOf(
  samples: readonly { labels: Record<string, string>; value: number }[],
  jobName: string,
): { name: string; value: number }[] {
  return samples
    .filter(({ labels, value }) => labels.job_name === jobName && Number.isFinite(value))
    .map(({ labels, value }) => ({ name: visibleText(labels.__name__ ?? ""), value }))
    .filter(({ name }) => name !== "")
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .slice(0, MOST_OTHERS);
}

/** What a job says is shown on one line, and not without end. */
function oneLine(text: string): string {
  const line = visibleText(text);
  // Once more: the cut may have left half a character, or a joiner that joins nothing.
  return line.length > LONGEST_ERROR ? `${visibleText(line.slice(0, LONGEST_ERROR - 1))}…` : line;
}
