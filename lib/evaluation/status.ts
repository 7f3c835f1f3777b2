import type { Condition, Reading, Status } from "./view";

/** From what weighs most to what weighs least: the order of the overall state, and of a signal's lines. */
const WEIGHTS: readonly Status[] = [
  "firing",
  "unknown",
  "no-data",
  "pending",
  "recovering",
  "scaled-to-zero",
  "no-traffic",
  "ok",
  "no-limit",
  "off",
];

/**
 * The one word for a line that is watched. One that its owner switched off is `off`, whatever is measured.
 *
 * Firing stays firing, whatever happened to its data: nothing is resolved because it can't be seen. Otherwise a reading that is
 * not a fresh value outweighs a condition that was judged before it; only "no traffic" may not hide a breach that is counted.
 */
export function statusOf(reading: Reading, condition: Condition | null): Status {
  if (condition === "firing") return "firing";
  switch (reading.kind) {
    case "unknown":
    case "no-data":
    case "no-limit":
    case "scaled-to-zero":
      return reading.kind;
    case "no-traffic":
      return condition === null || condition === "ok" ? "no-traffic" : condition;
    case "value":
      return condition ?? "no-data";
  }
}

/** Negative when `a` weighs more than `b`. */
export function byWeight(a: Status, b: Status): number {
  return WEIGHTS.indexOf(a) - WEIGHTS.indexOf(b);
}
