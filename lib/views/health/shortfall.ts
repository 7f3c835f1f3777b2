import type { Waiting } from "@/lib/evaluation/waiting";
import type { Runtime } from "./view";

/** Replicas that should be ready and aren't. */
export type Shortfall = { ready: number; wanted: number };

/** Whether something keeps a pod from running, and not just its being created. */
export const isStuck = ({ reason }: Waiting): boolean => reason !== "ContainerCreating";

/**
 * What is missing of the replicas. A rollout replaces replicas one by one: while one is ready and no pod is stuck, it isn't short of
 * any.
 * @param isFresh the ready and the wanted replicas are known now
 */
export function shortfallOf(
  { replicas, rollingOut, waiting = [] }: Pick<Runtime, "replicas" | "rollingOut" | "waiting">,
  isFresh: boolean,
): Shortfall | null {
  if (!replicas || !isFresh) return null;
  const { ready, wanted } = replicas;
  if (ready === null || wanted === null || ready >= wanted) return null;
  return rollingOut && ready > 0 && !waiting.some(isStuck) ? null : { ready, wanted };
}
