import { Counter, collectDefaultMetrics, Gauge, Histogram, register } from "prom-client";
import packageJson from "@/package.json";

/** What the portal tells of itself, in Prometheus's own format. No metric bears a tenant. */
export type PortalMetrics = {
  requestSeconds: Histogram<"route" | "method" | "status">;
  readings: Counter<"signal" | "status">;
  /** Everything, as text. */
  text(): Promise<string>;
  contentType: string;
};

// A hot reload evaluates this module again, and the default registry takes each name once.
const kept = globalThis as { watchpostMetrics?: PortalMetrics };

/** This process's metrics. */
export function metrics(): PortalMetrics {
  kept.watchpostMetrics ??= create();
  return kept.watchpostMetrics;
}

function create(): PortalMetrics {
  collectDefaultMetrics();
  new Gauge({
    name: "watchpost_build_info",
    help: "Which build runs. Always 1.",
    labelNames: ["version", "node"],
  }).set({ version: packageJson.version, node: process.version }, 1);
  return {
    requestSeconds: new Histogram({
      name: "watchpost_http_request_duration_seconds",
      help: "How long the portal took to answer, by route.",
      labelNames: ["route", "method", "status"],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    }),
    readings: new Counter({
      name: "watchpost_readings_total",
      help: "Judged lines shown in health views, by signal and status.",
      labelNames: ["signal", "status"],
    }),
    text: () => register.metrics(),
    contentType: register.contentType,
  };
}
