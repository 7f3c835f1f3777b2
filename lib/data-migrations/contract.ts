/** A metric that a job may report. */
export type ContractMetric = {
  name: string;
  type: "gauge" | "counter";
  unit: string;
  /** Labels that it has beside job_name. */
  labels: readonly string[];
  meaning: string;
};

/** The label that names the job. Where Prometheus scrapes the job's pod, the platform stamps it. */
export const JOB_LABEL = "job_name";

/** What the portal reads of a job's own metrics. docs/data-migrations.md explains each; all are optional. */
export const CONTRACT: readonly ContractMetric[] = [
  { name: "migration_items_done", type: "gauge", unit: "items", labels: [], meaning: "items that are done" },
  { name: "migration_items_expected", type: "gauge", unit: "items", labels: [], meaning: "items in all" },
  { name: "migration_bytes_done", type: "gauge", unit: "bytes", labels: [], meaning: "bytes that are done" },
  { name: "migration_bytes_expected", type: "gauge", unit: "bytes", labels: [], meaning: "bytes in all" },
  {
    name: "migration_progress_ratio",
    type: "gauge",
    unit: "share, 0 to 1",
    labels: [],
    meaning: "the done part, where neither items nor bytes show it",
  },
  { name: "migration_errors_total", type: "counter", unit: "errors", labels: [], meaning: "errors so far" },
  {
    name: "migration_last_error_timestamp_seconds",
    type: "gauge",
    unit: "seconds since the epoch",
    labels: ["error"],
    meaning: "when the error that its label names happened",
  },
];

/** At least one of these is needed for any progress to be shown. */
export const PROGRESS_METRICS = ["migration_items_done", "migration_bytes_done", "migration_progress_ratio"];
