import { healthyCapability, podOf, volumeOf, workloadOf } from "../capability";
import { constantly, exportersOf, type StockSeries } from "../exporters";
import { type Scenario, STOCK_NOW_MS } from "../scenario";

/** A healthy capability with another Deployment than its own of two ready replicas. */
function withReplicas(id: string, wanted: number, ready: number): StockSeries[] {
  return [
    ...healthyCapability(id, STOCK_NOW_MS).filter(({ labels }) => labels.deployment === undefined),
    ...workloadOf(exportersOf(id), { kind: "deployment", name: "web", wanted, ready }),
  ];
}

/** A third pod, with what is the matter with its containers. */
function withPod(
  id: string,
  of: (exporters: ReturnType<typeof exportersOf>) => StockSeries[],
): StockSeries[] {
  const exporters = exportersOf(id);
  const pod = podOf(exporters, { pod: "web-2-ccccc", container: "app" }).filter(
    ({ name }) => name !== "kube_pod_container_status_restarts_total",
  );
  return [...healthyCapability(id, STOCK_NOW_MS), ...pod, ...of(exporters)];
}

const OF_NEW_POD = { pod: "web-2-ccccc", uid: "uid-of-web-2-ccccc", container: "app" };
const TWO_OF_THREE = 2 / 3;

const waiting = (
  id: string,
  reason: string,
  metric = "kube_pod_container_status_waiting_reason",
): StockSeries[] =>
  withPod(id, ({ kubeState }) => [kubeState(metric, { ...OF_NEW_POD, reason }, constantly(1))]);

/** Green means the whole capability. */
export const WHOLE: readonly Scenario[] = [
  {
    id: "one-of-three",
    what: "one of three replicas of a Deployment is ready",
    why: "A third of what is wanted serves, however well it answers.",
    series: withReplicas("one-of-three", 3, 1),
    expected: { "availability/replicas": 1 / 3, replicasWanted: 3, replicasReady: 1, replicasUpdated: 3 },
  },
  {
    id: "database-not-ready",
    what: "all web pods are ready, and the one pod of a StatefulSet isn't",
    why: "The worst workload counts, and not the average.",
    series: [
      ...healthyCapability("database-not-ready", STOCK_NOW_MS),
      ...workloadOf(exportersOf("database-not-ready"), {
        kind: "statefulset",
        name: "db",
        wanted: 1,
        ready: 0,
      }),
    ],
    expected: { "availability/replicas": 0, replicasWanted: 3, replicasReady: 2, replicasUpdated: 3 },
  },
  {
    id: "daemon-not-ready",
    what: "a DaemonSet is ready on three of four nodes",
    why: "A DaemonSet wants a pod on each node that it is scheduled to.",
    series: [
      ...healthyCapability("daemon-not-ready", STOCK_NOW_MS),
      ...workloadOf(exportersOf("daemon-not-ready"), {
        kind: "daemonset",
        name: "agent",
        wanted: 4,
        ready: 3,
      }),
    ],
    expected: { "availability/replicas": 0.75, replicasWanted: 6, replicasReady: 5, replicasUpdated: 6 },
  },
  {
    id: "scaled-down",
    what: "a Deployment is scaled from four to three, and the fourth pod is still ready",
    why: "No more are ready than are wanted: 3 of 3.",
    series: withReplicas("scaled-down", 3, 4),
    expected: { replicasWanted: 3, replicasReady: 3, replicasUpdated: 3 },
  },
  {
    id: "scaled-down-beside",
    what: "one Deployment has a pod too many, and another one too few",
    why: "The one doesn't make up for the other.",
    series: [
      ...withReplicas("scaled-down-beside", 2, 3),
      ...workloadOf(exportersOf("scaled-down-beside"), {
        kind: "deployment",
        name: "api",
        wanted: 2,
        ready: 1,
      }),
    ],
    expected: { "availability/replicas": 0.5, replicasWanted: 4, replicasReady: 3, replicasUpdated: 4 },
  },
  {
    id: "scaled-to-zero",
    what: "everything is scaled to zero on purpose, so that there are no pods",
    why: "Where nothing is wanted, nothing is missing.",
    series: [
      ...withReplicas("scaled-to-zero", 0, 0).filter(
        ({ name, labels }) => labels.pod === undefined && name !== "probe_success",
      ),
      exportersOf("scaled-to-zero").probe("https://scaled-to-zero.example/", constantly(0)),
    ],
    expected: {
      "availability/availability": 0,
      "latency/p50": null,
      "latency/p95": null,
      "latency/p99": null,
      "error-rate/error-rate": null,
      "saturation/cpu": null,
      "saturation/memory": null,
      "restarts/restarts": null,
      scaledToZero: 1,
      replicasWanted: 0,
      replicasReady: 0,
      replicasUpdated: 0,
    },
  },
  {
    id: "image-pull-backoff",
    what: "a rollout is stuck: the new pod's image can't be pulled, and the old pods serve on",
    why: "Two of three pods run. Ready replicas don't show it, for the old ones are ready.",
    series: waiting("image-pull-backoff", "ImagePullBackOff"),
    expected: { "availability/pods": TWO_OF_THREE, "restarts/restarts": 0 },
  },
  {
    id: "missing-secret",
    what: "a new pod misses a secret",
    why: "CreateContainerConfigError is a wait that nobody ends but the owner.",
    series: waiting("missing-secret", "CreateContainerConfigError"),
    expected: { "availability/pods": TWO_OF_THREE },
  },
  {
    id: "init-image",
    what: "an init container's image can't be pulled, and the pod's own container waits for it",
    why: "The pod's containers wait as PodInitializing, which is the init container's fault.",
    series: [
      ...waiting("init-image", "ErrImagePull", "kube_pod_init_container_status_waiting_reason"),
      exportersOf("init-image").kubeState(
        "kube_pod_container_status_waiting_reason",
        { ...OF_NEW_POD, container: "other", reason: "PodInitializing" },
        constantly(1),
      ),
    ],
    expected: { "availability/pods": TWO_OF_THREE },
  },
  {
    id: "init-at-work",
    what: "an init container works for an hour, as it should",
    why: "PodInitializing alone is no fault.",
    series: waiting("init-at-work", "PodInitializing"),
  },
  {
    id: "crash-loop-pause",
    what: "a container in a crash loop runs for the moment, and waited two minutes ago",
    why: "It waited in the window: the loop isn't over.",
    series: withPod("crash-loop-pause", ({ kubeState }) => [
      kubeState(
        "kube_pod_container_status_waiting_reason",
        { ...OF_NEW_POD, reason: "CrashLoopBackOff" },
        (minute) => (minute < -2 ? 1 : null),
      ),
    ]),
    expected: { "availability/pods": TWO_OF_THREE },
  },
  {
    id: "unschedulable",
    what: "no node takes a pod",
    why: "It has no container yet, so that no container waits.",
    series: [
      ...healthyCapability("unschedulable", STOCK_NOW_MS),
      exportersOf("unschedulable").kubeState(
        "kube_pod_info",
        { pod: "web-2-ccccc", uid: "uid-of-web-2-ccccc", created_by_kind: "ReplicaSet", node: "" },
        constantly(1),
      ),
      exportersOf("unschedulable").kubeState(
        "kube_pod_status_unschedulable",
        { pod: "web-2-ccccc", uid: "uid-of-web-2-ccccc" },
        constantly(1),
      ),
    ],
    expected: { "availability/pods": TWO_OF_THREE },
  },
  {
    id: "reasons-at-zero",
    what: "an older kube-state-metrics exposes each waiting reason, at 0 where it isn't the one",
    why: "A reason at 0 is no wait.",
    series: [
      ...healthyCapability("reasons-at-zero", STOCK_NOW_MS),
      ...["CrashLoopBackOff", "ImagePullBackOff"].map((reason) =>
        exportersOf("reasons-at-zero").kubeState(
          "kube_pod_container_status_waiting_reason",
          { pod: "web-1-aaaaa", uid: "uid-of-web-1-aaaaa", container: "app", reason },
          constantly(0),
        ),
      ),
    ],
  },
  {
    id: "migration-waits",
    what: "a job's pod waits for its image",
    why: "A job's pods are no part of how the capability fares.",
    series: [
      ...healthyCapability("migration-waits", STOCK_NOW_MS),
      exportersOf("migration-waits").kubeState(
        "kube_pod_info",
        { pod: "migrate-x", uid: "uid-of-migrate-x", created_by_kind: "Job", node: "node-a" },
        constantly(1),
      ),
      exportersOf("migration-waits").kubeState(
        "kube_pod_container_status_waiting_reason",
        { pod: "migrate-x", uid: "uid-of-migrate-x", container: "migrate", reason: "ErrImagePull" },
        constantly(1),
      ),
    ],
  },
  {
    id: "init-crash-loop",
    what: "an init container failed four times in the last half hour",
    why: "A native sidecar is an init container, too: its restarts are the capability's.",
    series: withPod("init-crash-loop", ({ kubeState }) => [
      kubeState(
        "kube_pod_init_container_status_restarts_total",
        { ...OF_NEW_POD, container: "prepare" },
        (minute) => Math.max(0, Math.floor((minute + 30) / 7)),
      ),
    ]),
    expected: { "restarts/restarts": 4 },
  },
  {
    id: "inodes-full",
    what: "a volume has used 97 % of its inodes and 30 % of its bytes",
    why: "Without an inode no file can be written, whatever space there is.",
    series: [
      ...healthyCapability("inodes-full", STOCK_NOW_MS).filter(({ labels }) => !labels.persistentvolumeclaim),
      ...volumeOf(exportersOf("inodes-full"), "data", 0.3, 0.97),
    ],
    expected: { "saturation/storage": 0.97 },
  },
  {
    id: "no-inodes",
    what: "a file system that makes inodes as it needs them says that it has none",
    why: "0 of 0 is no share; the bytes alone count.",
    series: healthyCapability("no-inodes", STOCK_NOW_MS).map((each) =>
      each.name.startsWith("kubelet_volume_stats_inodes") ? { ...each, at: constantly(0) } : each,
    ),
  },
];
