import type { FleetQuery } from "./fleet-query";
import { groupingProblem } from "./grouping";
import { fillPlaceholders } from "./placeholders";
import { narrowedTo } from "./scope";
import { MAX_QUERY_LENGTH, readQuery } from "./syntax";

/** A query of the bundle that can't be asked for all tenants at once. The message is the sentence of `groupingProblem`. */
export class UngroupedQueryError extends Error {
  override name = "UngroupedQueryError";
}

/**
 * Fills in a bundle query's placeholders for all tenants at once. For the evaluator alone: the answer covers all tenants.
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

/** A fleet query that is asked for some tenants only, and who they are. */
export type NarrowedQuery = { query: FleetQuery; tenantIds: readonly string[] };

/** What the matcher takes beside the names: the label, its operator, quotes, a comma or braces. */
const AROUND_NAMES = 8;

/**
 * The same question for some tenants, in as few queries as their names fit in, so that it costs by their number and not by everybody's.
 * @param tenantIds in the order in which they matter
 * @param queriesAtMost those beyond are left out
 * @throws as `fleetQuery`
 */
export function fleetQueriesFor(
  template: string,
  tenantIds: readonly string[],
  { queriesAtMost, ...options }: { label: string; windowSeconds: number; queriesAtMost: number },
): NarrowedQuery[] {
  const { promql, label } = fleetQuery(template, options);
  const selectors = readQuery(promql, { label, value: null }).selectors.length;
  const room =
    Math.floor((MAX_QUERY_LENGTH - promql.length) / Math.max(1, selectors)) - label.length - AROUND_NAMES;
  return inGroups(tenantIds, room)
    .slice(0, queriesAtMost)
    .map((group) => ({
      query: Object.freeze({ promql: narrowedTo(promql, label, group), label }) as FleetQuery,
      tenantIds: group,
    }));
}

/** Groups of names that are no longer than `room` when they are joined by one character. */
function inGroups(names: readonly string[], room: number): string[][] {
  const groups: string[][] = [];
  let length = 0;
  for (const name of names) {
    const group = groups.at(-1);
    if (group && length + 1 + name.length <= room) {
      group.push(name);
      length += 1 + name.length;
    } else {
      groups.push([name]);
      length = name.length;
    }
  }
  return groups;
}
