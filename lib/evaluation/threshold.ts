import type { Threshold } from "@/lib/catalogue/bundle";

/**
 * Whether a value is on the bad side of a threshold.
 * @param worse which direction is bad for this signal
 */
export function breaches(value: number, threshold: Threshold, worse: "higher" | "lower"): boolean {
  if (threshold.inclusive && value === threshold.value) return true;
  return worse === "higher" ? value > threshold.value : value < threshold.value;
}

/** A threshold alone, without what stands around it. */
export function thresholdOf({ value, inclusive, forSeconds, recoverForSeconds }: Threshold): Threshold {
  return { value, inclusive, forSeconds, recoverForSeconds };
}
