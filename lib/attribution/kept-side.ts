// Apart from the verdict and its schema: the browser needs this alone.

/** The side that is kept: the first that was decided, so that what is said of an alert and its downtime doesn't move. */
export function keptSide<S extends string>(sides: readonly S[]): S | null {
  return sides.find((side) => side !== "unclear") ?? sides[0] ?? null;
}
