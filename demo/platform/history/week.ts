import { CAPABILITY_IDS, CHARACTERS, NODE_IDS, namespaceOf, usedVolumeBytes } from "../characters";
import type { ClusterView, PodView, Termination } from "../cluster/view";
import { kubeStateSamples } from "../exporters/kube-state";
import { seededRandom } from "../random";
import { grid, Line } from "./lines";
import { RequestHistory } from "./requests";
import { ResourceHistory } from "./resources";
import { type Past, type PastEpisode, type PastPod, pastPods, podsOf } from "./scenario";

const DAY_MS = 86_400_000;
const KUBE_STATE_STEP_SECONDS = 240;

/** A part of the week's text, each series in ascending order over all parts. */
type Writer = (window: { fromMs: number; toMs: number; fineFromMs: number }) => Generator<string>;

/**
 * The week as OpenMetrics text, in days, oldest first: `text` gives a day's lines in pieces. Days must be read in order,
 * since counters run on from one to the next.
 */
export function* weekByDays(past: Past, seed: number): Generator<{ text: Generator<string> }> {
  const writers: Writer[] = [
    ...pastPods(past).map(({ id, pod }, index) =>
      podWriter(past, CHARACTERS[id].id, pod, seededRandom(seed + index)),
    ),
    probeWriter(past, seededRandom(seed + 1000)),
    volumeWriter(past),
    kubeStateWriter(past),
    upWriter(past),
  ];
  const fineFromMs = past.toMs - DAY_MS;
  for (let fromMs = past.fromMs; fromMs < past.toMs; fromMs += DAY_MS) {
    const window = { fromMs, toMs: Math.min(past.toMs, fromMs + DAY_MS), fineFromMs };
    yield {
      text: (function* day() {
        for (const writer of writers) yield* writer(window);
        yield "# EOF\n";
      })(),
    };
  }
}

function episodesAt(past: Past, id: (typeof CAPABILITY_IDS)[number], atMs: number): PastEpisode[] {
  return past.capabilities[id].episodes.filter((episode) => atMs >= episode.fromMs && atMs < episode.toMs);
}

/** Requests every minute on the last day and every two before; processor and memory every minute. */
function podWriter(
  past: Past,
  id: (typeof CAPABILITY_IDS)[number],
  pod: PastPod,
  random: () => number,
): Writer {
  const requests = new RequestHistory(CHARACTERS[id], pod, random);
  const resources = new ResourceHistory(CHARACTERS[id], pod, random);
  function* write(
    part: RequestHistory | ResourceHistory,
    window: Parameters<Writer>[0],
    coarseSeconds: number,
    fineSeconds: number,
  ) {
    const alive = {
      ...window,
      fromMs: Math.max(window.fromMs, pod.fromMs),
      toMs: Math.min(window.toMs, pod.toMs),
    };
    for (const atMs of grid({ ...alive, gap: past.gap }, coarseSeconds, fineSeconds)) {
      const seconds = atMs < window.fineFromMs ? coarseSeconds : fineSeconds;
      const restarted = pod.restarts.some(
        (restart) => restart.atMs > atMs - seconds * 1000 && restart.atMs <= atMs,
      );
      if (restarted) part.reset();
      part.advance(atMs, seconds, episodesAt(past, id, atMs));
      yield part.text(atMs);
    }
  }
  return function* pods(window) {
    yield* write(requests, window, 120, 60);
    yield* write(resources, window, 60, 60);
  };
}

/** Every probe of the week at the scrape interval: how many arrived is what tells known time from unknown. */
function probeWriter(past: Past, random: () => number): Writer {
  const lines = CAPABILITY_IDS.map((id) => {
    const labels = { tenant: id, namespace: namespaceOf(id), job: "blackbox", instance: id };
    return {
      id,
      success: new Line("probe_success", labels),
      duration: new Line("probe_duration_seconds", labels),
    };
  });
  return function* probes(window) {
    for (const { id, success, duration } of lines) {
      for (const atMs of grid({ ...window, gap: past.gap }, 5, 5)) {
        const down = episodesAt(past, id, atMs).some((episode) => episode.kind === "down");
        yield success.at(atMs, down ? 0 : 1);
        if (atMs % 60_000 === 0) yield duration.at(atMs, Math.round((0.004 + 0.006 * random()) * 1e6) / 1e6);
      }
    }
  };
}

function volumeWriter(past: Past): Writer {
  const lines = CAPABILITY_IDS.map((id) => {
    const { volume } = CHARACTERS[id];
    const labels = {
      tenant: id,
      namespace: namespaceOf(id),
      persistentvolumeclaim: volume.claim,
      node: volume.node,
      job: "kubelet",
      instance: volume.node,
    };
    return {
      character: CHARACTERS[id],
      used: new Line("kubelet_volume_stats_used_bytes", labels),
      capacity: new Line("kubelet_volume_stats_capacity_bytes", labels),
    };
  });
  return function* volumes(window) {
    for (const { character, used, capacity } of lines) {
      for (const atMs of grid({ ...window, gap: past.gap }, 120, 60)) {
        yield used.at(atMs, usedVolumeBytes(character, atMs)) +
          capacity.at(atMs, character.volume.capacityBytes);
      }
    }
  };
}

/** What kube-state-metrics said then: the exporter's own words about the cluster of the past. */
function kubeStateWriter(past: Past): Writer {
  const lines = new Map<string, Line>();
  return function* kubeState(window) {
    for (const atMs of grid({ ...window, gap: past.gap }, KUBE_STATE_STEP_SECONDS, KUBE_STATE_STEP_SECONDS)) {
      let text = "";
      for (const [name, labels, value] of kubeStateSamples(clusterAt(past, atMs))) {
        const key = name + JSON.stringify(labels);
        let line = lines.get(key);
        if (!line) {
          const tenant = labels.namespace?.replace(/^tenant-/, "") ?? "";
          line = new Line(name, {
            ...labels,
            tenant,
            job: "kube-state-metrics",
            instance: "kube-state-metrics",
          });
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
    const down = episodesAt(past, id, atMs).some((episode) => episode.kind === "down");
    return podsOf(past, id)
      .filter((pod) => atMs >= pod.fromMs && atMs < pod.toMs)
      .map((pod): PodView => {
        const ended = pod.restarts.filter((restart) => restart.atMs <= atMs);
        return {
          capability: id,
          name: pod.name,
          replicaSet: pod.replicaSet,
          version: pod.version,
          node: pod.node,
          phase: "Running",
          ready: !down,
          restarts: ended.length,
          lastTermination: (ended.at(-1) satisfies Termination | undefined) ?? null,
          waitingReason: null,
          statusReason: null,
          createdAtMs: pod.fromMs,
        };
      });
  });
  return {
    nodes: NODE_IDS.map((id) => ({ id, ready: true })),
    deployments: CAPABILITY_IDS.map((id) => ({
      capability: id,
      replicas: CHARACTERS[id].replicas,
      replicaSets: past.capabilities[id].deployments
        .filter(({ createdAtMs }) => createdAtMs <= atMs)
        .map(({ version, replicaSet, createdAtMs }) => ({ name: replicaSet, version, createdAtMs })),
    })),
    pods,
  };
}

/** `up` of everything that is scraped, once a minute. */
function upWriter(past: Past): Writer {
  const fixed = [
    ...NODE_IDS.flatMap((node) =>
      ["cadvisor", "kubelet", "node"].map((job) => new Line("up", { job, instance: node, node })),
    ),
    new Line("up", { job: "kube-state-metrics", instance: "kube-state-metrics" }),
    ...CAPABILITY_IDS.map(
      (id) => new Line("up", { tenant: id, namespace: namespaceOf(id), job: "blackbox", instance: id }),
    ),
  ];
  const pods = pastPods(past).map(({ id, pod }) => ({
    pod,
    line: new Line("up", {
      tenant: id,
      namespace: namespaceOf(id),
      pod: pod.name,
      container: id,
      node: pod.node,
      job: "capabilities",
      instance: pod.name,
    }),
  }));
  return function* up(window) {
    for (const atMs of grid({ ...window, gap: past.gap }, 60, 60)) {
      let text = "";
      for (const line of fixed) text += line.at(atMs, 1);
      for (const { pod, line } of pods) if (atMs >= pod.fromMs && atMs < pod.toMs) text += line.at(atMs, 1);
      yield text;
    }
  };
}
