/** One tenant of a made-up platform, and what happens to it. Times are milliseconds since the epoch; shares 0 to 1. */
export type MadeCapability = {
  id: string;
  /** Its first and last sample. */
  fromMs: number;
  toMs: number;
  /** Times at which nothing is scraped. */
  silent?: (atMs: number) => boolean;
  up?: (atMs: number) => boolean;
  requestsPerSecond?: (atMs: number) => number;
  errorShare?: (atMs: number) => number;
  /** The share of requests that take two seconds; the others take 0.2 s. */
  slowShare?: (atMs: number) => number;
  memoryShare?: number;
  /** It has a second pod, with this share. */
  otherMemoryShare?: number;
  cpuShare?: number;
  storageShare?: number;
  restarts?: { atMs: number; reason: string; exitCode: number }[];
  deployments?: { atMs: number; version: string }[];
  migration?: MadeMigration;
};

/** A migration's pod in the capability's own namespace, with samples of its own from `fromMs` to `toMs`. */
type MadeMigration = {
  fromMs: number;
  toMs: number;
  memoryShare: number;
  cpuShare: number;
  restarts: { atMs: number; reason: string; exitCode: number }[];
  /** false: this platform's kube-state-metrics names no owners of pods. */
  ownerNotified: boolean;
};

export const SCRAPE_SECONDS = 15;
const LIMIT_BYTES = 1_000_000_000;
const BUCKETS = ["0.1", "0.25", "0.5", "1", "2.5", "+Inf"];

/** The samples of such a platform, in OpenMetrics, under the names that the default bundle asks for. */
export function platformSamples(capabilities: readonly MadeCapability[]): string {
  return `${capabilities.flatMap(samplesOf).join("\n")}\n# EOF\n`;
}

function samplesOf(capability: MadeCapability): string[] {
  const scrapes: number[] = [];
  for (let atMs = capability.fromMs; atMs <= capability.toMs; atMs += SCRAPE_SECONDS * 1000)
    if (!capability.silent?.(atMs)) scrapes.push(atMs);
  const gauge = gaugesAt(capability.id, scrapes);
  const pod = { namespace: capability.id, pod: `${capability.id}-0`, container: "web" };
  const { otherMemoryShare, fromMs } = capability;
  const other = { ...pod, pod: `${capability.id}-1` };
  const requests = requestCounts(capability, scrapes);
  const deployments = capability.deployments ?? [{ atMs: capability.fromMs, version: "1.0.0" }];
  const running = (atMs: number) => deployments.findLast((deployment) => deployment.atMs <= atMs)?.version;

  return [
    ...gauge("probe_success", {}, (atMs) => (capability.up?.(atMs) === false ? 0 : 1)),
    ...requests.map(({ labels, name, value, atMs }) => sampleLine(capability.id, name, labels, value, atMs)),
    ...containerSamples(gauge, pod, capability),
    ...(otherMemoryShare === undefined
      ? []
      : containerSamples(gauge, other, { fromMs, memoryShare: otherMemoryShare })),
    ...gauge(
      "kubelet_volume_stats_used_bytes",
      volume(capability),
      () => LIMIT_BYTES * (capability.storageShare ?? 0.3),
    ),
    ...gauge("kubelet_volume_stats_capacity_bytes", volume(capability), () => LIMIT_BYTES),
    ...deployments.flatMap(({ version, atMs: createdAtMs }) => {
      const set = { namespace: capability.id, replicaset: `${capability.id}-${version}` };
      const image = { ...pod, image: `registry.example/${capability.id}:${version}` };
      const since = (value: number) => (atMs: number) => (atMs >= createdAtMs ? value : null);
      return [
        ...gauge("kube_replicaset_created", set, since(createdAtMs / 1000)),
        ...gauge("kube_replicaset_labels", { ...set, label_app_kubernetes_io_version: version }, since(1)),
        ...gauge("kube_pod_container_info", image, (atMs) => (running(atMs) === version ? 1 : null)),
      ];
    }),
    ...gauge(
      "kube_pod_info",
      { namespace: pod.namespace, pod: pod.pod, created_by_kind: "ReplicaSet" },
      () => 1,
    ),
    ...["spec_replicas", "status_replicas_ready", "status_replicas_updated"].flatMap((name) =>
      gauge(`kube_deployment_${name}`, { namespace: capability.id, deployment: capability.id }, () => 2),
    ),
    ...(capability.migration ? migrationSamples(capability.id, capability.migration) : []),
  ];
}

type Gauge = (
  name: string,
  labels: Record<string, string>,
  value: (atMs: number) => number | null,
) => string[];

function sampleLine(tenant: string, name: string, labels: object, value: number, atMs: number): string {
  const pairs = Object.entries({ tenant, ...labels }).map(([key, text]) => `${key}="${text}"`);
  return `${name}{${pairs.join(",")}} ${value} ${atMs / 1000}`;
}

const gaugesAt =
  (tenant: string, scrapes: readonly number[]): Gauge =>
  (name, labels, value) =>
    scrapes.flatMap((atMs) => {
      const at = value(atMs);
      return at === null ? [] : [sampleLine(tenant, name, labels, at, atMs)];
    });

/** What cAdvisor and kube-state-metrics report of one container. */
function containerSamples(
  gauge: Gauge,
  pod: Record<string, string>,
  {
    fromMs,
    memoryShare,
    cpuShare,
    restarts = [],
  }: Pick<MadeCapability, "fromMs" | "memoryShare" | "cpuShare" | "restarts">,
): string[] {
  const past = (atMs: number) => restarts.filter((restart) => restart.atMs <= atMs);
  return [
    ...gauge(
      "container_cpu_usage_seconds_total",
      pod,
      (atMs) => ((atMs - fromMs) / 1000) * (cpuShare ?? 0.2),
    ),
    ...gauge("container_memory_working_set_bytes", pod, () => LIMIT_BYTES * (memoryShare ?? 0.4)),
    ...gauge("kube_pod_container_resource_limits", { ...pod, resource: "cpu" }, () => 1),
    ...gauge("kube_pod_container_resource_limits", { ...pod, resource: "memory" }, () => LIMIT_BYTES),
    ...gauge("kube_pod_container_status_restarts_total", pod, (atMs) => past(atMs).length),
    ...gauge("kube_pod_container_status_last_terminated_timestamp", pod, (atMs) => {
      const last = past(atMs).at(-1);
      return last ? last.atMs / 1000 : null;
    }),
    ...gauge(
      "kube_pod_container_status_last_terminated_exitcode",
      pod,
      (atMs) => past(atMs).at(-1)?.exitCode ?? null,
    ),
    ...[...new Set(restarts.map(({ reason }) => reason))].flatMap((reason) =>
      gauge("kube_pod_container_status_last_terminated_reason", { ...pod, reason }, (atMs) =>
        past(atMs).at(-1)?.reason === reason ? 1 : null,
      ),
    ),
  ];
}

/** A migration at work: near its limits for an hour, and killed for its memory four times within minutes. */
export const pressedMigration = (nowMs: number): MadeMigration => ({
  fromMs: nowMs - 60 * 60_000,
  toMs: nowMs,
  memoryShare: 0.95,
  cpuShare: 0.97,
  restarts: [9, 11, 13, 15].map((minutes) => ({
    atMs: nowMs - minutes * 60_000,
    reason: "OOMKilled",
    exitCode: 137,
  })),
  ownerNotified: true,
});

function migrationSamples(tenant: string, migration: MadeMigration): string[] {
  const scrapes: number[] = [];
  for (let atMs = migration.fromMs; atMs <= migration.toMs; atMs += SCRAPE_SECONDS * 1000) scrapes.push(atMs);
  const gauge = gaugesAt(tenant, scrapes);
  const jobName = `migrate-${tenant}`;
  const place = { namespace: tenant, pod: `${jobName}-x2v` };
  const pod = { ...place, container: "migrate" };
  const owner = { ...place, owner_kind: "Job", owner_name: jobName };
  return [
    ...containerSamples(gauge, pod, migration),
    ...gauge("kube_pod_container_info", { ...pod, image: `registry.example/${jobName}:9` }, () => 1),
    ...gauge("kube_pod_info", { ...place, node: "node-m", created_by_kind: "Job" }, () => 1),
    ...gauge("kube_pod_status_reason", { ...place, reason: "Evicted" }, () => 1),
    ...(migration.ownerNotified ? gauge("kube_pod_owner", owner, () => 1) : []),
  ];
}

function volume(capability: MadeCapability): Record<string, string> {
  return { namespace: capability.id, persistentvolumeclaim: `${capability.id}-data` };
}

type RequestSample = { name: string; labels: Record<string, string>; value: number; atMs: number };

/** Counters as a server would count them: fractions of a request wait until they are a whole one. */
function requestCounts(capability: MadeCapability, scrapes: readonly number[]): RequestSample[] {
  const rate = capability.requestsPerSecond ?? (() => 4);
  const total = { ok: 0, failed: 0, slow: 0 };
  const samples: RequestSample[] = [];
  for (const atMs of scrapes) {
    const count = rate(atMs) * SCRAPE_SECONDS;
    const failures = count * (capability.errorShare?.(atMs) ?? 0);
    total.failed += failures;
    total.ok += count - failures;
    total.slow += count * (capability.slowShare?.(atMs) ?? 0);
    const all = Math.floor(total.ok + total.failed);
    const slow = Math.floor(total.slow);
    const name = "http_request_duration_seconds";
    samples.push({ name: `${name}_count`, labels: { code: "200" }, value: Math.floor(total.ok), atMs });
    samples.push({ name: `${name}_count`, labels: { code: "500" }, value: Math.floor(total.failed), atMs });
    for (const le of BUCKETS) {
      const value = le === "0.1" ? 0 : le === "2.5" || le === "+Inf" ? all : all - slow;
      samples.push({ name: `${name}_bucket`, labels: { code: "200", le }, value, atMs });
    }
  }
  return bySeries(samples);
}

/** OpenMetrics wants each series in one piece. */
function bySeries(samples: RequestSample[]): RequestSample[] {
  const series = new Map<string, RequestSample[]>();
  for (const sample of samples) {
    const key = JSON.stringify([sample.name, sample.labels]);
    const known = series.get(key);
    if (known) known.push(sample);
    else series.set(key, [sample]);
  }
  return [...series.values()].flat();
}
