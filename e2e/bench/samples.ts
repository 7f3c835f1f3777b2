import { DURATION_BUCKETS } from "@/demo/platform/characters";

export const SCRAPE_SECONDS = 15;

/** Enough for the last hour with the windows that reach back from its first point. */
const PAST_SECONDS = 95 * 60;
/** The samples go on while the benchmark runs, as a scrape would. */
const FUTURE_SECONDS = 25 * 60;

const PODS = 2;
const MEMORY_LIMIT_BYTES = 512_000_000;
const OUTCOMES = [
  { code: "200", route: "/items", perSecond: 6 },
  { code: "200", route: "/search", perSecond: 2 },
  { code: "500", route: "/items", perSecond: 0.01 },
];

/** Share of requests answered within each bound of the histogram, the last one being without a bound. */
const BELOW = [0.1, 0.3, 0.6, 0.85, 0.96, 0.99, 1, 1, 1, 1];

/** The tenants of the benchmark. */
export const TENANTS = Array.from({ length: 20 }, (_, index) => `bench-${String(index).padStart(2, "0")}`);

/**
 * Healthy tenants as a small Kubernetes platform exposes them, some 100 series each, in OpenMetrics.
 *
 * Two pods and three outcomes of a request: the fewer series a tenant has, the less Prometheus has to do, and the more the
 * portal's own share of a view shows.
 */
export function platformSamples(tenants: readonly string[], nowMs: number): string {
  const stepMs = SCRAPE_SECONDS * 1000;
  const fromMs = Math.floor((nowMs - PAST_SECONDS * 1000) / stepMs) * stepMs;
  const scrapes = Array.from(
    { length: (PAST_SECONDS + FUTURE_SECONDS) / SCRAPE_SECONDS },
    (_, index) => fromMs + index * stepMs,
  );
  const parts: string[] = [];
  for (const { name, labels, value } of tenants.flatMap((tenant) => seriesOf(tenant, fromMs))) {
    const pairs = Object.entries(labels).map(([key, text]) => `${key}="${text}"`);
    const head = `${name}{${pairs.join(",")}}`;
    parts.push(scrapes.map((atMs) => `${head} ${value((atMs - fromMs) / 1000)} ${atMs / 1000}\n`).join(""));
  }
  return `${parts.join("")}# EOF\n`;
}

type MadeSeries = {
  name: string;
  labels: Record<string, string>;
  /** @param seconds since the first sample */
  value: (seconds: number) => number;
};

function seriesOf(tenant: string, fromMs: number): MadeSeries[] {
  const one = (name: string, labels: Record<string, string>, value: MadeSeries["value"]): MadeSeries => ({
    name,
    labels: { tenant, namespace: tenant, ...labels },
    value,
  });
  const replicaset = `${tenant}-7d9c`;
  const claim = { persistentvolumeclaim: "data" };
  const deployment = { deployment: tenant };
  const tenantWide = [
    one("probe_success", { job: "blackbox" }, () => 1),
    one("kubelet_volume_stats_used_bytes", claim, (seconds) => 3e9 + seconds * 1000),
    one("kubelet_volume_stats_capacity_bytes", claim, () => 1e10),
    one("kube_deployment_spec_replicas", deployment, () => PODS),
    one("kube_deployment_status_replicas_ready", deployment, () => PODS),
    one("kube_deployment_status_replicas_updated", deployment, () => PODS),
    one("kube_replicaset_created", { replicaset }, () => Math.floor(fromMs / 1000) - 86_400),
    one("kube_replicaset_labels", { replicaset, label_app_kubernetes_io_version: "1.4.2" }, () => 1),
  ];
  const pods = Array.from({ length: PODS }, (_, index) => {
    const container = { pod: `${replicaset}-${index}`, container: "web" };
    const wave = (seconds: number) => Math.sin(seconds / 300 + index);
    return [
      ...OUTCOMES.flatMap((outcome) => requestSeries(one, container, outcome)),
      one("container_cpu_usage_seconds_total", container, (seconds) => seconds * 0.2),
      one("container_memory_working_set_bytes", container, (seconds) =>
        Math.round(MEMORY_LIMIT_BYTES * (0.5 + 0.05 * wave(seconds))),
      ),
      one("kube_pod_container_resource_limits", { ...container, resource: "cpu" }, () => 1),
      one(
        "kube_pod_container_resource_limits",
        { ...container, resource: "memory" },
        () => MEMORY_LIMIT_BYTES,
      ),
      one("kube_pod_container_info", { ...container, image: `registry.example/${tenant}:1.4.2` }, () => 1),
      one("kube_pod_container_status_restarts_total", container, () => 0),
    ];
  });
  return [...tenantWide, ...pods.flat()];
}

function requestSeries(
  one: (name: string, labels: Record<string, string>, value: MadeSeries["value"]) => MadeSeries,
  container: Record<string, string>,
  { code, route, perSecond }: (typeof OUTCOMES)[number],
): MadeSeries[] {
  const labels = { ...container, code, route };
  const bounds = [...DURATION_BUCKETS.map(String), "+Inf"];
  return [
    ...bounds.map((le, index) =>
      one("http_request_duration_seconds_bucket", { ...labels, le }, (seconds) =>
        Math.floor(seconds * perSecond * (BELOW[index] ?? 1)),
      ),
    ),
    one("http_request_duration_seconds_count", labels, (seconds) => Math.floor(seconds * perSecond)),
  ];
}
