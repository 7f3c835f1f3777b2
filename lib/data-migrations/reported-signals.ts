import type { LastError } from "./view";

const LONGEST_ERROR = 300;
const MOST_OTHERS = 12;
/** A job's clock may be ahead by this much and still be believed. */
const CLOCK_SLACK_MS = 120_000;

type Labelled = {
  labels: Record<string, string>;
  points?: readonly (readonly [number, number])[];
  value?: number;
};

/**
 * The error with the newest time by the job's own clock. A time that isn't one, or that lies in the future, isn't told: then the
 * clock is off, or it is written in milliseconds.
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
    .map(({ labels, value }) => ({ name: labels.__name__ ?? "", value }))
    .filter(({ name }) => name !== "")
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .slice(0, MOST_OTHERS);
}

/** What a job says is shown on one line, and not without end. */
function oneLine(text: string): string {
  const plain = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, " ").trim();
  return plain.length > LONGEST_ERROR ? `${plain.slice(0, LONGEST_ERROR - 1)}…` : plain;
}
