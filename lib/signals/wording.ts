import type { Threshold, Unit } from "./bundle";

/** Keeps a number and its unit on one line. */
const NBSP = "\u00a0";

/**
 * A value with its unit, in words fit for a sentence.
 *
 * A share is never rounded to 100 % from below nor to 0 % from above: one failed probe is not none.
 * @param value share: 0 to 1; seconds; count. Finite
 */
export function valueInWords(value: number, unit: Unit): string {
  switch (unit) {
    case "share":
      return shareInWords(value * 100);
    case "seconds":
      return Math.abs(value) < 0.9995
        ? `${digits(value * 1000, 0)}${NBSP}ms`
        : `${digits(value, Math.abs(value) < 10 ? 2 : 0)}${NBSP}s`;
    case "count":
      return digits(value, Number.isInteger(value) ? 0 : 1);
  }
}

function shareInWords(percent: number): string {
  if (percent > 0 && percent < 0.1) return `less than 0.1${NBSP}%`;
  if (percent > 99 && percent < 100) return `${digits(Math.floor(percent * 100 + 1e-6) / 100, 2)}${NBSP}%`;
  return `${digits(percent, Math.abs(percent) < 10 ? 1 : 0)}${NBSP}%`;
}

function digits(value: number, maximumFractionDigits: number): string {
  const text = value.toLocaleString("en-GB", { maximumFractionDigits });
  return text === "-0" ? "0" : text;
}

/** "above 5 %", "below 99 %", "at 3 or more", "at 2 or less": on which side of the threshold the alert is. */
export function thresholdInWords(threshold: Threshold, worse: "higher" | "lower", unit: Unit): string {
  const value = valueInWords(threshold.value, unit);
  if (threshold.inclusive) return `at ${value} or ${worse === "higher" ? "more" : "less"}`;
  return `${worse === "higher" ? "above" : "below"} ${value}`;
}

/** "a", "a and b", "a, b and c". */
export function list(parts: readonly string[]): string {
  if (parts.length < 2) return parts.join("");
  return `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}

/** A title within a sentence: "Error rate" becomes "error rate"; "CPU" stays. */
export function inSentence(title: string): string {
  return /^\p{Lu}\p{Ll}/u.test(title) ? title.charAt(0).toLowerCase() + title.slice(1) : title;
}

/** "90 s", "5 min", "1 h 30 min": a length of time in full, in its two largest units at most. */
export function durationInWords(seconds: number): string {
  const parts: [number, string][] = [
    [Math.floor(seconds / 3600), "h"],
    [Math.floor((seconds % 3600) / 60), "min"],
    [seconds % 60, "s"],
  ];
  const told = parts.filter(([count]) => count > 0).slice(0, 2);
  if (told.length === 0) return `0${NBSP}s`;
  return told.map(([count, unit]) => `${count}${NBSP}${unit}`).join(NBSP);
}

/** How long ago, coarse enough that a sentence doesn't change with every minute. @param agoMs milliseconds */
export function agoInWords(agoMs: number): string {
  const hours = Math.floor(agoMs / 3_600_000);
  if (hours < 1) return "within the last hour";
  if (hours < 48) return `${hours}${NBSP}h ago`;
  return `${Math.floor(hours / 24)}${NBSP}days ago`;
}
