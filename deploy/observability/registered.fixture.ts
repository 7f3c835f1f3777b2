import { register } from "prom-client";
import { registerWorkerGauges } from "@/alerting/runtime/metrics";
import "@/app/api/request-metrics";
import { metricsText } from "@/lib/infra/metrics";
import "@/lib/views/portal-metrics";
import { readQuery } from "@/lib/promql/syntax";

/** What Prometheus adds to every series that it scrapes. */
const SCRAPED = ["job", "instance"];

/** The series that the code of both processes registers, by name, with the labels that each may have. */
export async function registeredSeries(): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  await metricsText({ process: "web", isDatabaseReachable: async () => true });
  // Unit tests share one process, and its registry takes a name once.
  if (!register.getSingleMetric("watchpost_relay_breaker"))
    registerWorkerGauges({
      intervalSeconds: 30,
      breaker: () => "closed",
      certificateEndsAtMs: () => null,
      oldestDue: async () => ({ due: 0, waitedMs: 0, undeliveredMs: 0 }),
      lastSlotMs: () => null,
    });
  const series = new Map<string, ReadonlySet<string>>();
  for (const metric of await register.getMetricsAsJSON()) {
    const known = register.getSingleMetric(metric.name) as { labelNames?: string[] } | undefined;
    const labels = [...SCRAPED, ...(known?.labelNames ?? [])];
    series.set(metric.name, new Set(labels));
    if (String(metric.type) !== "histogram") continue;
    for (const part of ["sum", "count"]) series.set(`${metric.name}_${part}`, new Set(labels));
    series.set(`${metric.name}_bucket`, new Set([...labels, "le"]));
  }
  return series;
}

/** Each selector of a query: the metric, and the labels that its matchers name. @throws where it isn't PromQL */
export function selectorsOf(promql: string): { metric: string; labels: string[] }[] {
  const { tree } = readQuery(promql, { label: "tenant", value: null });
  const selectors: { metric: string; labels: string[] }[] = [];
  tree.iterate({
    enter: ({ name, from, to, node }) => {
      if (name === "VectorSelector") {
        const identifier = node.getChild("Identifier");
        selectors.push({
          metric: identifier ? promql.slice(identifier.from, identifier.to) : "",
          labels: [],
        });
      }
      if (name === "LabelName" && node.parent?.name === "UnquotedLabelMatcher")
        selectors.at(-1)?.labels.push(promql.slice(from, to));
    },
  });
  return selectors;
}
