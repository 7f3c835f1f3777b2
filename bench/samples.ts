import { DURATION_BUCKETS } from "@/demo/platform/characters";

export const BENCH_SCRAPE_SECONDS = 15;

/** Enough for the last hour with the windows that reach back from its first point. */
const PAST_SECONDS = 95 * 60;
/** The samples go on while the benchmark runs, as a scrape would. */
const FUTURE_SECONDS = 25 * 60;

const HOUR_MS = 3_600_000;

/** How often a restless tenant comes close to its limit. */
const RESTLESS_SECONDS = 150;

const MEMORY_LIMIT_BYTES = 512_000_000;

type Outcome = { code: string; route: string; perSecond: number };

/** How big a capability is: its pods, and the routes and codes by which each of them counts its requests. */
type Size = { pods: number; outcomes: Outcome[] };

/** A tenant to make samples of. One that is `restless` comes close to its memory limit every few minutes, for a minute. */
type Made = { id: string; size: Size; restless?: boolean };

/** A time that is sampled in even steps. */
type Span = { fromMs: number; toMs: number; stepSeconds: number };

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

/** Some 25 series, for a past that is long. */
const LEAST: Size = { pods: 1, outcomes: [{ code: "200", route: "/items", perSecond: 6 }] };

/** Share of requests answered within each bound of the histogram, the last one being without a bound. */
const BELOW = [0.1, 0.3, 0.6, 0.85, 0.96, 0.99, 1, 1, 1, 1];

const numbered = (name: string, length: number) =>
  Array.from({ length }, (_, index) => `${name}-${String(index).padStart(2, "0")}`);

/** The small tenants of the benchmark, which all parts use. */
export const BENCH_TENANTS = numbered("bench", 20);
/** Tenants of an ordinary size, for the part where size decides. */
export const ORDINARY_TENANTS = numbered("ordinary", 5);
/** Those of the part about memory. */
export const OWNED_TENANTS = numbered("owned", 100);

/** Healthy tenants as a Kubernetes platform exposes them, in OpenMetrics, from before the benchmark until after it. */
export function benchSamples(nowMs: number): Generator<string> {
  const tenants = [
    ...BENCH_TENANTS.map((id) => ({ id, size: SMALL })),
    ...ORDINARY_TENANTS.map((id) => ({ id, size: ORDINARY })),
  ];
  return samplesOf(tenants, [present(nowMs)]);
}

const present = (nowMs: number): Span => ({
  fromMs: nowMs - PAST_SECONDS * 1000,
  toMs: nowMs + FUTURE_SECONDS * 1000,
  stepSeconds: BENCH_SCRAPE_SECONDS,
});

/** The past of one small tenant, sampled each minute, for a week's preview. */
export function weekOfSamples(id: string, nowMs: number): Generator<string> {
  const week = { fromMs: nowMs - (7 * 24 + 1) * HOUR_MS, toMs: nowMs, stepSeconds: 60 };
  return samplesOf([{ id, size: SMALL }], [week]);
}

/**
 * The hundred tenants of the part about memory: every fifth of them restless, and every tenth with a past of thirty days, so that
 * charts and previews of every range have points to show.
 */
export function* ownersSamples(nowMs: number): Generator<string> {
  const now = present(nowMs);
  const weekAgoMs = now.fromMs - 7 * 24 * HOUR_MS;
  const past = [
    { fromMs: now.fromMs - 30 * 24 * HOUR_MS, toMs: weekAgoMs, stepSeconds: 600 },
    { fromMs: weekAgoMs, toMs: now.fromMs, stepSeconds: 60 },
  ];
  const made = OWNED_TENANTS.map((id, index) => ({ id, restless: index % 5 === 0, isOld: index % 10 === 1 }));
  for (const { isOld, ...one } of made)
    yield* linesOf({ ...one, size: isOld ? LEAST : SMALL }, isOld ? [...past, now] : [now]);
  yield "# EOF\n";
}

/** In parts, a series each: all of it could be longer than a string may be. */
function* samplesOf(tenants: readonly Made[], spans: readonly Span[]): Generator<string> {
  for (const made of tenants) yield* linesOf(made, spans);
  yield "# EOF\n";
}

/** @param spans one after the other */
function* linesOf(made: Made, spans: readonly Span[]): Generator<string> {
  const scrapes = spans.flatMap(({ fromMs, toMs, stepSeconds }) => {
    const stepMs = stepSeconds * 1000;
    const firstMs = Math.floor(fromMs / stepMs) * stepMs;
    return Array.from(
      { length: Math.floor((toMs - firstMs) / stepMs) },
      (_, index) => firstMs + index * stepMs,
    );
  });
  const fromMs = scrapes[0] ?? 0;
  for (const { name, labels, value } of seriesOf(made, fromMs)) {
    const pairs = Object.entries(labels).map(([key, text]) => `${key}="${text}"`);
    const head = `${name}{${pairs.join(",")}}`;
    yield scrapes.map((atMs) => `${head} ${value((atMs - fromMs) / 1000)} ${atMs / 1000}\n`).join("");
  }
}

type MadeSeries = {
  name: string;
  labels: Record<string, string>;
  /** @param seconds since the first sample */
  value: (seconds: number) => number;
};

function seriesOf({ id: tenant, size, restless = false }: Made, fromMs: number): MadeSeries[] {
  const one = (name: string, labels: Record<string, string>, value: MadeSeries["value"]): MadeSeries => ({
    name,
    labels: { tenant, namespace: tenant, ...labels },
    value,
  });
  const replicaset = `${tenant}-7d9c`;
  const claim = { persistentvolumeclaim: "data" };
  const deployment = { deployment: tenant };
  const phase = Number(/\d+$/.exec(tenant)?.[0] ?? 0) * 7; // not all at the same time
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
    const isHigh = (seconds: number) => (seconds + phase) % RESTLESS_SECONDS < 60;
    return [
      ...size.outcomes.flatMap((outcome) => requestSeries(one, container, outcome)),
      one("container_cpu_usage_seconds_total", container, (seconds) => seconds * 0.2),
      one("container_memory_working_set_bytes", container, (seconds) =>
        Math.round(MEMORY_LIMIT_BYTES * (restless && isHigh(seconds) ? 0.95 : 0.5 + 0.05 * wave(seconds))),
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
