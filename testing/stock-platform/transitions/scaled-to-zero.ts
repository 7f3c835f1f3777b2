import { judgedLines } from "@/alerting/fleet/questions";
import { defaultBundle } from "../../evaluation";
import { workloadOf } from "../capability";
import { constantly, exportersOf, growing, type StockSeries } from "../exporters";
import { STOCK_NOW_MS } from "../scenario";
import { capabilityWith, during, seriesNamed, type TransitionScenario, until } from "./transition-scenario";

const PROBE = seriesNamed("probe_success");
const WANTED = seriesNamed("kube_deployment_spec_replicas");
const READY = seriesNamed("kube_deployment_status_replicas_ready");
const ofPods = ({ labels }: StockSeries) => labels.pod !== undefined;

const LINES = judgedLines(defaultBundle()).map(({ lineKey }) => lineKey);

type Change = Parameters<typeof capabilityWith>[1][number];

/** From one minute to another nothing is wanted, so that there are no pods and each probe fails. */
const atZero = (from: number, to: number): Change[] => [
  [WANTED, during(from, to, 0)],
  [READY, during(from, to, 0)],
  [PROBE, during(from, to, 0)],
  [ofPods, during(from + 0.5, to, null)],
];

/** Both pods are asked to end, which takes half a minute. */
const ending = (id: string, from: number): StockSeries[] =>
  ["web-1-aaaaa", "web-1-bbbbb"].map((pod) =>
    exportersOf(id).kubeState(
      "kube_pod_deletion_timestamp",
      { pod, uid: `uid-of-${pod}` },
      during(from, from + 0.5, STOCK_NOW_MS / 1000 + from * 60)(() => null),
    ),
  );

/** From one minute to another kube-state-metrics is down. */
const withoutKubeState = (series: readonly StockSeries[], from: number, to: number): StockSeries[] =>
  series.map((each) =>
    each.name.startsWith("kube_") ? { ...each, at: during(from, to, null)(each.at) } : each,
  );

/** A pod whose controller's replicas kube-state-metrics doesn't report. */
const foreignPod = (id: string): StockSeries =>
  exportersOf(id).kubeState(
    "kube_pod_info",
    { pod: "rollout-7f", uid: "uid-of-rollout-7f", node: "node-a", created_by_kind: "ReplicaSet" },
    constantly(1),
  );

/** A ReplicaSet of a controller that kube-state-metrics knows nothing of. */
function rolloutOf(id: string, replicas: StockSeries["at"]): StockSeries[] {
  const labels = { replicaset: "rollout-7f" };
  const { kubeState } = exportersOf(id);
  return [
    kubeState("kube_replicaset_spec_replicas", labels, replicas),
    kubeState(
      "kube_replicaset_owner",
      { ...labels, owner_kind: "Rollout", owner_name: "rollout", owner_is_controller: "true" },
      constantly(1),
    ),
  ];
}

/** The Deployment is at zero all the time, and from a minute on there are no pods, so that each probe fails. */
const goneSince = (from: number): Change[] => [
  [WANTED, during(-90, 1, 0)],
  [READY, during(-90, 1, 0)],
  [PROBE, during(from, 1, 0)],
  [ofPods, until(from)],
];

/** A Deployment in another cluster that was at zero all the time. */
const standbyOf = (id: string): StockSeries[] =>
  workloadOf(exportersOf(id), { kind: "deployment", name: "web", wanted: 0, ready: 0 }).map((series) => ({
    ...series,
    labels: { ...series.labels, cluster: "b" },
  }));

/** What is known of the other lines where the pods have had no data for an hour. */
const WITHOUT_PODS = {
  "latency/p95": "missing -57.5",
  "error-rate/error-rate": "missing -57.5",
  "saturation/cpu": "missing -57",
  "saturation/memory": "missing -57",
  "restarts/restarts": "missing -57",
};

/** The same turns of every line. */
const ofAllLines = (turns: string): Record<string, string> =>
  Object.fromEntries(LINES.map((line) => [line, turns]));

/** Who else may say that requests are answered: the metric, and the labels of a good and of a bad answer. */
const SERVING: readonly [software: string, metric: string, good: object, bad: object][] = [
  ["ingress-nginx", "nginx_ingress_controller_requests", { status: "200" }, { status: "503" }],
  ["traefik", "traefik_service_requests_total", { code: "200" }, { code: "503" }],
  [
    "istio",
    "istio_requests_total",
    { reporter: "destination", response_code: "200" },
    { reporter: "destination", response_code: "503" },
  ],
  [
    "envoy",
    "envoy_cluster_upstream_rq_xx",
    { envoy_response_code_class: "2" },
    { envoy_response_code_class: "5" },
  ],
  [
    "caddy",
    "caddy_http_request_duration_seconds_count",
    { handler: "subroute", code: "200" },
    { handler: "subroute", code: "502" },
  ],
  [
    "opentelemetry",
    "http_server_request_duration_seconds_count",
    { http_response_status_code: "200" },
    { http_response_status_code: "503" },
  ],
  ["grpc", "grpc_server_handled_total", { grpc_code: "OK" }, { grpc_code: "Unavailable" }],
];

/** Everything is at zero, and what stands before it counts requests. */
function zeroBehind(id: string, metric: string, labels: object): StockSeries[] {
  const counted = exportersOf(id).series(metric, { tenant: id, ...labels }, growing(4));
  return capabilityWith(id, atZero(-60, 1), [...ending(id, -60), counted]);
}

const BEHIND: readonly TransitionScenario[] = SERVING.flatMap(([software, metric, good, bad]) => [
  {
    id: `t-zero-answered-by-${software}`,
    what: `everything is at zero, no probe succeeds, and ${software} counts answered requests`,
    why: "Something serves that no workload reports, once what was answered before the zero is past.",
    series: zeroBehind(`t-zero-answered-by-${software}`, metric, good),
    story: {
      ...ofAllLines("not-wanted -59, missing -55"),
      "availability/availability": "not-wanted -59, fresh -55, pending -55, firing -53",
      "availability/replicas": "not-wanted -59, fresh -55",
      "availability/pods": "not-wanted -59, fresh -55",
      "saturation/storage": "not-wanted -59, fresh -55",
    },
  },
  {
    id: `t-zero-refused-by-${software}`,
    what: `everything is at zero, and ${software} refuses each request for that`,
    why: "An error answers nobody.",
    series: zeroBehind(`t-zero-refused-by-${software}`, metric, bad),
    story: ofAllLines("not-wanted -59"),
  },
]);

export const SCALED_TO_ZERO: readonly TransitionScenario[] = [
  ...BEHIND,
  {
    id: "t-scaled-to-zero",
    what: "everything is scaled to zero on purpose for half an hour, and up again",
    why: "Nothing is judged, nor what failed in the window before it was ready again; no line is said to recover.",
    series: capabilityWith("t-scaled-to-zero", atZero(-60, -30), ending("t-scaled-to-zero", -60)),
    story: ofAllLines("not-wanted -59, fresh -25.5"),
  },
  {
    id: "t-zero-for-good",
    what: "everything was scaled to zero 80 minutes ago",
    why: "It stays unjudged for as long as nothing is wanted.",
    series: capabilityWith("t-zero-for-good", atZero(-80, 1), ending("t-zero-for-good", -80)),
    story: ofAllLines("not-wanted -79"),
  },
  {
    id: "t-zero-without-kube-state",
    what: "everything is at zero, and kube-state-metrics is down for twenty minutes meanwhile",
    why: "What was at zero is held for that while nothing shows what is wanted: that no probe succeeds shows no outage.",
    series: withoutKubeState(
      capabilityWith("t-zero-without-kube-state", atZero(-60, 1), ending("t-zero-without-kube-state", -60)),
      -40,
      -20,
    ),
    story: ofAllLines("not-wanted -59"),
  },
  {
    id: "t-zero-without-a-shard",
    what: "two Deployments are at zero, and the kube-state-metrics that reports one of them is down for good",
    why: "The other one's reports deny nothing: what was reported within a day, and isn't now, was at zero.",
    series: [
      ...capabilityWith("t-zero-without-a-shard", atZero(-60, 1), ending("t-zero-without-a-shard", -60)),
      ...workloadOf(exportersOf("t-zero-without-a-shard"), {
        kind: "deployment",
        name: "worker",
        wanted: 1,
        ready: 1,
      }).map((series) => ({ ...series, at: until(-40)(during(-60, 1, 0)(series.at)) })),
    ],
    story: ofAllLines("not-wanted -59"),
  },
  {
    id: "t-scaled-up-without-kube-state",
    what: "everything is at zero, is scaled up while kube-state-metrics is down, and doesn't come up",
    why: "It is judged from the slot on in which it is reported what is wanted.",
    series: withoutKubeState(
      capabilityWith(
        "t-scaled-up-without-kube-state",
        [[WANTED, during(-60, -30, 0)], ...atZero(-60, 1).filter(([matches]) => matches !== WANTED)],
        ending("t-scaled-up-without-kube-state", -60),
      ),
      -40,
      -20,
    ),
    story: {
      ...ofAllLines("not-wanted -59, missing -19.5"),
      "availability/availability": "not-wanted -59, fresh -19.5, pending -19.5, firing -17.5",
      "availability/replicas": "not-wanted -59, fresh -19.5, pending -19.5, firing -9.5",
      "availability/pods": "not-wanted -59, fresh -19.5",
      "saturation/storage": "not-wanted -59, fresh -19.5",
    },
  },
  {
    id: "t-down-without-kube-state",
    what: "a capability that runs goes down while kube-state-metrics is down",
    why: "It wasn't at zero when that was last known, so failed probes are judged as ever.",
    series: withoutKubeState(
      capabilityWith("t-down-without-kube-state", [[PROBE, during(-30, 1, 0)]]),
      -40,
      1,
    ),
    story: {
      "availability/availability": "pending -29, firing -27",
      "availability/replicas": "missing -37.5",
      "availability/pods": "missing -37.5",
      "saturation/cpu": "missing -34",
      "saturation/memory": "missing -34",
      "restarts/restarts": "missing -37",
    },
  },
  {
    id: "t-zero-while-down",
    what: "a capability that is down for 20 minutes is scaled to zero",
    why: "Its alert fired before that, and stays open: that nothing runs doesn't mend it.",
    series: capabilityWith(
      "t-zero-while-down",
      [[PROBE, during(-80, 1, 0)], ...atZero(-60, 1).filter(([matches]) => matches !== PROBE)],
      ending("t-zero-while-down", -60),
    ),
    story: {
      ...ofAllLines("not-wanted -59.5"),
      "availability/availability": "pending -79, firing -77, not-wanted -59.5",
    },
  },
  {
    id: "t-one-at-zero",
    what: "the web's Deployment is scaled to zero, and the database's StatefulSet isn't",
    why: "One workload is wanted, so the capability is: nobody can reach it.",
    series: capabilityWith(
      "t-one-at-zero",
      [
        [WANTED, during(-60, 1, 0)],
        [READY, during(-60, 1, 0)],
        [PROBE, during(-60, 1, 0)],
      ],
      workloadOf(exportersOf("t-one-at-zero"), { kind: "statefulset", name: "db", wanted: 1, ready: 1 }),
    ),
    story: { "availability/availability": "pending -59, firing -57" },
  },
  {
    id: "t-zero-beside-a-rollout",
    what: "the only Deployment is at zero, and the pods are another controller's",
    why: "What kube-state-metrics reports no wanted replicas of isn't known to be at zero.",
    series: capabilityWith(
      "t-zero-beside-a-rollout",
      [
        [WANTED, during(-70, 1, 0)],
        [READY, during(-70, 1, 0)],
        [({ name }) => name.startsWith("http_"), until(-80)],
        [PROBE, during(-60, 1, 0)],
      ],
      [foreignPod("t-zero-beside-a-rollout")],
    ),
    story: {
      "availability/availability": "pending -59, firing -57",
      "latency/p95": "missing -77.5",
      "error-rate/error-rate": "missing -77.5",
    },
  },
  {
    id: "t-rollout-without-pods",
    what: "the only Deployment is at zero, and a ReplicaSet of another controller gets no pods any more",
    why: "The ReplicaSet wants two, and no Deployment owns it: something is wanted.",
    series: capabilityWith(
      "t-rollout-without-pods",
      goneSince(-60),
      rolloutOf("t-rollout-without-pods", constantly(2)),
    ),
    story: { ...WITHOUT_PODS, "availability/availability": "pending -59, firing -57" },
  },
  {
    id: "t-rollout-at-zero",
    what: "the only Deployment is at zero, and another controller's ReplicaSet is scaled to zero for half an hour",
    why: "The ReplicaSet is reported at zero, and in the window before it is ready again.",
    series: capabilityWith(
      "t-rollout-at-zero",
      [...atZero(-60, -30).filter(([matches]) => matches !== WANTED), [WANTED, during(-90, 1, 0)]],
      [
        ...ending("t-rollout-at-zero", -60),
        ...rolloutOf("t-rollout-at-zero", during(-60, -30, 0)(constantly(2))),
      ],
    ),
    story: ofAllLines("not-wanted -59, fresh -25.5"),
  },
  {
    id: "t-cluster-gone-standby-at-zero",
    what: "the cluster that serves is gone with all that is known of it, and a standby in another one is at zero",
    why: "What was wanted within a day and isn't reported any more was not scaled to zero.",
    series: [
      ...capabilityWith("t-cluster-gone-standby-at-zero", [[PROBE, during(-60, 1, 0)]]).map((series) =>
        PROBE(series)
          ? series
          : { ...series, labels: { ...series.labels, cluster: "a" }, at: until(-60)(series.at) },
      ),
      ...standbyOf("t-cluster-gone-standby-at-zero"),
    ],
    story: {
      ...WITHOUT_PODS,
      "saturation/storage": "missing -57",
      "availability/availability": "pending -59, firing -57",
    },
  },
  {
    id: "t-web-deleted-worker-at-zero",
    what: "the web's Deployment is deleted, and the worker's is at zero",
    why: "An object that isn't reported any more was wanted, and may have been deleted by mistake.",
    series: capabilityWith(
      "t-web-deleted-worker-at-zero",
      [
        [({ labels }) => labels.deployment !== undefined || labels.replicaset !== undefined, until(-60)],
        [PROBE, during(-60, 1, 0)],
        [ofPods, until(-60)],
      ],
      workloadOf(exportersOf("t-web-deleted-worker-at-zero"), {
        kind: "deployment",
        name: "worker",
        wanted: 0,
        ready: 0,
      }),
    ),
    story: { ...WITHOUT_PODS, "availability/availability": "pending -59, firing -57" },
  },
  {
    id: "t-served-elsewhere",
    what: "the platform has a standby at zero alone, and what serves fails, which the platform knows nothing of",
    why: "It was reached while nothing was wanted, so its workloads aren't what serves.",
    series: [
      exportersOf("t-served-elsewhere").probe(
        "https://t-served-elsewhere.example/",
        during(-60, 1, 0)(constantly(1)),
      ),
      ...standbyOf("t-served-elsewhere"),
    ],
    story: { "availability/availability": "pending -59, firing -57" },
  },
  {
    id: "t-zero-with-traffic",
    what: "everything is at zero, no probe succeeds, and requests are answered by what no workload reports",
    why: "Whoever answers requests is judged, once what was answered before the zero is past.",
    series: capabilityWith(
      "t-zero-with-traffic",
      [
        ...atZero(-60, 1).filter(([matches]) => matches !== ofPods),
        [seriesNamed("kube_replicaset_spec_replicas"), during(-60, 1, 0)],
        [({ name, labels }) => labels.pod !== undefined && !name.startsWith("http_"), until(-59.5)],
      ],
      ending("t-zero-with-traffic", -60),
    ),
    story: {
      ...ofAllLines("not-wanted -59, fresh -55"),
      "availability/availability": "not-wanted -59, fresh -55, pending -55, firing -53",
      "saturation/cpu": "not-wanted -59, missing -55",
      "saturation/memory": "not-wanted -59, missing -55",
      "restarts/restarts": "not-wanted -59, missing -55",
    },
  },
];
