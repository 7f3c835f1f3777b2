import type { LineDefinition, SignalDefinition } from "@/lib/catalogue/bundle";

/** What is wrong with how a line is broken down, beside its query; null where nothing is. */
export function breakdownProblem(
  { breakdown, parts, threshold }: LineDefinition,
  { worse }: SignalDefinition,
): string | null {
  if (!breakdown) return null;
  const { by, query, adds } = breakdown;
  if (!threshold) return "belongs to a line that isn't judged. Breakdowns are for lines with a threshold.";
  if ((by === undefined) !== (query === undefined))
    return `has ${by ? "by" : "query"} without ${by ? "query" : "by"}. Write both, or neither to show the line's parts.`;
  if (!query && !parts)
    return "has no query, and the line has no parts. Write a query and the labels (by) that name a part.";
  if (!adds) return null;
  if (!query) return "adds: true belongs to a query of its own. A line's parts don't add up to it.";
  if (worse === "lower") return "adds: true belongs to a signal where higher is worse.";
  return null;
}
