import { constantly, growing, type StockSeries } from "./exporters";

/** What the platform's own exporters say, and which components work then; null: it isn't known. */
export type PlatformScenario = {
  what: string;
  why: string;
  series: StockSeries[];
  expected: Record<string, number | null>;
};

const up = (
  job: string,
  instance: string,
  value: number,
  more: Record<string, string> = {},
): StockSeries => ({
  name: "up",
  labels: { job, instance, namespace: "platform", service: job, endpoint: "metrics", ...more },
  at: constantly(value),
});

/** The operations of one node's kubelet with one plugin. */
const operations = (node: string, plugin: string, status: string, perSecond: number): StockSeries => ({
  name: "storage_operation_duration_seconds_count",
  labels: {
    job: "kubelet",
    metrics_path: "/metrics",
    endpoint: "https-metrics",
    instance: `${node}:10250`,
    node,
    migrated: "false",
    operation_name: "volume_mount",
    status,
    volume_plugin: plugin,
  },
  at: growing(perSecond),
});

const CSI = "kubernetes.io/csi:ebs.csi.aws.com";
const INGRESS = "ingress-nginx-controller-metrics";
const STORE = "kube-prometheus-stack-prometheus";

export const PLATFORM_SCENARIOS: readonly PlatformScenario[] = [
  {
    what: "a stock kube-prometheus-stack with ingress-nginx, where one replica of each is rolling",
    why: "Half of the replicas carry the load.",
    series: [
      up(INGRESS, "10.0.0.1:10254", 1),
      up(INGRESS, "10.0.0.2:10254", 0),
      up(STORE, "10.0.0.3:9090", 1, { container: "prometheus" }),
      up(STORE, "10.0.0.3:8080", 1, { container: "config-reloader" }),
      up(STORE, "10.0.0.4:9090", 0, { container: "prometheus" }),
    ],
    expected: { ingress: 1, "metrics-store": 1, storage: null },
  },
  {
    what: "two of three ingress replicas away, and the store itself while its reloader answers",
    why: "Less than half, and none: a reloader stores no metrics.",
    series: [
      up("my-traefik", "10.0.0.1:9100", 1),
      up("my-traefik", "10.0.0.2:9100", 0),
      up("my-traefik", "10.0.0.5:9100", 0),
      up("prometheus-k8s", "10.0.0.3:9090", 0, { container: "prometheus" }),
      up("prometheus-k8s", "10.0.0.3:8080", 1, { container: "config-reloader" }),
    ],
    expected: { ingress: 0, "metrics-store": 0 },
  },
  {
    what: "nobody mounts anything",
    why: "0 of 0 operations failed: that is no failure.",
    series: ["node-a", "node-b"].flatMap((node) => [
      operations(node, CSI, "success", 0),
      operations(node, CSI, "fail-unknown", 0),
    ]),
    expected: { storage: 1 },
  },
  {
    what: "no operation has ever failed",
    why: "A kubelet has no series of what never happened.",
    series: ["node-a", "node-b"].map((node) => operations(node, CSI, "success", 1)),
    expected: { storage: 1 },
  },
  {
    what: "mounts fail on two of three nodes",
    why: "The volumes' driver is at fault, and not one pod.",
    series: [
      operations("node-a", CSI, "fail-unknown", 1),
      operations("node-b", CSI, "fail-unknown", 1),
      ...["node-a", "node-b", "node-c"].map((node) => operations(node, CSI, "success", 0.1)),
    ],
    expected: { storage: 0 },
  },
  {
    what: "one pod tries again and again to mount what it can't",
    why: "It is on one node of three.",
    series: [
      operations("node-a", CSI, "fail-unknown", 1),
      ...["node-a", "node-b", "node-c"].map((node) => operations(node, CSI, "success", 0.1)),
    ],
    expected: { storage: 1 },
  },
  {
    what: "the one node of a small cluster mounts nothing any more",
    why: "All nodes there are.",
    series: [operations("node-a", CSI, "fail-unknown", 1), operations("node-a", CSI, "success", 0)],
    expected: { storage: 0 },
  },
  {
    what: "pods on all nodes name config maps and secrets that aren't there",
    why: "That is their owners' fault; volumes mount.",
    series: ["node-a", "node-b"].flatMap((node) => [
      operations(node, CSI, "success", 0.1),
      operations(node, "kubernetes.io/configmap", "fail-unknown", 2),
      operations(node, "kubernetes.io/secret", "fail-unknown", 2),
    ]),
    expected: { storage: 1 },
  },
];
