import { parenthesised } from "@/lib/promql/plain-text";
import type { JudgedThreshold, StepReading } from "./step";
import { breaches } from "./threshold";

/** What is known of whether a capability can be reached, by one of the lines that show it. */
export type Reachability = {
  reading: StepReading | { kind: "no-limit" | "scaled-to-zero" };
  /** Also of a line that its owner doesn't watch: it shows all the same who is reached. */
  threshold: JudgedThreshold;
};

/**
 * The least number of replicas that were wanted at a time in the window. Only where it is 0 is `runtime.scaledToZero` asked, which
 * reads a day of each workload. The step is named, since stores differ in what they take without one.
 */
export const leastWantedQuery = ({ runtime }: { runtime: { replicasWanted: string } }): string =>
  `min_over_time(${parenthesised(runtime.replicasWanted)}[$window:15s])`;

/**
 * Whether a capability may be taken for scaled to zero, once it is answered that none of its workloads is wanted: nobody reaches
 * it. One that is reached is served by something, and is judged as usual. So is one for which this isn't known.
 * @param reachability of each line that shows it; empty where the capability has none
 */
export const mayBeAtZero = (reachability: readonly Reachability[]): boolean => reachability.every(isLacking);

/**
 * Whether nothing of a capability is wanted, so that none of its lines is judged. The page and the evaluator both use this.
 * @param isAnswered the bundle's `runtime.scaledToZero` has a value for it
 */
export const isScaledToZero = (isAnswered: boolean, reachability: readonly Reachability[]): boolean =>
  isAnswered && mayBeAtZero(reachability);

function isLacking({ reading, threshold }: Reachability): boolean {
  if (reading.kind === "value") return breaches(reading.value, threshold, threshold.worse);
  return reading.kind === "no-data";
}
