/** So many others, at least, before an owner reads that others are affected: fewer could be found out by asking around. */
export const OTHERS_AT_LEAST = 3;
/** Those whose breach began this long before or after. */
export const SAME_MINUTES_MS = 5 * 60_000;

/** When the breach of a tenant's line began that lasts now. */
export type BreachStart = { tenantId: string; atMs: number };

/**
 * Whether enough others left their thresholds in the same minutes. Nothing but this yes or no ever leaves the evaluator.
 *
 * Each look reads the starts of those minutes alone, and stops at the first few tenants: where everybody fires, it is asked for each.
 * @param starts of every tenant's line that is pending, firing or recovering
 */
export function createOthersAffected(
  starts: readonly BreachStart[],
): (tenantId: string, breachedAtMs: number) => boolean {
  const inOrder = starts.toSorted((a, b) => a.atMs - b.atMs);
  return (tenantId, breachedAtMs) => {
    const others = new Set<string>();
    for (let at = firstFrom(inOrder, breachedAtMs - SAME_MINUTES_MS); at < inOrder.length; at++) {
      const start = inOrder[at];
      if (!start || start.atMs > breachedAtMs + SAME_MINUTES_MS) return false;
      if (start.tenantId !== tenantId && others.add(start.tenantId).size >= OTHERS_AT_LEAST) return true;
    }
    return false;
  };
}

/** The place of the first start at or after a time. */
function firstFrom(inOrder: readonly BreachStart[], fromMs: number): number {
  let [low, high] = [0, inOrder.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((inOrder[middle]?.atMs ?? fromMs) < fromMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
