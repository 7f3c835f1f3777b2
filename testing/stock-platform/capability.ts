import {
  constantly,
  exportersOf,
  growing,
  type Place,
  type StockExporters,
  type StockSeries,
} from "./exporters";

const GIB = 2 ** 30;
const RESOURCES = { cpu: { unit: "core", limit: 1 }, memory: { unit: "byte", limit: GIB } } as const;

/** What a container uses of its limits: cores of one core, and a share of 1 GiB. */
export type ContainerUsage = { cores: number; memoryShare: number };

/** What cAdvisor and kube-state-metrics expose of a pod with one container, its pause container included. */
export function podOf(
  exporters: StockExporters,
  { pod, container }: Place,
  { cores, memoryShare }: ContainerUsage = { cores: 0.2, memoryShare: 0.4 },
  uid = `uid-of-${pod}`,
): StockSeries[] {
  const { kubeState, cadvisor } = exporters;
  const at = { pod, container };
  // The row of the whole pod has no container, and the pause container's has a name of its own: neither is to be added.
  const rows = [at, { pod, container: "" }, { pod, container: "POD" }];
  const object = { pod, uid };
  return [
    ...rows.flatMap((row) => [
      cadvisor("container_cpu_usage_seconds_total", row, growing(cores), { cpu: "total" }),
      cadvisor("container_memory_working_set_bytes", row, constantly(memoryShare * GIB)),
    ]),
    ...Object.entries(RESOURCES).map(([resource, { unit, limit }]) =>
      kubeState(
        "kube_pod_container_resource_limits",
        { ...object, container, node: "node-a", resource, unit },
        constantly(limit),
      ),
    ),
    kubeState(
      "kube_pod_container_info",
      {
        ...object,
        container,
        image: "registry.example/app:1.0.0",
        image_spec: "registry.example/app:1.0.0",
        image_id: "registry.example/app@sha256:0123",
        container_id: `containerd://${pod}-${container}`,
      },
      constantly(1),
    ),
    kubeState(
      "kube_pod_info",
      { ...object, node: "node-a", created_by_kind: "ReplicaSet", host_ip: "172.18.0.3" },
      constantly(1),
    ),
    kubeState(
      "kube_pod_owner",
      { ...object, owner_kind: "ReplicaSet", owner_name: "web-1", owner_is_controller: "true" },
      constantly(1),
    ),
    ...["Pending", "Running", "Succeeded", "Failed", "Unknown"].map((phase) =>
      kubeState("kube_pod_status_phase", { ...object, phase }, constantly(phase === "Running" ? 1 : 0)),
    ),
    kubeState("kube_pod_container_status_restarts_total", { ...object, container }, constantly(0)),
  ];
}

export type Workload = {
  kind: "deployment" | "statefulset" | "daemonset";
  name: string;
  wanted: number;
  ready: number;
  /** Those of the newest version; all of them where it isn't named. */
  updated?: number;
};

const WORKLOAD_METRICS = {
  deployment: ["spec_replicas", "status_replicas_ready", "status_replicas_updated"],
  statefulset: ["replicas", "status_replicas_ready", "status_replicas_updated"],
  daemonset: ["status_desired_number_scheduled", "status_number_ready", "status_updated_number_scheduled"],
} as const;

/** What kube-state-metrics exposes of a workload. */
export function workloadOf(
  { kubeState }: StockExporters,
  { kind, name, wanted, ready, updated = wanted }: Workload,
): StockSeries[] {
  const [ofWanted, ofReady, ofUpdated] = WORKLOAD_METRICS[kind];
  const labels = { [kind]: name };
  return [
    kubeState(`kube_${kind}_${ofWanted}`, labels, constantly(wanted)),
    kubeState(`kube_${kind}_${ofReady}`, labels, constantly(ready)),
    kubeState(`kube_${kind}_${ofUpdated}`, labels, constantly(updated)),
  ];
}

/** A replica set of a Deployment with the label that is allow-listed. */
export function replicaSetOf(
  { kubeState }: StockExporters,
  set: {
    name: string;
    version: string;
    owner?: string;
    createdAtMinute: number;
    replicas: StockSeries["at"];
  },
  nowMs: number,
): StockSeries[] {
  const labels = { replicaset: set.name };
  const since =
    (value: StockSeries["at"]): StockSeries["at"] =>
    (minute) =>
      minute >= set.createdAtMinute ? value(minute) : null;
  const owner = { owner_kind: "Deployment", owner_name: set.owner ?? "web", owner_is_controller: "true" };
  return [
    kubeState("kube_replicaset_created", labels, since(constantly(nowMs / 1000 + set.createdAtMinute * 60))),
    kubeState(
      "kube_replicaset_labels",
      { ...labels, label_app_kubernetes_io_version: set.version },
      since(constantly(1)),
    ),
    kubeState("kube_replicaset_owner", { ...labels, ...owner }, since(constantly(1))),
    kubeState("kube_replicaset_spec_replicas", labels, since(set.replicas)),
  ];
}

/** A volume, its bytes and inodes as shares of what it has. */
export function volumeOf(
  { volume }: StockExporters,
  claim: string,
  bytes: number,
  inodes: number,
): StockSeries[] {
  return [
    volume("used_bytes", claim, constantly(bytes * 10 * GIB)),
    volume("capacity_bytes", claim, constantly(10 * GIB)),
    volume("inodes_used", claim, constantly(inodes * 655_360)),
    volume("inodes", claim, constantly(655_360)),
  ];
}

export type Histogram = {
  service: string;
  pod: string;
  code?: string;
  perSecond: number;
  /** How long each request takes. */
  seconds: number;
  bounds: readonly number[];
};

export const BOUNDS = [0.1, 0.25, 0.5, 1, 2.5, 5];

/** Requests that all take equally long, in a classic histogram. */
export function requestsOf({ service: expose }: StockExporters, histogram: Histogram): StockSeries[] {
  const { service, pod, code = "200", perSecond, seconds, bounds } = histogram;
  const name = "http_request_duration_seconds";
  const target = { service, pod };
  const none = growing(0, 0);
  return [
    ...[...bounds, Number.POSITIVE_INFINITY].map((bound) =>
      expose(
        `${name}_bucket`,
        target,
        { code, le: bound === Number.POSITIVE_INFINITY ? "+Inf" : String(bound) },
        seconds <= bound ? growing(perSecond) : none,
      ),
    ),
    expose(`${name}_count`, target, { code }, growing(perSecond)),
    expose(`${name}_sum`, target, { code }, growing(perSecond * seconds, 12_345 * seconds)),
  ];
}

/** A healthy capability: a Deployment of two pods, a volume, a probe, and four requests a second of 0.2 s. */
export function healthyCapability(id: string, nowMs: number): StockSeries[] {
  const exporters = exportersOf(id);
  const pods = ["web-1-aaaaa", "web-1-bbbbb"];
  return [
    ...pods.flatMap((pod) => podOf(exporters, { pod, container: "app" })),
    ...workloadOf(exporters, { kind: "deployment", name: "web", wanted: 2, ready: 2 }),
    ...replicaSetOf(
      exporters,
      { name: "web-1", version: "1.0.0", createdAtMinute: -80, replicas: constantly(2) },
      nowMs,
    ),
    ...volumeOf(exporters, "data", 0.3, 0.1),
    exporters.probe(`https://${id}.example/`, constantly(1)),
    ...pods.flatMap((pod) =>
      requestsOf(exporters, { service: "web", pod, perSecond: 2, seconds: 0.2, bounds: BOUNDS }),
    ),
  ];
}
