import { healthyCapability, podOf, replicaSetOf, workloadOf } from "../capability";
import { again, constantly, exportersOf, type StockSeries } from "../exporters";
import { type Scenario, STOCK_NOW_MS } from "../scenario";

const secondsAt = (minute: number) => STOCK_NOW_MS / 1000 + minute * 60;

/** When the pods of an object were created, and whose they are. */
function podsCreated(
  id: string,
  owner: { kind: string; name: string },
  pods: Record<string, StockSeries["at"]>,
): StockSeries[] {
  const { kubeState } = exportersOf(id);
  return Object.entries(pods).flatMap(([pod, created]) => {
    const labels = { pod, uid: `uid-of-${pod}` };
    const owned = { ...labels, owner_kind: owner.kind, owner_name: owner.name, owner_is_controller: "true" };
    return [
      kubeState("kube_pod_owner", owned, (minute) => (created(minute) === null ? null : 1)),
      kubeState("kube_pod_created", labels, created),
    ];
  });
}

const created =
  (atMinute: number, untilMinute = 1): StockSeries["at"] =>
  (minute) =>
    minute >= atMinute && minute < untilMinute ? secondsAt(atMinute) : null;

/** The healthy capability without its replica set and its pods' owners, which each scenario adds itself. */
const withoutReplicaSets = (id: string) =>
  healthyCapability(id, STOCK_NOW_MS).filter(
    ({ name }) => !name.startsWith("kube_replicaset_") && name !== "kube_pod_owner",
  );

/** 1.0.0 was replaced by 2.0.0 an hour ago, and is back since 20 minutes. */
function rolledBack(id: string): StockSeries[] {
  const exporters = exportersOf(id);
  const isBack = (minute: number) => minute >= -20;
  return [
    ...withoutReplicaSets(id),
    ...replicaSetOf(
      exporters,
      {
        name: "web-1",
        version: "1.0.0",
        createdAtMinute: -80,
        replicas: (m) => (m < -60 || isBack(m) ? 2 : 0),
      },
      STOCK_NOW_MS,
    ),
    ...replicaSetOf(
      exporters,
      { name: "web-2", version: "2.0.0", createdAtMinute: -60, replicas: (m) => (isBack(m) ? 0 : 2) },
      STOCK_NOW_MS,
    ),
    ...podsCreated(id, { kind: "ReplicaSet", name: "web-2" }, { "web-2-aaaaa": created(-60, -20) }),
    ...podsCreated(
      id,
      { kind: "ReplicaSet", name: "web-1" },
      { "web-1-aaaaa": created(-20), "web-1-bbbbb": created(-19) },
    ),
  ];
}

/** A StatefulSet of two pods beside the Deployment, which is changed once at a minute. */
function statefulSet(
  id: string,
  pods: Record<string, StockSeries["at"]>,
  { createdAtMinute = -85, changesAtMinute = -30, updated = 2 } = {},
): StockSeries[] {
  const exporters = exportersOf(id);
  const { kubeState } = exporters;
  const labels = { statefulset: "db" };
  const revision = (name: string, at: StockSeries["at"]) =>
    kubeState("kube_statefulset_status_update_revision", { ...labels, revision: name }, at);
  const since =
    (value: (isChanged: boolean) => number | null): StockSeries["at"] =>
    (minute) =>
      minute < createdAtMinute ? null : value(minute >= changesAtMinute);
  return [
    ...healthyCapability(id, STOCK_NOW_MS),
    ...workloadOf(exporters, { kind: "statefulset", name: "db", wanted: 2, ready: 2, updated }),
    kubeState("kube_statefulset_created", labels, created(createdAtMinute)),
    kubeState(
      "kube_statefulset_metadata_generation",
      labels,
      since((isChanged) => (isChanged ? 2 : 1)),
    ),
    revision(
      "db-5f6",
      since((isChanged) => (isChanged ? null : 1)),
    ),
    revision(
      "db-7c9",
      since((isChanged) => (isChanged ? 1 : null)),
    ),
    ...podsCreated(id, { kind: "StatefulSet", name: "db" }, pods),
  ];
}

/** A DaemonSet of two pods beside the Deployment, whose generation changes 30 minutes ago. */
function daemonSet(id: string, pods = { "agent-x": created(-28) }, updated = 2): StockSeries[] {
  const exporters = exportersOf(id);
  const labels = { daemonset: "agent" };
  return [
    ...healthyCapability(id, STOCK_NOW_MS),
    ...workloadOf(exporters, { kind: "daemonset", name: "agent", wanted: 2, ready: 2, updated }),
    exporters.kubeState("kube_daemonset_created", labels, created(-85)),
    exporters.kubeState("kube_daemonset_metadata_generation", labels, (minute) => (minute < -30 ? 3 : 4)),
    ...podsCreated(id, { kind: "DaemonSet", name: "agent" }, pods),
  ];
}

/** The version of a StatefulSet or a DaemonSet, where it is allow-listed: 5.0.0, and since 30 minutes 5.1.0. */
const versionsOf = (id: string, kind: "statefulset" | "daemonset", name: string): StockSeries[] => {
  const labelled = (version: string, at: StockSeries["at"]) =>
    exportersOf(id).kubeState(
      `kube_${kind}_labels`,
      { [kind]: name, label_app_kubernetes_io_version: version },
      at,
    );
  return [
    labelled("5.0.0", (minute) => (minute < -30 ? 1 : null)),
    labelled("5.1.0", (minute) => (minute < -30 ? null : 1)),
  ];
};

/** As two kube-state-metrics report it at once. */
const twiceSeen = (series: readonly StockSeries[]): StockSeries[] => [
  ...series,
  ...again(
    series.filter(({ labels }) => labels.job === "kube-state-metrics"),
    { instance: "10.244.0.99:8080" },
  ),
];

const DB = { replicasWanted: 4, replicasReady: 4, replicasUpdated: 4 };
const UNDERWAY = { ...DB, replicasUpdated: 3 };

export const DEPLOYMENTS: readonly Scenario[] = [
  {
    id: "rolled-back",
    what: "a Deployment is rolled back to a replica set that was there before",
    why: "The rollback is the last deployment, when the first pod of the old version was made again.",
    series: rolledBack("rolled-back"),
    deployments: ["1.0.0 -80", "2.0.0 -60", "1.0.0 -20"],
  },
  {
    id: "rolled-back-twice-seen",
    what: "a rollback that two kube-state-metrics report",
    why: "It is one deployment.",
    series: twiceSeen(rolledBack("rolled-back-twice-seen")),
    deployments: ["1.0.0 -80", "2.0.0 -60", "1.0.0 -20"],
  },
  {
    id: "old-set-leaves",
    what: "a rollout took the old replica set's replicas away, and the last of its pods, which a drained node had moved, still ends",
    why: "The old version was last deployed when its set was made, and not when its pod was moved.",
    series: [
      ...withoutReplicaSets("old-set-leaves"),
      ...replicaSetOf(
        exportersOf("old-set-leaves"),
        { name: "web-1", version: "1.0.0", createdAtMinute: -80, replicas: (m) => (m < -3 ? 2 : 0) },
        STOCK_NOW_MS,
      ),
      ...replicaSetOf(
        exportersOf("old-set-leaves"),
        { name: "web-2", version: "2.0.0", createdAtMinute: -5, replicas: (m) => (m < -4 ? 1 : 2) },
        STOCK_NOW_MS,
      ),
      ...podsCreated(
        "old-set-leaves",
        { kind: "ReplicaSet", name: "web-1" },
        { "web-1-aaaaa": created(-20) },
      ),
      ...podsCreated(
        "old-set-leaves",
        { kind: "ReplicaSet", name: "web-2" },
        { "web-2-aaaaa": created(-5), "web-2-bbbbb": created(-4) },
      ),
    ],
    deployments: ["1.0.0 -80", "2.0.0 -5"],
  },
  {
    id: "woken",
    what: "a Deployment was scaled to zero and is back since 20 minutes",
    why: "Nothing new was deployed.",
    series: [
      ...withoutReplicaSets("woken").filter(({ name }) => name !== "kube_deployment_spec_replicas"),
      exportersOf("woken").kubeState("kube_deployment_spec_replicas", { deployment: "web" }, (minute) =>
        minute >= -40 && minute < -20 ? 0 : 2,
      ),
      ...replicaSetOf(
        exportersOf("woken"),
        {
          name: "web-1",
          version: "1.0.0",
          createdAtMinute: -80,
          replicas: (m) => (m >= -40 && m < -20 ? 0 : 2),
        },
        STOCK_NOW_MS,
      ),
      ...podsCreated("woken", { kind: "ReplicaSet", name: "web-1" }, { "web-1-aaaaa": created(-20) }),
    ],
    deployments: ["1.0.0 -80"],
  },
  {
    id: "moved-pods",
    what: "a drained node moved all pods of a Deployment 20 minutes ago",
    why: "New pods of the same version are no deployment.",
    series: [
      ...withoutReplicaSets("moved-pods"),
      ...replicaSetOf(
        exportersOf("moved-pods"),
        { name: "web-1", version: "1.0.0", createdAtMinute: -80, replicas: constantly(2) },
        STOCK_NOW_MS,
      ),
      ...podsCreated("moved-pods", { kind: "ReplicaSet", name: "web-1" }, { "web-1-aaaaa": created(-20) }),
    ],
    deployments: ["1.0.0 -80"],
  },
  {
    id: "stateful-rollout",
    what: "a StatefulSet rolled out another revision 30 minutes ago, one pod after the other",
    why: "It has no replica sets: its revision and its pods show it.",
    series: statefulSet("stateful-rollout", { "db-0": created(-27), "db-1": created(-29) }),
    expected: DB,
    deployments: ["db -85", "1.0.0 -80", "db -29"],
  },
  {
    id: "stateful-underway",
    what: "a StatefulSet's rollout has replaced one pod of two, and a drained node had moved the other one an hour ago",
    why: "It counts once all pods are replaced. The oldest pod is of the revision before, and moving it was no deployment.",
    series: statefulSet("stateful-underway", { "db-0": created(-60), "db-1": created(-29) }, { updated: 1 }),
    expected: UNDERWAY,
    deployments: ["db -85", "1.0.0 -80"],
  },
  {
    id: "stateful-versions",
    what: "a StatefulSet with an allow-listed version rolled out another one 30 minutes ago",
    why: "Each version has its own time: the version before was not rolled out again, and the new one was not there at the creation.",
    series: [
      ...statefulSet("stateful-versions", { "db-0": created(-27), "db-1": created(-29) }),
      ...versionsOf("stateful-versions", "statefulset", "db"),
    ],
    expected: DB,
    deployments: ["db -85", "1.0.0 -80", "5.1.0 -29"],
  },
  {
    id: "stateful-versions-underway",
    what: "a StatefulSet with an allow-listed version has replaced one pod of two",
    why: "The new version counts once all pods are of it.",
    series: [
      ...statefulSet(
        "stateful-versions-underway",
        { "db-0": created(-85), "db-1": created(-29) },
        { updated: 1 },
      ),
      ...versionsOf("stateful-versions-underway", "statefulset", "db"),
    ],
    expected: UNDERWAY,
    deployments: ["db -85", "1.0.0 -80"],
  },
  {
    id: "stateful-unchanged",
    what: "a StatefulSet with an allow-listed version was never changed, which two kube-state-metrics report",
    why: "Its generation proves that its version was there at its creation.",
    series: twiceSeen([
      ...statefulSet(
        "stateful-unchanged",
        { "db-0": created(-85), "db-1": created(-84) },
        { changesAtMinute: 60 },
      ),
      exportersOf("stateful-unchanged").kubeState(
        "kube_statefulset_labels",
        { statefulset: "db", label_app_kubernetes_io_version: "5.0.0" },
        constantly(1),
      ),
    ]),
    expected: DB,
    deployments: ["5.0.0 -85", "1.0.0 -80"],
  },
  {
    id: "stateful-changed-earlier",
    what: "a StatefulSet with an allow-listed version rolled out another one before the window",
    why: "Its creation is not its last deployment, and nothing shows when that was.",
    series: [
      ...statefulSet(
        "stateful-changed-earlier",
        { "db-0": created(-75), "db-1": created(-74) },
        { createdAtMinute: -300, changesAtMinute: -200 },
      ),
      exportersOf("stateful-changed-earlier").kubeState(
        "kube_statefulset_labels",
        { statefulset: "db", label_app_kubernetes_io_version: "5.0.0" },
        constantly(1),
      ),
    ],
    expected: DB,
    deployments: ["1.0.0 -80"],
  },
  {
    id: "daemon-versions",
    what: "a DaemonSet with an allow-listed version rolled out another one 30 minutes ago",
    why: "It is as with a StatefulSet.",
    series: [...daemonSet("daemon-versions"), ...versionsOf("daemon-versions", "daemonset", "agent")],
    expected: DB,
    deployments: ["agent -85", "1.0.0 -80", "5.1.0 -28"],
  },
  {
    id: "daemon-underway",
    what: "a DaemonSet's rollout has replaced one pod of two, and a node that joined an hour ago made the other one",
    why: "It counts once all pods are replaced. A new node is no deployment.",
    series: daemonSet("daemon-underway", { "agent-x": created(-60) }, 1),
    expected: UNDERWAY,
    deployments: ["agent -85", "1.0.0 -80"],
  },
  {
    id: "daemon-seen-elsewhere",
    what: "kube-state-metrics moved to another instance at the moment at which a DaemonSet's generation changed",
    why: "The change is seen over all instances.",
    series: daemonSet("daemon-seen-elsewhere").flatMap((each) =>
      each.name === "kube_daemonset_metadata_generation"
        ? [
            { ...each, at: (minute: number) => (minute < -30 ? each.at(minute) : null) },
            ...again([{ ...each, at: (minute) => (minute < -30 ? null : each.at(minute)) }], {
              instance: "10.244.0.99:8080",
            }),
          ]
        : [each],
    ),
    expected: DB,
    deployments: ["agent -85", "1.0.0 -80", "agent -28"],
  },
  {
    id: "daemon-rollout",
    what: "a DaemonSet's generation changed 30 minutes ago",
    why: "A DaemonSet shows its template by nothing else.",
    series: daemonSet("daemon-rollout"),
    expected: DB,
    deployments: ["agent -85", "1.0.0 -80", "agent -28"],
  },
  {
    id: "evicted",
    what: "a pod of the version before was evicted and lies about as Failed",
    why: "It doesn't run, so its version doesn't.",
    series: [
      ...healthyCapability("evicted", STOCK_NOW_MS),
      ...podOf(exportersOf("evicted"), { pod: "web-0-aaaaa", container: "app" }).flatMap((each) => {
        if (each.name === "kube_pod_container_info")
          return [{ ...each, labels: { ...each.labels, image: "registry.example/app:0.9.0" } }];
        if (each.name !== "kube_pod_status_phase") return [];
        return [{ ...each, at: constantly(each.labels.phase === "Failed" ? 1 : 0) }];
      }),
    ],
    deployments: ["1.0.0 -80"],
  },
];
