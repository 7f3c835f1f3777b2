/** One run of a made-up job. Times are milliseconds since the epoch. */
export type MadeRun = {
  tenant: string;
  jobName: string;
  fromMs: number;
  /** Its last sample. */
  toMs: number;
  ended?: { atMs: number; how: "succeeded" | "failed" };
  /** What it reports at an instant, by metric name. */
  reports?: (atMs: number) => Record<string, number>;
  errors?: { atMs: number; text: string }[];
  cpuCores?: number;
  memoryBytes?: (atMs: number) => number;
  storageBytes?: number;
  /** What distinguishes the copies of one measurement. */
  scraper?: Record<string, string>;
};

const STEP_MS = 15_000;

/** The samples of such jobs in OpenMetrics, under the names that kube-state-metrics, cAdvisor and the contract have for them. */
export function jobSamples(runs: readonly MadeRun[]): string {
  const series = new Map<string, string[]>();
  const add = (name: string, labels: Record<string, string>, value: number, atMs: number) => {
    const head = `${name}{${Object.entries(labels)
      .map(([key, text]) => `${key}="${text}"`)
      .join(",")}}`;
    const text = Number.isNaN(value) ? "NaN" : String(value);
    series.set(head, [...(series.get(head) ?? []), `${head} ${text} ${atMs / 1000}`]);
  };
  for (const run of runs)
    addRun(run, (name, labels, ...sample) => add(name, { ...labels, ...run.scraper }, ...sample));
  return `${[...series.values()].flat().join("\n")}\n# EOF\n`;
}

function addRun(
  run: MadeRun,
  add: (name: string, labels: Record<string, string>, value: number, atMs: number) => void,
): void {
  const { tenant, jobName, fromMs, toMs, ended } = run;
  const base = { tenant, namespace: `tenant-${tenant}` };
  const job = { ...base, job_name: jobName };
  const pod = { ...base, pod: `${jobName}-x` };
  for (let atMs = fromMs; atMs <= toMs; atMs += STEP_MS) {
    const over = ended !== undefined && atMs >= ended.atMs;
    add("kube_pod_info", pod, 1, atMs);
    add("kube_job_created", job, fromMs / 1000, atMs);
    add("kube_job_status_start_time", job, fromMs / 1000, atMs);
    add("kube_job_status_active", job, over ? 0 : 1, atMs);
    add("kube_pod_owner", { ...pod, owner_kind: "Job", owner_name: jobName }, 1, atMs);
    if (over) {
      const metric = ended.how === "succeeded" ? "kube_job_complete" : "kube_job_failed";
      add(metric, { ...job, condition: "true" }, 1, atMs);
      if (ended.how === "succeeded") add("kube_job_status_completion_time", job, ended.atMs / 1000, atMs);
      add("kube_pod_completion_time", pod, ended.atMs / 1000, atMs);
      continue;
    }
    for (const [name, value] of Object.entries(run.reports?.(atMs) ?? {}))
      add(name, { tenant, job_name: jobName }, value, atMs);
    const error = run.errors?.findLast((each) => each.atMs <= atMs);
    if (error)
      add(
        "migration_last_error_timestamp_seconds",
        { tenant, job_name: jobName, error: error.text },
        error.atMs / 1000,
        atMs,
      );
    const container = { ...pod, container: "migrate" };
    if (run.cpuCores !== undefined)
      add("container_cpu_usage_seconds_total", container, ((atMs - fromMs) / 1000) * run.cpuCores, atMs);
    if (run.memoryBytes) add("container_memory_working_set_bytes", container, run.memoryBytes(atMs), atMs);
    if (run.storageBytes !== undefined)
      add(
        "kubelet_volume_stats_used_bytes",
        { ...base, persistentvolumeclaim: "data" },
        run.storageBytes,
        atMs,
      );
  }
}
