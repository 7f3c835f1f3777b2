import { containerIdOf } from "../../cadvisor";
import { CHARACTERS, imageOf, namespaceOf } from "../../characters";
import type { PodView } from "../../cluster-view";
import { hasSidecar, INIT_CONTAINER, SIDECAR } from "../../containers";
import type { Labels } from "../../exposition";
import { CONTROLS, type DemoSample, flag, inSeconds, limitSamples } from "./sample";

const PHASES = ["Pending", "Running", "Succeeded", "Failed", "Unknown"];

/** What `_info` of a container says of its image and of its start. */
export const imageLabels = (
  image: string,
  started: { uid: string; container: string; restarts: number },
) => ({
  image,
  image_spec: image,
  container_id: `containerd://${containerIdOf(started)}`,
});

type PodLabels = Labels & { namespace: string; pod: string; uid: string };

export function podSamples(pod: PodView): DemoSample[] {
  const namespace = namespaceOf(pod.capability);
  const labels = { namespace, pod: pod.name, uid: pod.uid };
  const node = pod.node ?? "";
  const [kind, name] =
    CHARACTERS[pod.capability].workload === "StatefulSet"
      ? ["StatefulSet", pod.capability]
      : ["ReplicaSet", pod.revision];
  return [
    ["kube_pod_info", { ...labels, node, created_by_kind: kind, created_by_name: name }, 1],
    ["kube_pod_owner", { ...labels, owner_kind: kind, owner_name: name, ...CONTROLS }, 1],
    ["kube_pod_created", labels, inSeconds(pod.createdAtMs)],
    ...PHASES.map(
      (phase): DemoSample => ["kube_pod_status_phase", { ...labels, phase }, flag(pod.phase === phase)],
    ),
    ["kube_pod_status_ready", { ...labels, condition: "true" }, flag(pod.ready)],
    ["kube_pod_status_reason", { ...labels, reason: "NodeLost" }, flag(pod.statusReason === "NodeLost")],
    ...(pod.node === null ? ([["kube_pod_status_unschedulable", labels, 1]] satisfies DemoSample[]) : []),
    ...initContainerSamples(pod, labels),
    ...(hasSidecar(pod.capability) ? sidecarSamples(pod, labels) : []),
    ...containerSamples(pod, labels),
  ];
}

function initContainerSamples({ init }: PodView, labels: PodLabels): DemoSample[] {
  const container = { ...labels, container: INIT_CONTAINER.name };
  const { uid } = labels;
  const started = { uid, container: INIT_CONTAINER.name, restarts: init.restarts };
  const samples: DemoSample[] = [
    ["kube_pod_init_container_info", { ...container, ...imageLabels(INIT_CONTAINER.image, started) }, 1],
    ["kube_pod_init_container_status_restarts_total", container, init.restarts],
    ["kube_pod_init_container_status_ready", container, flag(init.isDone)],
  ];
  if (init.isDone) {
    samples.push([
      "kube_pod_init_container_status_terminated_reason",
      { ...container, reason: "Completed" },
      1,
    ]);
  } else if (init.hasFailed) {
    samples.push(
      ["kube_pod_init_container_status_waiting_reason", { ...container, reason: "CrashLoopBackOff" }, 1],
      ["kube_pod_init_container_status_last_terminated_reason", { ...container, reason: "Error" }, 1],
    );
  }
  return samples;
}

function sidecarSamples({ init, node }: PodView, labels: PodLabels): DemoSample[] {
  const container = { ...labels, container: SIDECAR.name };
  const started = { uid: labels.uid, container: SIDECAR.name, restarts: 0 };
  return [
    [
      "kube_pod_init_container_info",
      { ...container, ...imageLabels(SIDECAR.image, started), restart_policy: "Always" },
      1,
    ],
    ["kube_pod_init_container_status_restarts_total", container, 0],
    ["kube_pod_init_container_status_ready", container, flag(init.isDone)],
    ...limitSamples(
      "kube_pod_init_container_resource_limits",
      { ...container, node: node ?? "" },
      SIDECAR.limits,
    ),
  ];
}

function containerSamples(pod: PodView, labels: PodLabels): DemoSample[] {
  const container = { ...labels, container: pod.capability };
  const started = { uid: labels.uid, container: pod.capability, restarts: pod.restarts };
  const samples: DemoSample[] = [
    [
      "kube_pod_container_info",
      { ...container, ...imageLabels(imageOf(pod.capability, pod.version), started) },
      1,
    ],
    ...limitSamples(
      "kube_pod_container_resource_limits",
      { ...container, node: pod.node ?? "" },
      CHARACTERS[pod.capability].limits,
    ),
    ["kube_pod_container_status_restarts_total", container, pod.restarts],
  ];
  if (pod.waitingReason) {
    samples.push([
      "kube_pod_container_status_waiting_reason",
      { ...container, reason: pod.waitingReason },
      1,
    ]);
  }
  if (pod.lastTermination) {
    const { reason, exitCode, atMs } = pod.lastTermination;
    samples.push(
      ["kube_pod_container_status_last_terminated_reason", { ...container, reason }, 1],
      ["kube_pod_container_status_last_terminated_exitcode", container, exitCode],
      ["kube_pod_container_status_last_terminated_timestamp", container, inSeconds(atMs)],
    );
  }
  return samples;
}
