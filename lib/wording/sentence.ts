import type { Threshold, Unit } from "@/lib/catalogue/bundle";
import { NBSP, valueText } from "./format";

/**
 * A value within a sentence, as the pages show it but for its signs: "less than 0.1 %".
 * @param value share: 0 to 1; seconds; count
 */
export const valueInWords = (value: number, unit: Unit): string => valueText(value, unit, "less than ");

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

/** So many parts are named in a sentence. */
const NAMED_AT_MOST = 3;

/** "container db of pod photos-0, volume data and 2 more". @param total where there are more than are given */
export function partList(parts: readonly string[], total = parts.length): string {
  const more = total - NAMED_AT_MOST;
  return list(more > 0 ? [...parts.slice(0, NAMED_AT_MOST), `${more} more`] : parts);
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
  const notified = parts.filter(([count]) => count > 0).slice(0, 2);
  if (notified.length === 0) return `0${NBSP}s`;
  return notified.map(([count, unit]) => `${count}${NBSP}${unit}`).join(NBSP);
}

/** How long ago, coarse enough that a sentence doesn't change with every minute. @param agoMs milliseconds */
export function agoInWords(agoMs: number): string {
  const hours = Math.floor(agoMs / 3_600_000);
  if (hours < 1) return "within the last hour";
  if (hours < 48) return `${hours}${NBSP}h ago`;
  return `${Math.floor(hours / 24)}${NBSP}days ago`;
}
