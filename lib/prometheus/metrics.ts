import { counter, histogram } from "@/lib/infra/metrics";

/** Questions that were sent to Prometheus, by outcome: `ok` or a failure's code. */
export const queriesTotal = counter(
  "watchpost_prometheus_queries_total",
  "Queries sent to Prometheus, by outcome",
  ["outcome"],
);

export const queryDurationSeconds = histogram(
  "watchpost_prometheus_query_duration_seconds",
  "Time from sending a query to having read its answer",
  [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
);

/** Anything but 0 is an alarm: a tenant's query came back with another tenant's series. */
export const foreignAnswersTotal = counter(
  "watchpost_prometheus_foreign_answers_total",
  "Answers dropped because they held a series of another tenant",
);

/** A platform's own probes and pods name no tenant, so a steady number is no fault; one that rises says that ingestion stamps less than it did. */
export const fleetSeriesDroppedTotal = counter(
  "watchpost_fleet_series_dropped_total",
  "Series dropped from the evaluator's answers because they have no valid tenant label",
);

/** Counts those of an owner's page or mail. What the evaluator leaves out is counted by line: watchpost_line_unusable_tenants. */
export const unusableSeriesTotal = counter(
  "watchpost_prometheus_unusable_series_total",
  "Series left out of answers because they hold native histograms or something else that is no number",
);
