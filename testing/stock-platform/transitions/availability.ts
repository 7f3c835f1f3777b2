import { workloadOf } from "../capability";
import { again, constantly, exportersOf, type StockSeries } from "../exporters";
import { STOCK_NOW_MS } from "../scenario";
import { capabilityWith, during, seriesNamed, type TransitionScenario, until } from "./transition-scenario";

const PROBE = seriesNamed("probe_success");
const READY = seriesNamed("kube_deployment_status_replicas_ready");
const ofKubeState = ({ labels }: StockSeries) => labels.job === "kube-state-metrics";

const waitingPod = (
  id: string,
  reason: string,
  { from, to }: { from: number; to: number },
  metric = "kube_pod_container_status_waiting_reason",
) =>
  exportersOf(id).kubeState(
    metric,
    { pod: "web-1-bbbbb", uid: "uid-of-web-1-bbbbb", container: "app", reason },
    (minute) => (minute >= from && minute < to ? 1 : null),
  );

/** What waits in the window of 5 minutes waits: good again 5 minutes after the last wait. */
const WAITED = "pending -59.5, firing -49.5, recovering -40, ok -35";
const secondProbe = (id: string, at: StockSeries["at"]) =>
  exportersOf(id).probe(`https://second.${id}.example/`, at);

/** A pod that an autoscaler adds at a minute and takes away again, with what its start looks like meanwhile. */
function addedPod(id: string, pod: string, { from, to }: { from: number; to: number }, start: StockSeries[]) {
  const { kubeState } = exportersOf(id);
  const object = { pod, uid: `uid-of-${pod}` };
  const createdAt = STOCK_NOW_MS / 1000 + from * 60;
  const info = { ...object, created_by_kind: "ReplicaSet", node: "node-a" };
  return [
    kubeState("kube_pod_info", info, constantly(1)),
    kubeState("kube_pod_created", object, constantly(createdAt)),
    ...start.map((each) => ({ ...each, labels: { ...each.labels, ...object } })),
  ].map((each) => ({
    ...each,
    at: (minute: number) => (minute >= from && minute < to ? each.at(minute) : null),
  }));
}

/** One such pod after the other, four minutes apart, each there for three and a half. */
const addedPods = (id: string, startOf: (from: number) => StockSeries[]) =>
  Array.from({ length: 15 }, (_, nth) => ({ pod: `web-1-burst${nth}`, from: -62 + nth * 4 })).flatMap(
    ({ pod, from }) => addedPod(id, pod, { from, to: from + 3.5 }, startOf(from)),
  );

const creating = (id: string, { from, to }: { from: number; to: number }) =>
  exportersOf(id).kubeState(
    "kube_pod_container_status_waiting_reason",
    { container: "app", reason: "ContainerCreating" },
    (minute) => (minute >= from && minute < to ? 1 : null),
  );

export const AVAILABILITY: readonly TransitionScenario[] = [
  {
    id: "t-healthy",
    what: "nothing happens",
    why: "Nothing is to be said of what is well.",
    series: capabilityWith("t-healthy", []),
    story: {},
  },
  {
    id: "t-down-a-minute",
    what: "four probes fail in a row",
    why: "16 of 20 are 80 %, for the 4 minutes until they leave the window: longer than two.",
    series: capabilityWith("t-down-a-minute", [[PROBE, during(-60, -59, 0)]]),
    story: { "availability/availability": "pending -59, firing -57, recovering -54.5, ok -49.5" },
  },
  {
    id: "t-three-lost",
    what: "three probes fail in a row",
    why: "17 of 20 are 85 %, and not below it.",
    series: capabilityWith("t-three-lost", [[PROBE, during(-60, -59.25, 0)]]),
    story: {},
  },
  {
    id: "t-second-target",
    what: "one of two addresses is down for 20 minutes",
    why: "The worst counts. At 4.5 minutes after its return two failed probes of 20 are left.",
    series: capabilityWith(
      "t-second-target",
      [],
      [secondProbe("t-second-target", during(-60, -40, 0)(constantly(1)))],
    ),
    story: { "availability/availability": "pending -59, firing -57, recovering -35.5, ok -30.5" },
  },
  {
    id: "t-target-lost",
    what: "one of two addresses is down, and isn't probed any more after ten minutes",
    why: "Nothing proves that it was taken away on purpose. Its last probe leaves the window after 5 minutes.",
    series: capabilityWith(
      "t-target-lost",
      [],
      [secondProbe("t-target-lost", until(-50)(during(-60, 1, 0)(constantly(1))))],
    ),
    story: { "availability/availability": "pending -59, firing -57, missing -44" },
  },
  {
    id: "t-prober-cut-off",
    what: "of a pair of Prometheus one can't reach the prober for half an hour",
    why: "The other one reaches the capability.",
    series: capabilityWith(
      "t-prober-cut-off",
      [],
      again(
        [
          exportersOf("t-prober-cut-off").probe(
            "https://t-prober-cut-off.example/",
            during(-60, -30, 0)(constantly(1)),
          ),
        ],
        {
          replica: "b",
        },
      ),
    ),
    story: {},
  },
  {
    id: "t-probes-end",
    what: "the prober stops",
    why: "The newest sample is older than 90 s at -48.5, and three cycles without data are a state.",
    series: capabilityWith("t-probes-end", [[PROBE, until(-50)]]),
    story: { "availability/availability": "missing -47.5" },
  },
  {
    id: "t-rollout",
    what: "one of two replicas isn't ready for eight minutes",
    why: "A rollout may take ten.",
    series: capabilityWith("t-rollout", [[READY, during(-60, -52, 1)]]),
    story: { "availability/replicas": "pending -59.5, ok -51.5" },
  },
  {
    id: "t-replica-lost",
    what: "one of two replicas isn't ready for twenty minutes",
    why: "It alerts after ten, and recovers after five good ones.",
    series: capabilityWith("t-replica-lost", [[READY, during(-60, -40, 1)]]),
    story: { "availability/replicas": "pending -59.5, firing -49.5, recovering -39.5, ok -34.5" },
  },
  {
    id: "t-database-down",
    what: "the one pod of a StatefulSet isn't ready any more",
    why: "The worst workload counts: all of the Deployment's are ready.",
    series: capabilityWith(
      "t-database-down",
      [],
      workloadOf(exportersOf("t-database-down"), {
        kind: "statefulset",
        name: "db",
        wanted: 1,
        ready: 1,
      }).map((each) => (each.name.endsWith("_ready") ? { ...each, at: during(-60, 1, 0)(each.at) } : each)),
    ),
    story: { "availability/replicas": "pending -59.5, firing -49.5" },
  },
  {
    id: "t-daemon-down",
    what: "a DaemonSet is ready on three of four nodes for twenty minutes",
    why: "It wants a pod on each node.",
    series: capabilityWith(
      "t-daemon-down",
      [],
      workloadOf(exportersOf("t-daemon-down"), { kind: "daemonset", name: "agent", wanted: 4, ready: 4 }).map(
        (each) => (each.name.endsWith("_ready") ? { ...each, at: during(-60, -40, 3)(each.at) } : each),
      ),
    ),
    story: { "availability/replicas": "pending -59.5, firing -49.5, recovering -39.5, ok -34.5" },
  },
  {
    id: "t-idle-deployment",
    what: "a second Deployment is scaled to zero, and the first one has all of its replicas",
    why: "Where nothing is wanted nothing is missing, and the others vouch for themselves.",
    series: capabilityWith(
      "t-idle-deployment",
      [],
      workloadOf(exportersOf("t-idle-deployment"), {
        kind: "deployment",
        name: "batch",
        wanted: 0,
        ready: 0,
      }),
    ),
    story: {},
  },
  {
    id: "t-surplus",
    what: "a Deployment has one replica too many while another one lacks one",
    why: "A surplus is no substitute.",
    series: capabilityWith(
      "t-surplus",
      [[READY, during(-60, -40, 1)]],
      workloadOf(exportersOf("t-surplus"), { kind: "deployment", name: "api", wanted: 2, ready: 3 }),
    ),
    story: { "availability/replicas": "pending -59.5, firing -49.5, recovering -39.5, ok -34.5" },
  },
  {
    id: "t-image",
    what: "a pod waits for its image for 15 minutes",
    why: WAITED,
    series: capabilityWith(
      "t-image",
      [],
      [waitingPod("t-image", "ImagePullBackOff", { from: -60, to: -45 })],
    ),
    story: { "availability/pods": WAITED },
  },
  {
    id: "t-crash-loop",
    what: "a container in a crash loop runs for a minute of every five, and its reason is at 0 then",
    why: "It waited within the last five minutes, whenever one looks.",
    series: capabilityWith(
      "t-crash-loop",
      [],
      [
        exportersOf("t-crash-loop").kubeState(
          "kube_pod_container_status_waiting_reason",
          { pod: "web-1-bbbbb", uid: "uid-of-web-1-bbbbb", container: "app", reason: "CrashLoopBackOff" },
          (minute) => (minute >= -60 && (minute + 60) % 5 < 4 ? 1 : 0),
        ),
      ],
    ),
    story: { "availability/pods": "pending -59.5, firing -49.5" },
  },
  {
    id: "t-init-waits",
    what: "an init container waits for a config map that doesn't exist",
    why: "An init container is part of its pod.",
    series: capabilityWith(
      "t-init-waits",
      [],
      [
        waitingPod(
          "t-init-waits",
          "CreateContainerConfigError",
          { from: -60, to: -45 },
          "kube_pod_init_container_status_waiting_reason",
        ),
      ],
    ),
    story: { "availability/pods": WAITED },
  },
  {
    id: "t-unschedulable",
    what: "no node takes a pod for twenty minutes",
    why: "This is a gauge, so it counts as it is.",
    series: capabilityWith(
      "t-unschedulable",
      [],
      [
        exportersOf("t-unschedulable").kubeState(
          "kube_pod_status_unschedulable",
          { pod: "web-1-bbbbb", uid: "uid-of-web-1-bbbbb" },
          during(-60, -40, 1)(constantly(0)),
        ),
      ],
    ),
    story: { "availability/pods": "pending -59.5, firing -49.5, recovering -39.5, ok -34.5" },
  },
  {
    id: "t-autoscaling",
    what: "an autoscaler adds a pod every four minutes, whose image takes a minute",
    why: "Each of them starts as it should: none is stuck, however many there are.",
    series: capabilityWith(
      "t-autoscaling",
      [],
      addedPods("t-autoscaling", (from) => [creating("t-autoscaling", { from, to: from + 1 })]),
    ),
    story: {},
  },
  {
    id: "t-nodes-added",
    what: "an autoscaler adds a pod every four minutes, and each waits three minutes for a new node",
    why: "A pod that is younger than five minutes may wait for its node.",
    series: capabilityWith(
      "t-nodes-added",
      [],
      addedPods("t-nodes-added", (from) => [
        exportersOf("t-nodes-added").kubeState("kube_pod_status_unschedulable", {}, (minute) =>
          minute < from + 3 ? 1 : 0,
        ),
      ]),
    ),
    story: {},
  },
  {
    id: "t-creating",
    what: "a pod's volume can't be mounted, so that its container isn't created for 40 minutes",
    why: "It is stuck once it is five minutes old, and alerts ten minutes later. The other two run.",
    series: capabilityWith(
      "t-creating",
      [],
      addedPod("t-creating", "web-1-ccccc", { from: -62, to: 1 }, [
        creating("t-creating", { from: -62, to: -22 }),
      ]),
    ),
    story: { "availability/pods": "pending -56.5, firing -46.5, recovering -17, ok -12" },
  },
  {
    id: "t-creating-unknown-age",
    what: "the same, where kube-state-metrics doesn't say when a pod was created",
    why: "Nothing shows that it is young.",
    series: capabilityWith(
      "t-creating-unknown-age",
      [],
      addedPod("t-creating-unknown-age", "web-1-ccccc", { from: -62, to: 1 }, [
        creating("t-creating-unknown-age", { from: -62, to: -22 }),
      ]).filter(({ name }) => name !== "kube_pod_created"),
    ),
    story: { "availability/pods": "pending -61.5, firing -51.5, recovering -17, ok -12" },
  },
  {
    id: "t-initializing",
    what: "an init container works for half an hour, and its pod's containers wait for it",
    why: "PodInitializing is no fault, of either.",
    series: capabilityWith(
      "t-initializing",
      [],
      [
        waitingPod("t-initializing", "PodInitializing", { from: -60, to: -30 }),
        waitingPod(
          "t-initializing",
          "PodInitializing",
          { from: -60, to: -30 },
          "kube_pod_init_container_status_waiting_reason",
        ),
      ],
    ),
    story: {},
  },
  {
    id: "t-job-waits",
    what: "a migration's pod waits for its image for half an hour",
    why: "A job's pods are no part of how the capability fares.",
    series: capabilityWith(
      "t-job-waits",
      [],
      [
        exportersOf("t-job-waits").kubeState(
          "kube_pod_info",
          { pod: "migrate-x", uid: "uid-of-migrate-x", created_by_kind: "Job", node: "node-a" },
          constantly(1),
        ),
        exportersOf("t-job-waits").kubeState(
          "kube_pod_container_status_waiting_reason",
          { pod: "migrate-x", uid: "uid-of-migrate-x", container: "migrate", reason: "ErrImagePull" },
          (minute) => (minute >= -60 && minute < -30 ? 1 : null),
        ),
      ],
    ),
    story: {},
  },
  {
    id: "t-kube-state-ends",
    what: "kube-state-metrics stops",
    why: "Replicas and pods are stale after 90 s, restarts after 120 s. Limits are found for 5 minutes, then no share is known.",
    series: capabilityWith("t-kube-state-ends", [[ofKubeState, until(-60)]]),
    story: {
      "availability/replicas": "missing -57.5",
      "availability/pods": "missing -57.5",
      "saturation/cpu": "missing -54",
      "saturation/memory": "missing -54",
      "restarts/restarts": "missing -57",
    },
  },
];
