import { histogram } from "@/lib/infra/metrics";

/** How long the portal took to answer a request, by route. */
export const requestSeconds = histogram(
  "watchpost_http_request_duration_seconds",
  "How long the portal took to answer, by route.",
  [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  ["route", "method", "status"],
);
