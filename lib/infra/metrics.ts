import { Counter, collectDefaultMetrics, Gauge, Histogram, register } from "prom-client";
import packageJson from "@/package.json";

/** What a process reports of itself whenever its metrics are read. */
export type MetricsReading = {
  process: "web" | "worker";
  /** Whether this process reaches its database; answers within the time of a scrape. */
  isDatabaseReachable(): Promise<boolean>;
};

// A server may load a module in more than one bundle, and a hot reload loads it again; the registry is one
// per process and refuses a second metric of the same name.

/** The counter of this name, made at its first use. */
export function counter<L extends string = string>(
  name: string,
  help: string,
  labelNames: L[] = [],
): Counter<L> {
  const known = register.getSingleMetric(name);
  return known instanceof Counter ? known : new Counter({ name, help, labelNames });
}

/**
 * The histogram of this name, made at its first use.
 * @param buckets upper bounds, in the unit that the name says
 */
export function histogram<L extends string = string>(
  name: string,
  help: string,
  buckets: number[],
  labelNames: L[] = [],
): Histogram<L> {
  const known = register.getSingleMetric(name);
  return known instanceof Histogram ? known : new Histogram({ name, help, buckets, labelNames });
}

function gauge<L extends string = string>(name: string, help: string, labelNames: L[] = []): Gauge<L> {
  const known = register.getSingleMetric(name);
  return known instanceof Gauge ? known : new Gauge({ name, help, labelNames });
}

export const METRICS_CONTENT_TYPE = register.contentType;

/**
 * All metrics of this process, in Prometheus's text format. No metric has a tenant label.
 * @param reading which process it is, and how it knows that its database answers
 */
export async function metricsText(reading: MetricsReading): Promise<string> {
  if (!register.getSingleMetric("process_cpu_seconds_total")) collectDefaultMetrics();
  const buildInfo = gauge("watchpost_build_info", "Which build runs, and in which process. Always 1.", [
    "version",
    "node",
    "process",
  ]);
  buildInfo.set({ version: packageJson.version, node: process.version, process: reading.process }, 1);
  const databaseUp = gauge("watchpost_database_up", "Whether this process reaches its database: 1, or 0");
  databaseUp.set((await reading.isDatabaseReachable()) ? 1 : 0);
  return register.metrics();
}
