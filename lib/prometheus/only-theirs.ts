import { log } from "@/lib/infra/log";
import type { PlatformQuery } from "@/lib/promql/platform-query";
import type { ScopedQuery } from "@/lib/promql/scoped-query";
import { failed, type QueryOutcome } from "./failure";
import { foreignAnswersTotal } from "./metrics";

/** Every series has the tenant's label or none. One that has another tenant's condemns the whole answer. */
export function onlyTheirs<T extends { labels: Record<string, string> }>(
  { label, tenantId, promql }: ScopedQuery,
  outcome: QueryOutcome<T[]>,
): QueryOutcome<T[]> {
  if (!outcome.ok) return outcome;
  const owner = ({ labels }: T) => (Object.hasOwn(labels, label) && labels[label]) || tenantId;
  const foreign = outcome.data.find((series) => owner(series) !== tenantId);
  if (!foreign) return outcome;
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
