import { log } from "@/lib/infra/log";
import type { PlatformQuery } from "@/lib/promql/platform-query";
import type { ScopedQuery } from "@/lib/promql/scoped-query";
import { failed, type QueryOutcome } from "./failure";
import { foreignAnswersTotal } from "./metrics";

/**
 * The series that have the tenant's label. One that has another tenant's condemns the whole answer; one without the label is
 * nobody's, as for the evaluator, and is left out.
 */
export function onlyTheirs<T extends { labels: Record<string, string> }>(
  { label, tenantId, promql }: ScopedQuery,
  outcome: QueryOutcome<T[]>,
): QueryOutcome<T[]> {
  if (!outcome.ok) return outcome;
  // An empty label is none to Prometheus.
  const owner = ({ labels }: T) => (Object.hasOwn(labels, label) && labels[label]) || null;
  const foreign = outcome.data.find((series) => ![tenantId, null].includes(owner(series)));
  if (!foreign) {
    const theirs = outcome.data.filter((series) => owner(series) === tenantId);
    return theirs.length === outcome.data.length ? outcome : { ...outcome, data: theirs };
  }
  foreignAnswersTotal.inc();
  log.error(
    { tenantId, promql, found: owner(foreign) },
    "Prometheus answered one tenant's query with another tenant's series; the answer was dropped.",
  );
  return failed("foreign", "a series of another tenant");
}

/** An answer about the platform has the labels that its query was proven to have. Any other condemns the whole answer. */
export function onlyNamed<T extends { labels: Record<string, string> }>(
  { only, promql }: PlatformQuery,
  outcome: QueryOutcome<T[]>,
): QueryOutcome<T[]> {
  if (!outcome.ok) return outcome;
  const strays = outcome.data.flatMap(({ labels }) =>
    Object.keys(labels).filter((name) => !only.includes(name)),
  );
  if (strays.length === 0) return outcome;
  foreignAnswersTotal.inc();
  log.error(
    { promql, labels: [...new Set(strays)] },
    "Prometheus answered a question about the platform with labels that it may not have; the answer was dropped.",
  );
  return failed("foreign", "labels that the answer may not have");
}
