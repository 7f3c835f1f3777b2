import {
  CAPABILITY_IDS,
  CHARACTERS,
  NODE_IDS,
  namespaceOf,
  type ResidentId,
  usedVolumeBytes,
} from "../characters";
import type { ClusterView, PodView, Termination } from "../cluster-view";
import { hasSidecar } from "../containers";
import { kubeStateSamples } from "../exporters/kube-state/kube-state";
import { jobViews } from "../jobs/job";
import { type Random, seededRandom } from "../random";
import { type Past, type PastPod, pastPods, podsOf, type ScenarioAlert, workloadBefore } from "../scenario";
import { kubeletTarget, kubeStateTarget, nodeExporterTarget, podTarget } from "../targets";
import { jobWriter } from "./job-lines";
import { grid, type HistoryStretch, Line } from "./lines";
import { RequestHistory } from "./requests";
import { ResourceHistory } from "./resources";
import { sidecarWriter } from "./sidecar-lines";

const DAY_MS = 86_400_000;
export const DAYS = 7;

/** Text of one stretch, each series in ascending order over all stretches. */
type Writer = (stretch: HistoryStretch) => Generator<string>;

/** The week as OpenMetrics text, in pieces of lines. */
export type Week = {
  /** One of the seven days, 0 being the oldest. To be read in order, since counters run on from one to the next. */
  day(nth: number): Generator<string>;
  /** The moments from the week's end up to `nowMs`: written last, so that little is missing when the live series begin. */
  tail(nowMs: number): Generator<string>;
};

/** @param seed the same one gives the same week, but for where it lies in time */
export function writeWeek(past: Past, seed: number): Week {
  const writers: Writer[] = [
    ...pastPods(past).map(({ id, pod }, index) => podWriter(past, id, pod, seededRandom(seed + index))),
    probeWriter(past, seededRandom(seed + 1000)),
    volumeWriter(past),
    kubeStateWriter(past),
    ...past.jobs.map((job) => jobWriter(past, job)),
    ...pastPods(past)
      .filter(({ id }) => hasSidecar(id))
      .map(({ id, pod }) => sidecarWriter(past, id, pod)),
    upWriter(past),
  ];
  function* write(stretch: HistoryStretch) {
    for (const writer of writers) yield* writer(stretch);
    yield "# EOF\n";
  }
  return {
    day(nth) {
      const fromMs = past.fromMs + nth * DAY_MS;
      return write({ fromMs, toMs: fromMs + DAY_MS, kind: nth === DAYS - 1 ? "last-day" : "early" });
    },
    tail: (nowMs) => write({ fromMs: past.toMs, toMs: nowMs, kind: "tail" }),
  };
}

function alertsAt(past: Past, id: ResidentId, atMs: number): ScenarioAlert[] {
  return past.capabilities[id].alerts.filter((alert) => atMs >= alert.fromMs && atMs < alert.toMs);
}

/** Requests every minute on the last day and twice in five minutes before, enough for a rate over five minutes; processor and memory every minute. */
function podWriter(past: Past, id: ResidentId, pod: PastPod, random: Random): Writer {
  function partWriter(
    part: RequestHistory | ResourceHistory,
    steps: { early: number; lastDay: number },
  ): Writer {
    let lastMs = pod.fromMs;
    return function* write(stretch) {
      const fromMs = Math.max(stretch.fromMs, pod.fromMs);
      const toMs = Math.min(stretch.toMs, pod.toMs);
      for (const atMs of grid({ ...stretch, fromMs, toMs }, past.gap, steps)) {
        if (pod.restarts.some((restart) => restart.atMs > lastMs && restart.atMs <= atMs)) part.reset();
        part.advance(atMs, (atMs - lastMs) / 1000, alertsAt(past, id, atMs));
        lastMs = atMs;
        yield part.text(atMs);
      }
    };
  }
  const requests = partWriter(new RequestHistory(CHARACTERS[id], pod, random), { early: 150, lastDay: 60 });
  const resources = partWriter(new ResourceHistory(CHARACTERS[id], pod, random), { early: 60, lastDay: 60 });
  return function* pods(stretch) {
    yield* requests(stretch);
    yield* resources(stretch);
  };
}

/** Every probe of the week at the scrape interval: the number that arrived distinguishes known time from unknown. */
function probeWriter(past: Past, random: Random): Writer {
  const lines = CAPABILITY_IDS.map((id) => {
    const labels = { tenant: id, namespace: namespaceOf(id), job: "blackbox", instance: id };
    return {
      id,
      success: new Line("probe_success", labels),
      duration: new Line("probe_duration_seconds", labels),
    };
  });
  return function* probes(stretch) {
    for (const { id, success, duration } of lines) {
      for (const atMs of grid(stretch, past.gap, { early: 5, lastDay: 5 })) {
        const down = alertsAt(past, id, atMs).some((alert) => alert.kind === "down");
        yield success.at(atMs, down ? 0 : 1);
        if (atMs % 60_000 === 0 || stretch.kind === "tail")
          yield duration.at(atMs, Math.round((0.004 + 0.006 * random()) * 1e6) / 1e6);
      }
    }
  };
}

function volumeWriter(past: Past): Writer {
  const lines = CAPABILITY_IDS.map((id) => {
    const { volume } = CHARACTERS[id];
    const labels = {
      ...kubeletTarget(volume.node, "/metrics"),
      tenant: id,
      namespace: namespaceOf(id),
      persistentvolumeclaim: volume.claim,
    };
    return {
      character: CHARACTERS[id],
      used: new Line("kubelet_volume_stats_used_bytes", labels),
      capacity: new Line("kubelet_volume_stats_capacity_bytes", labels),
    };
  });
  return function* volumes(stretch) {
    for (const { character, used, capacity } of lines) {
      for (const atMs of grid(stretch, past.gap, { early: 120, lastDay: 60 })) {
        yield used.at(atMs, usedVolumeBytes(character, atMs)) +
          capacity.at(atMs, character.volume.capacityBytes);
      }
    }
  };
}

/** Nothing asks for the past of these, and they would be a third of what promtool has to import. */
const LIVE_ALONE = [
  /_annotations$|_observed_generation$|^kube_persistentvolumeclaim_info$/,
  /^kube_deployment_(created|metadata_generation|status_replicas)$/,
  /^kube_replicaset_(owner|status_(replicas|ready_replicas))$/,
  /^kube_statefulset_status_(replicas|replicas_current|current_revision)$/,
  /^kube_pod_init_container_(info|status_(ready|terminated_reason))$/,
];
/** Of these, what isn't so is live alone. */
const ONLY_WHAT_IS_SO = ["kube_pod_status_phase", "kube_pod_status_reason"];

const isInHistory = (name: string, value: number): boolean =>
  !LIVE_ALONE.some((names) => names.test(name)) && !(value === 0 && ONLY_WHAT_IS_SO.includes(name));

/** What kube-state-metrics said then: the exporter's own words about the cluster of the past. */
function kubeStateWriter(past: Past): Writer {
  const lines = new Map<string, Line>();
  return function* kubeState(stretch) {
    for (const atMs of grid(stretch, past.gap, { early: 240, lastDay: 60 })) {
      let text = "";
      for (const [name, labels, value] of kubeStateSamples(clusterAt(past, atMs))) {
        if (!isInHistory(name, value)) continue;
        const key = name + JSON.stringify(labels);
        let line = lines.get(key);
        if (!line) {
          const tenant = labels.namespace?.replace(/^tenant-/, "") ?? "";
          line = new Line(name, { ...kubeStateTarget(0), ...labels, tenant });
          lines.set(key, line);
        }
        text += line.at(atMs, value);
      }
      yield text;
    }
  };
}

/** The cluster as it was at an instant of the past. */
export function clusterAt(past: Past, atMs: number): ClusterView {
  const pods = CAPABILITY_IDS.flatMap((id) => {
    const down = alertsAt(past, id, atMs).some((alert) => alert.kind === "down");
    return podsOf(past, id)
      .filter((pod) => atMs >= pod.fromMs && atMs < pod.toMs)
      .map((pod): PodView => {
        const ended = pod.restarts.filter((restart) => restart.atMs <= atMs);
        return {
          capability: id,
          name: pod.name,
          uid: pod.uid,
          revision: pod.revision,
          version: pod.version,
          node: pod.node,
          phase: "Running",
          ready: !down,
          restarts: ended.length,
          lastTermination: (ended.at(-1) satisfies Termination | undefined) ?? null,
          waitingReason: null,
          init: { isDone: true, hasFailed: false, restarts: 0 },
          statusReason: null,
          createdAtMs: pod.fromMs,
        };
      });
  });
  return {
    nodes: NODE_IDS.map((id) => ({ id, ready: true })),
    workloads: CAPABILITY_IDS.map((id) => ({
      capability: id,
      replicas: CHARACTERS[id].replicas,
      ...workloadBefore(past.capabilities[id].deployments, atMs),
    })),
    pods,
    jobs: jobViews(past.jobs, atMs),
  };
}

/** `up` of everything that is scraped, once a minute. */
function upWriter(past: Past): Writer {
  const fixed = [
    ...NODE_IDS.flatMap((node) =>
      [
        kubeletTarget(node, "/metrics/cadvisor"),
        kubeletTarget(node, "/metrics"),
        nodeExporterTarget(node),
      ].map((labels) => new Line("up", labels)),
    ),
    new Line("up", kubeStateTarget(0)),
    ...CAPABILITY_IDS.map(
      (id) => new Line("up", { tenant: id, namespace: namespaceOf(id), job: "blackbox", instance: id }),
    ),
  ];
  const pods = pastPods(past).map(({ id, pod }) => ({
    pod,
    line: new Line("up", {
      tenant: id,
      ...podTarget({ capability: id, pod: pod.name, uid: pod.uid, node: pod.node }),
    }),
  }));
  return function* up(stretch) {
    for (const atMs of grid(stretch, past.gap, { early: 120, lastDay: 60 })) {
      let text = "";
      for (const line of fixed) text += line.at(atMs, 1);
      for (const { pod, line } of pods) if (atMs >= pod.fromMs && atMs < pod.toMs) text += line.at(atMs, 1);
      yield text;
    }
  };
}
