/** So many others, at least, before an owner is told that others are affected: fewer could be found out by asking around. */
export const OTHERS_AT_LEAST = 3;
/** Those whose breach began this long before or after. */
export const SAME_MINUTES_MS = 5 * 60_000;

/** When the breach of a tenant's line began that lasts now. */
export type BreachStart = { tenantId: string; atMs: number };

/**
 * Whether enough others left their thresholds in the same minutes. Nothing but this yes or no ever leaves the evaluator.
 * @param starts of every tenant's line that is pending, firing or recovering
 */
export function othersAffected(
  starts: readonly BreachStart[],
  tenantId: string,
  breachedAtMs: number,
): boolean {
  const others = new Set<string>();
  for (const start of starts) {
    if (start.tenantId === tenantId || Math.abs(start.atMs - breachedAtMs) > SAME_MINUTES_MS) continue;
    if (others.add(start.tenantId).size >= OTHERS_AT_LEAST) return true;
  }
  return false;
}
