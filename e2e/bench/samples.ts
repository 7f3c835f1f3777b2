import { DURATION_BUCKETS } from "@/demo/platform/characters";

export const SCRAPE_SECONDS = 15;

/** Enough for the last hour with the windows that reach back from its first point. */
const PAST_SECONDS = 95 * 60;
/** The samples go on while the benchmark runs, as a scrape would. */
const FUTURE_SECONDS = 25 * 60;

const MEMORY_LIMIT_BYTES = 512_000_000;

type Outcome = { code: string; route: string; perSecond: number };

/** How big a capability is: its pods, and the routes and codes by which each of them counts its requests. */
type Size = { pods: number; outcomes: Outcome[] };

/** Some 100 series: the fewer there are, the less Prometheus has to do, and the more the portal's own share of a view shows. */
const SMALL: Size = {
  pods: 2,
  outcomes: [
    { code: "200", route: "/items", perSecond: 6 },
    { code: "200", route: "/search", perSecond: 2 },
    { code: "500", route: "/items", perSecond: 0.01 },
  ],
};

/** Some 700 series: three replicas of a service with a few routes, each answering as services do. */
const ORDINARY: Size = {
  pods: 3,
  outcomes: ["/", "/items", "/items/{id}", "/search", "/upload", "/settings"].flatMap((route) => [
    { code: "200", route, perSecond: 2 },
    { code: "404", route, perSecond: 0.05 },
    { code: "500", route, perSecond: 0.002 },
  ]),
};

/** Share of requests answered within each bound of the histogram, the last one being without a bound. */
const BELOW = [0.1, 0.3, 0.6, 0.85, 0.96, 0.99, 1, 1, 1, 1];

const numbered = (name: string, length: number) =>
  Array.from({ length }, (_, index) => `${name}-${String(index).padStart(2, "0")}`);

/** The small tenants of the benchmark, which all parts use. */
export const TENANTS = numbered("bench", 20);
/** Tenants of an ordinary size, for the part where size decides. */
export const ORDINARY_TENANTS = numbered("ordinary", 5);

/** Healthy tenants as a Kubernetes platform exposes them, in OpenMetrics, from before the benchmark until after it. */
export function platformSamples(nowMs: number): Generator<string> {
  const tenants = [
    ...TENANTS.map((id) => ({ id, size: SMALL })),
    ...ORDINARY_TENANTS.map((id) => ({ id, size: ORDINARY })),
  ];
  return samplesOf(tenants, {
    fromMs: nowMs - PAST_SECONDS * 1000,
    toMs: nowMs + FUTURE_SECONDS * 1000,
    stepSeconds: SCRAPE_SECONDS,
  });
}

/** The past of one small tenant, sampled each minute, for a week's preview. */
export function weekOfSamples(id: string, nowMs: number): Generator<string> {
  return samplesOf([{ id, size: SMALL }], {
    fromMs: nowMs - (7 * 24 + 1) * 3_600_000,
    toMs: nowMs,
    stepSeconds: 60,
  });
}

/** In parts, a series each: all of it could be longer than a string may be. */
function* samplesOf(
  tenants: readonly { id: string; size: Size }[],
  { stepSeconds, ...ends }: { fromMs: number; toMs: number; stepSeconds: number },
): Generator<string> {
  const stepMs = stepSeconds * 1000;
  const fromMs = Math.floor(ends.fromMs / stepMs) * stepMs;
  const scrapes = Array.from(
    { length: Math.floor((ends.toMs - fromMs) / stepMs) },
    (_, index) => fromMs + index * stepMs,
  );
  for (const { name, labels, value } of tenants.flatMap(({ id, size }) => seriesOf(id, size, fromMs))) {
    const pairs = Object.entries(labels).map(([key, text]) => `${key}="${text}"`);
    const head = `${name}{${pairs.join(",")}}`;
    yield scrapes.map((atMs) => `${head} ${value((atMs - fromMs) / 1000)} ${atMs / 1000}\n`).join("");
  }
  yield "# EOF\n";
}

type MadeSeries = {
  name: string;
  labels: Record<string, string>;
  /** @param seconds since the first sample */
  value: (seconds: number) => number;
};

function seriesOf(tenant: string, size: Size, fromMs: number): MadeSeries[] {
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
    one("kube_deployment_spec_replicas", deployment, () => size.pods),
    one("kube_deployment_status_replicas_ready", deployment, () => size.pods),
    one("kube_deployment_status_replicas_updated", deployment, () => size.pods),
    one("kube_replicaset_created", { replicaset }, () => Math.floor(fromMs / 1000) - 86_400),
    one("kube_replicaset_labels", { replicaset, label_app_kubernetes_io_version: "1.4.2" }, () => 1),
  ];
  const pods = Array.from({ length: size.pods }, (_, index) => {
    const container = { pod: `${replicaset}-${index}`, container: "web" };
    const wave = (seconds: number) => Math.sin(seconds / 300 + index);
    return [
      ...size.outcomes.flatMap((outcome) => requestSeries(one, container, outcome)),
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
  { code, route, perSecond }: Outcome,
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
