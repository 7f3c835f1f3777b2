import { parenthesised, plainText } from "@/lib/promql/plain-text";
import type { DataState, JudgedThreshold, StepReading } from "./step";
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
 * How many workloads were reported at a time within a day, where fewer are now: one of several kube-state-metrics is down, or a
 * workload was deleted. It counts what `replicasWanted` adds up.
 * @returns null where the bundle's question is of another form, so that nothing is known of single workloads
 */
export function lostWorkloadsQuery({ runtime }: { runtime: { replicasWanted: string } }): string | null {
  const added = /^sum by \(\$tenant\)\s*(\(.*\))$/s.exec(plainText(runtime.replicasWanted).trim())?.[1];
  if (!added || !isOneGroup(added)) return null;
  const workloads = `count by ($tenant) ${added}`;
  return `max_over_time((${workloads})[1d:5m]) > ${workloads}`;
}

/** Whether the first bracket is closed by the last character. */
function isOneGroup(text: string): boolean {
  let depth = 0;
  for (const [index, character] of [...text].entries()) {
    if (character === "(") depth += 1;
    if (character === ")") depth -= 1;
    if (depth === 0) return index === text.length - 1;
  }
  return false;
}

/**
 * Whether a capability may be taken for scaled to zero, once it is answered that none of its workloads is wanted: nobody reaches
 * it. One that is reached is served by something, and is judged as usual. So is one for which this isn't known.
 * @param reachability of each line that shows it; empty where the capability has none
 */
export const mayBeAtZero = (reachability: readonly Reachability[]): boolean => reachability.every(isLacking);

/** Whether nobody reaches a capability as far as is known, though not all that would show it could be asked. */
export const isReachUnknown = (reachability: readonly Reachability[]): boolean =>
  !mayBeAtZero(reachability) &&
  reachability.every((each) => each.reading.kind === "unknown" || isLacking(each));

/** As long as the question for a capability at zero looks back, and as an alert without data stays open. */
const UNPROVEN_AT_MOST_MS = 24 * 3_600_000;

/**
 * Whether a line that was scaled to zero goes on as such where nothing shows what is wanted: kube-state-metrics restarts or is down,
 * or the store doesn't answer. Failed probes show no outage then. After a day what was seen judges.
 * @param data where the line stood
 */
export const mayStillBeAtZero = ({ absent }: DataState, atMs: number): boolean =>
  absent?.notWanted === true && atMs - (absent.unprovenSinceMs ?? atMs) < UNPROVEN_AT_MOST_MS;

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
