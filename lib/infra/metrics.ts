import { Counter, collectDefaultMetrics, Gauge, Histogram, register } from "prom-client";
import { SIGN_IN_FAILURES, type SignInFailureCode } from "@/lib/tenancy/failure";
import packageJson from "@/package.json";
// Whatever is counted of Prometheus begins at nought with the first reading, before anything was asked.
import "@/lib/prometheus/metrics";

/** What a process says of itself whenever its metrics are read. */
export type MetricsReading = {
  process: "web" | "worker";
  /** Whether this process reaches its database; answers within the time of a scrape. */
  isDatabaseReachable(): Promise<boolean>;
};

/** What the portal tells of itself, in Prometheus's own format. No metric bears a tenant. */
export type PortalMetrics = {
  requestSeconds: Histogram<"route" | "method" | "status">;
  readings: Counter<"signal" | "status">;
  signIns: { inc(labels: { result: "ok" | SignInFailureCode }): void };
  /** Everything, as text. */
  text(reading: MetricsReading): Promise<string>;
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
  const buildInfo = new Gauge({
    name: "watchpost_build_info",
    help: "Which build runs, and in which process. Always 1.",
    labelNames: ["version", "node", "process"],
  });
  const databaseUp = new Gauge({
    name: "watchpost_database_up",
    help: "Whether this process reaches its database: 1, or 0",
  });
  const signIns = new Counter({
    name: "watchpost_sign_ins_total",
    help: "Sign-ins that ended here, by result: ok, or why not",
    labelNames: ["result"],
  });
  // From nought on, so that the first one is an increase.
  for (const result of ["ok", ...SIGN_IN_FAILURES]) signIns.inc({ result }, 0);
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
    signIns,
    text: async (reading) => {
      const { version } = packageJson;
      buildInfo.set({ version, node: process.version, process: reading.process }, 1);
      databaseUp.set((await reading.isDatabaseReachable()) ? 1 : 0);
      return register.metrics();
    },
    contentType: register.contentType,
  };
}
