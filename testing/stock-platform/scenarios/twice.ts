import { healthyCapability, podOf, requestsOf, workloadOf } from "../capability";
import { again, constantly, exportersOf, growing, type StockSeries } from "../exporters";
import { type Scenario, STOCK_NOW_MS } from "../scenario";

const SECOND_KUBE_STATE = { instance: "10.244.0.99:8080" };
const restartsOf = (id: string, at: StockSeries["at"], instance?: string) =>
  exportersOf(id).kubeState(
    "kube_pod_container_status_restarts_total",
    { pod: "web-1-aaaaa", uid: "uid-of-web-1-aaaaa", container: "app" },
    at,
    instance === undefined ? undefined : { instance },
  );

/** The capability with another pod's restarts than none. */
function withRestarts(id: string, restarts: StockSeries[]): StockSeries[] {
  const isReplaced = ({ name, labels }: StockSeries) =>
    name === "kube_pod_container_status_restarts_total" && labels.pod === "web-1-aaaaa";
  return [...healthyCapability(id, STOCK_NOW_MS).filter((each) => !isReplaced(each)), ...restarts];
}

/** What two kube-state-metrics say of the last termination, while its reason changes: one saw the new one, the other the old. */
const TERMINATIONS: StockSeries[] = [
  { instance: "10.244.0.7:8080", reason: "Error", atMinute: -40 },
  { instance: SECOND_KUBE_STATE.instance, reason: "OOMKilled", atMinute: -4 },
].flatMap(({ instance, reason, atMinute }) => {
  const { kubeState } = exportersOf("two-reasons");
  const container = { pod: "web-1-aaaaa", uid: "uid-of-web-1-aaaaa", container: "app" };
  return [
    kubeState("kube_pod_container_status_last_terminated_reason", { ...container, reason }, constantly(1), {
      instance,
    }),
    kubeState(
      "kube_pod_container_status_last_terminated_timestamp",
      container,
      constantly(STOCK_NOW_MS / 1000 + atMinute * 60),
      { instance },
    ),
  ];
});

const between =
  (from: number, to: number, value: StockSeries["at"]): StockSeries["at"] =>
  (minute) =>
    minute >= from && minute < to ? value(minute) : null;

const FOUR_REPLICAS = { replicasWanted: 4, replicasReady: 4, replicasUpdated: 4 };

/** Everything once, whatever measures it. */
export const TWICE: readonly Scenario[] = [
  {
    id: "healthy",
    what: "a healthy capability with the label sets of a stock platform",
    why: "Pods' rows and pause containers are no containers; what isn't named is as here.",
    series: healthyCapability("healthy", STOCK_NOW_MS),
  },
  {
    id: "replica-labels",
    what: "both Prometheus of a highly available pair write to the store, distinguished by prometheus_replica",
    why: "The same series twice are one: no share, no count and no traffic changes.",
    series: ["0", "1"].flatMap((replica) =>
      again(healthyCapability("replica-labels", STOCK_NOW_MS), {
        prometheus: "monitoring/kps",
        prometheus_replica: `prometheus-kps-${replica}`,
      }),
    ),
  },
  {
    id: "thanos-labels",
    what: "both Prometheus of a pair write to the store, distinguished by replica",
    why: "Thanos' own name for it.",
    series: ["A", "B"].flatMap((replica) =>
      again(healthyCapability("thanos-labels", STOCK_NOW_MS), { replica }),
    ),
  },
  {
    id: "two-clusters",
    what: "two clusters run StatefulSets with the same names, one at 20 % and one at 30 % CPU",
    why: "They are different pods: the worse counts, at 30 %, and never their sum of 50 %.",
    series: ["east", "west"].flatMap((cluster) =>
      again(
        cluster === "east"
          ? healthyCapability("two-clusters", STOCK_NOW_MS)
          : healthyCapability("two-clusters", STOCK_NOW_MS).map((each) =>
              each.name === "container_cpu_usage_seconds_total" ? { ...each, at: growing(0.3) } : each,
            ),
        { cluster },
      ),
    ),
    expected: { "saturation/cpu": 0.3, ...FOUR_REPLICAS },
  },
  {
    id: "cluster-limits",
    what: "two clusters have pods of the same name with limits of their own: 90 % of half a core, and 20 % of four cores",
    why: "Usage is divided by the limit of its own cluster: 0.45 of 0.5 is 90 %, and not 0.45 of 4.",
    series: ["east", "west"].flatMap((cluster) =>
      again(
        healthyCapability("cluster-limits", STOCK_NOW_MS).map((each) => {
          const isEast = cluster === "east";
          if (each.name === "container_cpu_usage_seconds_total")
            return { ...each, at: growing(isEast ? 0.45 : 0.8) };
          if (each.labels.resource === "cpu") return { ...each, at: constantly(isEast ? 0.5 : 4) };
          return each;
        }),
        { cluster },
      ),
    ),
    expected: { "saturation/cpu": 0.9, ...FOUR_REPLICAS },
  },
  {
    id: "metrics-resource",
    what: "the kubelet is scraped at /metrics/resource beside /metrics/cadvisor, and the container uses 50 %",
    why: "Both report the same container's processor time: 50 %, and not 100 %.",
    series: [
      ...healthyCapability("metrics-resource", STOCK_NOW_MS),
      ...(["container_cpu_usage_seconds_total", "container_memory_working_set_bytes"] as const).map((name) =>
        exportersOf("metrics-resource").kubelet(
          name,
          "/metrics/resource",
          { pod: "web-1-ccccc", container: "app" },
          name.includes("cpu") ? growing(0.5) : constantly(0.4 * 2 ** 30),
        ),
      ),
      ...podOf(
        exportersOf("metrics-resource"),
        { pod: "web-1-ccccc", container: "app" },
        { cores: 0.5, memoryShare: 0.4 },
      ),
    ],
    expected: { "saturation/cpu": 0.5 },
  },
  {
    id: "two-cgroups",
    what: "cAdvisor shows a container under the cgroup before its restart and the one after",
    why: "The rows of one container are not added: the busier is what it uses.",
    series: [
      ...healthyCapability("two-cgroups", STOCK_NOW_MS),
      exportersOf("two-cgroups").cadvisor(
        "container_cpu_usage_seconds_total",
        { pod: "web-1-aaaaa", container: "app" },
        growing(0.15),
        { cpu: "total", id: "/kubepods.slice/old.scope", name: "before-the-restart" },
      ),
    ],
  },
  {
    id: "per-cpu",
    what: "a cAdvisor that reports each processor",
    why: "The processors of one row do add up: 0.2 and 0.3 cores of one are 50 %.",
    series: [
      ...healthyCapability("per-cpu", STOCK_NOW_MS).filter(
        ({ name }) => name !== "container_cpu_usage_seconds_total",
      ),
      ...[0.2, 0.3].map((cores, index) =>
        exportersOf("per-cpu").cadvisor(
          "container_cpu_usage_seconds_total",
          { pod: "web-1-aaaaa", container: "app" },
          growing(cores),
          { cpu: `cpu0${index}` },
        ),
      ),
    ],
    expected: { "saturation/cpu": 0.5 },
  },
  {
    id: "two-kube-states",
    what: "two kube-state-metrics at once, while a container restarted twice",
    why: "Both count the same two restarts and the same two replicas.",
    series: [
      ...withRestarts("two-kube-states", [
        restartsOf("two-kube-states", (minute) => (minute < -20 ? 5 : minute < -10 ? 6 : 7)),
      ]),
      ...withRestarts("two-kube-states", [
        restartsOf("two-kube-states", (minute) => (minute < -20 ? 5 : minute < -10 ? 6 : 7)),
      ])
        .filter(({ labels }) => labels.job === "kube-state-metrics")
        .map((each) => ({ ...each, labels: { ...each.labels, ...SECOND_KUBE_STATE } })),
    ],
    expected: { "restarts/restarts": 2 },
  },
  {
    id: "moved-kube-state",
    what: "kube-state-metrics moved to another instance 10 minutes ago, and a container had restarted seven times last week",
    why: "The counter goes on at 7: nothing restarted.",
    series: withRestarts("moved-kube-state", [
      restartsOf("moved-kube-state", between(-90, -10, constantly(7))),
      restartsOf("moved-kube-state", between(-10, 1, constantly(7)), SECOND_KUBE_STATE.instance),
    ]),
  },
  {
    id: "moved-and-crashed",
    what: "kube-state-metrics moved 10 minutes ago, a container restarted once before that and once after",
    why: "Neither instance saw both; together they saw two.",
    series: withRestarts("moved-and-crashed", [
      restartsOf(
        "moved-and-crashed",
        between(-90, -10, (minute) => (minute < -20 ? 7 : 8)),
      ),
      restartsOf(
        "moved-and-crashed",
        between(-10, 1, (minute) => (minute < -5 ? 8 : 9)),
        SECOND_KUBE_STATE.instance,
      ),
    ]),
    expected: { "restarts/restarts": 2 },
  },
  {
    id: "new-kube-state",
    what: "kube-state-metrics was installed 10 minutes ago, and a container had restarted seven times before",
    why: "What happened before the first sample isn't known to have happened in the window.",
    series: withRestarts("new-kube-state", [restartsOf("new-kube-state", between(-10, 1, constantly(7)))]),
  },
  {
    id: "counter-reset",
    what: "a container's counter fell from 5 to 0 when its node rebooted, and rose to 1 since",
    why: "The fall is no restart; the rise is one.",
    series: withRestarts("counter-reset", [
      restartsOf("counter-reset", (minute) => (minute < -20 ? 5 : minute < -10 ? 0 : 1)),
    ]),
    expected: { "restarts/restarts": 1 },
  },
  {
    id: "same-name-again",
    what: "a StatefulSet's pod was replaced 10 minutes ago, after six restarts long ago, by one of the same name that restarted once",
    why: "The new pod has another uid and its own counter.",
    series: withRestarts("same-name-again", [
      restartsOf("same-name-again", between(-90, -10, constantly(6))),
      exportersOf("same-name-again").kubeState(
        "kube_pod_container_status_restarts_total",
        { pod: "web-1-aaaaa", uid: "another", container: "app" },
        between(-10, 1, (minute) => (minute < -5 ? 0 : 1)),
      ),
    ]),
    expected: { "restarts/restarts": 1 },
  },
  {
    id: "two-reasons",
    what: "kube-state-metrics is replaced while a termination's reason changes",
    why: "Two reasons for one container are two events, and no error for the whole range.",
    series: [...healthyCapability("two-reasons", STOCK_NOW_MS), ...TERMINATIONS],
  },
  {
    id: "failing-twice-seen",
    what: "a tenth of the requests fail, seen by both Prometheus of a pair, and one of them misses the failures",
    why: "Failures and requests are each counted once, so the share is that of the better informed.",
    series: [
      ...again(healthyCapability("failing-twice-seen", STOCK_NOW_MS), { prometheus_replica: "a" }),
      ...again(healthyCapability("failing-twice-seen", STOCK_NOW_MS), { prometheus_replica: "b" }),
      ...again(
        requestsOf(exportersOf("failing-twice-seen"), {
          service: "web",
          pod: "web-1-aaaaa",
          code: "503",
          perSecond: 0.4 / 0.9,
          seconds: 0.2,
          bounds: [0.1, 0.25, 0.5, 1, 2.5, 5],
        }),
        { prometheus_replica: "b" },
      ),
    ],
    expected: { "error-rate/error-rate": 0.1 },
  },
  {
    id: "scaled-in-two-clusters",
    what: "a second cluster has a Deployment of the same name with other replicas",
    why: "Two Deployments: their replicas add up, and none is counted twice.",
    series: [
      ...again(healthyCapability("scaled-in-two-clusters", STOCK_NOW_MS), { cluster: "east" }),
      ...again(
        workloadOf(exportersOf("scaled-in-two-clusters"), {
          kind: "deployment",
          name: "web",
          wanted: 3,
          ready: 3,
        }),
        { cluster: "west" },
      ),
    ],
    expected: { replicasWanted: 5, replicasReady: 5, replicasUpdated: 5 },
  },
];
