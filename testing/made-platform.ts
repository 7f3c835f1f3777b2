import type { Scrape } from "./rule-engine";

/** How one tenant fares, scrape by scrape. All lists are of one length. */
export type TenantLoad = {
  up: Scrape[];
  /** How many of a hundred requests between two scrapes took two seconds, and how many failed. */
  slow: number[];
  failed: number[];
  /** Requests between two scrapes. */
  requests: number[];
  /** Shares of the limits, and of the volume. */
  cpu: number[];
  memory: Scrape[];
  storage: Scrape[];
  /** Restarts between two scrapes. */
  restarts: number[];
};

const LIMIT_BYTES = 1_000;

/** Its series under the names that the default bundle asks for, by selector. */
export function madeSeriesOf(
  tenant: string,
  { up, slow, failed, requests, cpu, memory, storage, restarts }: TenantLoad,
  scrapeSeconds: number,
): Map<string, Scrape[]> {
  const select = (name: string, labels: Record<string, string> = {}) =>
    `${name}{${Object.entries({ tenant, ...labels })
      .map(([label, value]) => `${label}="${value}"`)
      .join(",")}}`;
  const pod = { namespace: tenant, pod: `${tenant}-0`, container: "web" };
  const always = (value: number): Scrape[] => up.map(() => value);
  const counter = (added: readonly number[]): Scrape[] => {
    let count = 0;
    return added.map((more) => (count += more));
  };
  const times = (factor: number, shares: readonly Scrape[]): Scrape[] =>
    shares.map((share) => (typeof share === "number" ? share * factor : share));
  const share = (counts: readonly number[]) => counts.map((count, n) => (count * (requests[n] ?? 0)) / 100);
  const quick = requests.map((all, n) => all - (share(slow)[n] ?? 0));
  const good = requests.map((all, n) => all - (share(failed)[n] ?? 0));
  const bucket = (le: string) => select("http_request_duration_seconds_bucket", { code: "200", le });
  const answered = (code: string) => select("http_request_duration_seconds_count", { code });
  return new Map([
    [select("probe_success"), up],
    [bucket("0.5"), counter(quick)],
    [bucket("1"), counter(quick)],
    [bucket("2.5"), counter(requests)],
    [bucket("+Inf"), counter(requests)],
    [answered("200"), counter(good)],
    [answered("500"), counter(share(failed))],
    [select("container_cpu_usage_seconds_total", pod), counter(cpu.map((each) => each * scrapeSeconds))],
    [select("container_memory_working_set_bytes", pod), times(LIMIT_BYTES, memory)],
    [select("kube_pod_container_resource_limits", { ...pod, resource: "cpu" }), always(1)],
    [select("kube_pod_container_resource_limits", { ...pod, resource: "memory" }), always(LIMIT_BYTES)],
    [
      select("kubelet_volume_stats_used_bytes", { persistentvolumeclaim: "data" }),
      times(LIMIT_BYTES, storage),
    ],
    [select("kubelet_volume_stats_capacity_bytes", { persistentvolumeclaim: "data" }), always(LIMIT_BYTES)],
    [select("kube_pod_container_status_restarts_total", pod), counter(restarts)],
    [select("kube_pod_info", { namespace: tenant, pod: pod.pod, created_by_kind: "ReplicaSet" }), always(1)],
    [select("kube_deployment_spec_replicas", { namespace: tenant, deployment: "web" }), always(1)],
    [select("kube_deployment_status_replicas_ready", { namespace: tenant, deployment: "web" }), always(1)],
  ]);
}

/** The same as OpenMetrics. What was missed has no sample; the end of a series can't be written here. */
export function openMetricsOf(
  series: ReadonlyMap<string, readonly Scrape[]>,
  fromMs: number,
  scrapeSeconds: number,
): string {
  const lines = [...series].flatMap(([selector, scrapes]) =>
    scrapes.flatMap((scrape, n) =>
      typeof scrape === "number" ? [`${selector} ${scrape} ${fromMs / 1000 + n * scrapeSeconds}`] : [],
    ),
  );
  return `${lines.join("\n")}\n# EOF\n`;
}
