import { runsPattern } from "@/lib/catalogue/job-name";

/** Bare: what is there at the instant. over: the last of the window, so that no run falls between two points. */
type Pick = "bare" | "over";

const JOBS = {
  created: "kube_job_created",
  started: "kube_job_status_start_time",
  completed: "kube_job_status_completion_time",
  active: "kube_job_status_active",
} as const;

const REPORTED = {
  itemsDone: "migration_items_done",
  itemsExpected: "migration_items_expected",
  bytesDone: "migration_bytes_done",
  bytesExpected: "migration_bytes_expected",
  errors: "migration_errors_total",
} as const;

const CONTRACT = [
  ...Object.values(REPORTED),
  "migration_progress_ratio",
  "migration_last_error_timestamp_seconds",
];

/** Keeps one of the copies that a pair of scrapers makes. */
const ONCE = "max without (prometheus, prometheus_replica, replica)";

const named = (label: string, name: string, query: string) =>
  `label_replace(${query}, "${label}", "${name}", "", "")`;

/**
 * Everything that is known of the runs of these jobs, in one question: each series has the label `fact` (facts.ts).
 * @returns a template, to be confined to a tenant
 */
export function factsQuery(jobs: readonly string[], pick: Pick): string {
  const pattern = runsPattern(jobs);
  const select = (metric: string, more = "", label = "job_name") => {
    const selector = `${metric}{${more}${label}=~"${pattern}"}`;
    return pick === "bare" ? selector : `last_over_time(${selector}[$window])`;
  };
  const byJob = (name: string, query: string) =>
    named("fact", name, `max by ($tenant, namespace, job_name) (${query})`);
  const podEnded =
    `label_replace(${select("kube_pod_owner", 'owner_kind="Job",', "owner_name")}, "job_name", "$1", "owner_name", "(.*)")` +
    ` * on ($tenant, namespace, pod) group_left () max by ($tenant, namespace, pod) (${pick === "bare" ? "kube_pod_completion_time" : "last_over_time(kube_pod_completion_time[$window])"})`;
  return [
    ...Object.entries(JOBS).map(([name, metric]) => byJob(name, select(metric))),
    byJob("succeeded", select("kube_job_complete", 'condition="true",')),
    byJob("failed", select("kube_job_failed", 'condition="true",')),
    byJob("podEnded", podEnded),
    ...Object.entries(REPORTED).map(([name, metric]) =>
      named("fact", name, `sum by ($tenant, job_name) (${ONCE} (${select(metric)}))`),
    ),
    named("fact", "ratio", `avg by ($tenant, job_name) (${select("migration_progress_ratio")})`),
  ].join(" or ");
}

/** The newest time of each error text that a run reported: what the last error was. */
export function errorsQuery(jobs: readonly string[], pick: Pick): string {
  const selector = `migration_last_error_timestamp_seconds{job_name=~"${runsPattern(jobs)}"}`;
  return `max by ($tenant, job_name, error) (${pick === "bare" ? selector : `last_over_time(${selector}[$window])`})`;
}

/** What a job emits beside the contract, by metric name. */
export function otherSignalsQuery(jobs: readonly string[]): string {
  return `sum by ($tenant, job_name, __name__) ({__name__=~"migration_.+",__name__!~"${CONTRACT.join("|")}",job_name=~"${runsPattern(jobs)}"})`;
}

/** Whether kube-state-metrics reports this tenant at all: without it, a job that is missing may still be there. */
export const STATE_KNOWN_QUERY = "count by ($tenant) (kube_pod_info)";

/**
 * What one job's pods use of computing, and what the tenant's volumes hold, each with the label `resource`. The most within the
 * window, so that no peak falls between two points; processor time as its mean. What is measured twice counts once, as in the bundle.
 */
export function usageQuery(job: string): string {
  const ofJob = (name: string, byContainer: string) =>
    named(
      "resource",
      name,
      `sum by ($tenant) (max by ($tenant, cluster, namespace, pod, container) (${byContainer})` +
        " * on ($tenant, cluster, namespace, pod) group_left ()" +
        ` max by ($tenant, cluster, namespace, pod) (last_over_time(kube_pod_owner{owner_kind="Job",owner_name="${job}"}[$window])))`,
    );
  return [
    ofJob(
      "cpuCores",
      'sum without (cpu) (rate(container_cpu_usage_seconds_total{container!="",container!="POD"}[$window]))',
    ),
    ofJob(
      "memoryBytes",
      'max_over_time(container_memory_working_set_bytes{container!="",container!="POD"}[$window])',
    ),
    named(
      "resource",
      "storageBytes",
      "sum by ($tenant) (max by ($tenant, cluster, namespace, persistentvolumeclaim) (max_over_time(kubelet_volume_stats_used_bytes[$window])))",
    ),
  ].join(" or ");
}
