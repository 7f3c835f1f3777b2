import type { FleetQuery } from "./fleet-query";
import { groupingProblem } from "./grouping";
import { fillPlaceholders } from "./placeholders";

/** A query of the bundle that can't be asked for all tenants at once. The message is the sentence of `groupingProblem`. */
export class UngroupedQueryError extends Error {
  override name = "UngroupedQueryError";
}

/**
 * Fills in a bundle query's placeholders for all tenants at once. For the evaluator alone: the answer speaks of everybody.
 * @param template PromQL with `$tenant` and `$window`
 * @param windowSeconds the length that `$window` stands for, a positive whole number
 * @throws UngroupedQueryError where a tenant could get another value than if asked alone
 * @throws UnscopableQueryError when the label isn't one; RangeError when the window isn't one
 */
export function fleetQuery(
  template: string,
  { label, windowSeconds }: { label: string; windowSeconds: number },
): FleetQuery {
  const promql = fillPlaceholders(template, { label, windowSeconds });
  const problem = groupingProblem(promql, label);
  if (problem) throw new UngroupedQueryError(problem);
  return Object.freeze({ promql, label }) as FleetQuery;
}
