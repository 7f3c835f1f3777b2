import { containerIdOf, uidOfPod } from "../cadvisor";
import { CHARACTERS, imageOf, namespaceOf } from "../characters";
import type { ClusterView, DeploymentView, JobView, PodView } from "../cluster-view";
import { Exposition, type Labels } from "../exposition";
import { JOB_CONTAINER, JOB_LIMITS, jobImage } from "../jobs/job";

export type DemoSample = readonly [name: string, labels: Labels, value: number];

const HELP: Record<string, [type: "gauge" | "counter", help: string]> = {
  kube_node_status_condition: ["gauge", "The condition of a cluster node."],
  kube_deployment_spec_replicas: ["gauge", "Number of desired pods for a deployment."],
  kube_deployment_status_replicas: ["gauge", "The number of replicas per deployment."],
  kube_deployment_status_replicas_ready: ["gauge", "The number of ready replicas per deployment."],
  kube_deployment_status_replicas_updated: ["gauge", "The number of updated replicas per deployment."],
  kube_replicaset_created: ["gauge", "Unix creation timestamp."],
  kube_replicaset_labels: ["gauge", "Kubernetes labels converted to Prometheus labels."],
  kube_job_created: ["gauge", "Unix creation timestamp"],
  kube_job_status_start_time: ["gauge", "StartTime represents time when the job was acknowledged."],
  kube_job_status_completion_time: ["gauge", "CompletionTime represents time when the job was completed."],
  kube_job_status_active: ["gauge", "The number of actively running pods."],
  kube_job_complete: ["gauge", "The job has completed its execution."],
  kube_job_failed: ["gauge", "The job has failed its execution."],
  kube_pod_owner: ["gauge", "Information about the Pod's owner."],
  kube_pod_completion_time: ["gauge", "Completion time in unix timestamp for a pod."],
  kube_pod_info: ["gauge", "Information about pod."],
  kube_pod_created: ["gauge", "Unix creation timestamp"],
  kube_pod_status_phase: ["gauge", "The pods current phase."],
  kube_pod_status_ready: ["gauge", "Describes whether the pod is ready to serve requests."],
  kube_pod_status_reason: ["gauge", "The pod status reasons."],
  kube_pod_container_info: ["gauge", "Information about a container in a pod."],
  kube_pod_container_resource_limits: ["gauge", "The number of requested limit resource by a container."],
  kube_pod_status_unschedulable: ["gauge", "Describes the unschedulable status for the pod."],
  kube_pod_container_status_restarts_total: ["counter", "The number of container restarts per container."],
  kube_pod_container_status_waiting_reason: ["gauge", "The reason the container is in waiting state."],
  kube_pod_container_status_last_terminated_reason: [
    "gauge",
    "The last reason the container was in terminated state.",
  ],
  kube_pod_container_status_last_terminated_exitcode: [
    "gauge",
    "The exit code for the last container in terminated state.",
  ],
  kube_pod_container_status_last_terminated_timestamp: [
    "gauge",
    "Last terminated time for a pod container in unix timestamp.",
  ],
};

const controls = { owner_is_controller: "true" };
const PHASES = ["Pending", "Running", "Succeeded", "Failed", "Unknown"];
const flag = (on: boolean) => (on ? 1 : 0);

/** What kube-state-metrics says of a cluster: the names and labels of its version 2, for the objects that the demo has. */
export function kubeStateSamples(view: ClusterView): DemoSample[] {
  const nodes = view.nodes.flatMap(({ id, ready }): DemoSample[] =>
    // A node that went away has an unknown condition: its kubelet can't say false any more.
    (["true", "false", "unknown"] as const).map((status) => [
      "kube_node_status_condition",
      { node: id, condition: "Ready", status },
      flag(status === (ready ? "true" : "unknown")),
    ]),
  );
  return [
    ...nodes,
    ...view.deployments.flatMap((deployment) => deploymentSamples(deployment, view.pods)),
    ...view.pods.flatMap(podSamples),
    ...view.jobs.flatMap(jobSamples),
  ];
}

const imageLabels = (image: string) => ({ image, image_spec: image });
const idLabel = (place: { namespace: string; pod: string; container: string }, restarts: number) => ({
  container_id: `containerd://${containerIdOf({ ...place, restarts })}`,
});

function deploymentSamples(deployment: DeploymentView, pods: readonly PodView[]): DemoSample[] {
  const namespace = namespaceOf(deployment.capability);
  const labels = { namespace, deployment: deployment.capability };
  const own = pods.filter((pod) => pod.capability === deployment.capability);
  const current = deployment.replicaSets.at(-1)?.name;
  return [
    ["kube_deployment_spec_replicas", labels, deployment.replicas],
    ["kube_deployment_status_replicas", labels, own.length],
    ["kube_deployment_status_replicas_ready", labels, own.filter((pod) => pod.ready).length],
    [
      "kube_deployment_status_replicas_updated",
      labels,
      own.filter((pod) => pod.replicaSet === current).length,
    ],
    ...deployment.replicaSets.flatMap(({ name, version, createdAtMs }): DemoSample[] => [
      ["kube_replicaset_created", { namespace, replicaset: name }, Math.floor(createdAtMs / 1000)],
      [
        "kube_replicaset_labels",
        { namespace, replicaset: name, label_app_kubernetes_io_version: version },
        1,
      ],
    ]),
  ];
}

function podSamples(pod: PodView): DemoSample[] {
  const { limits } = CHARACTERS[pod.capability];
  const namespace = namespaceOf(pod.capability);
  const labels = { namespace, pod: pod.name, uid: uidOfPod(namespace, pod.name) };
  const container = { ...labels, container: pod.capability };
  const node = pod.node ?? "";
  const limit = { ...container, node };
  const samples: DemoSample[] = [
    ["kube_pod_info", { ...labels, node, created_by_kind: "ReplicaSet", created_by_name: pod.replicaSet }, 1],
    ["kube_pod_owner", { ...labels, owner_kind: "ReplicaSet", owner_name: pod.replicaSet, ...controls }, 1],
    ["kube_pod_created", labels, Math.floor(pod.createdAtMs / 1000)],
    ...PHASES.map(
      (phase): DemoSample => ["kube_pod_status_phase", { ...labels, phase }, flag(pod.phase === phase)],
    ),
    ["kube_pod_status_ready", { ...labels, condition: "true" }, flag(pod.ready)],
    ["kube_pod_status_reason", { ...labels, reason: "NodeLost" }, flag(pod.statusReason === "NodeLost")],
    [
      "kube_pod_container_info",
      {
        ...container,
        ...imageLabels(imageOf(pod.capability, pod.version)),
        ...idLabel(container, pod.restarts),
      },
      1,
    ],
    ["kube_pod_container_resource_limits", { ...limit, resource: "cpu", unit: "core" }, limits.cpuCores],
    [
      "kube_pod_container_resource_limits",
      { ...limit, resource: "memory", unit: "byte" },
      limits.memoryBytes,
    ],
    ["kube_pod_container_status_restarts_total", container, pod.restarts],
  ];
  if (pod.node === null) samples.push(["kube_pod_status_unschedulable", labels, 1]);
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
      ["kube_pod_container_status_last_terminated_timestamp", container, Math.floor(atMs / 1000)],
    );
  }
  return samples;
}

/** A job and its pod. One of them comes close to its limit, and no owner is to be alerted about that. */
function jobSamples({ capability, name, pod, node, createdAtMs, startedAtMs, ended }: JobView): DemoSample[] {
  const namespace = namespaceOf(capability);
  const job = { namespace, job_name: name };
  const ofPod = { namespace, pod, uid: uidOfPod(namespace, pod) };
  const container = { ...ofPod, container: JOB_CONTAINER };
  const limit = { ...container, node };
  const seconds = (atMs: number) => Math.floor(atMs / 1000);
  return [
    ["kube_job_created", job, seconds(createdAtMs)],
    ...(startedAtMs === null
      ? []
      : [["kube_job_status_start_time", job, seconds(startedAtMs)] satisfies DemoSample]),
    ["kube_job_status_active", job, flag(startedAtMs !== null && ended === null)],
    ["kube_pod_info", { ...ofPod, node, created_by_kind: "Job", created_by_name: name }, 1],
    ["kube_pod_owner", { ...ofPod, owner_kind: "Job", owner_name: name, ...controls }, 1],
    [
      "kube_pod_container_info",
      { ...container, ...imageLabels(jobImage({ name })), ...idLabel(container, 0) },
      1,
    ],
    ["kube_pod_container_resource_limits", { ...limit, resource: "cpu", unit: "core" }, JOB_LIMITS.cpuCores],
    [
      "kube_pod_container_resource_limits",
      { ...limit, resource: "memory", unit: "byte" },
      JOB_LIMITS.memoryBytes,
    ],
    ["kube_pod_container_status_restarts_total", container, 0],
    ...(ended === null
      ? []
      : ([
          [`kube_job_${ended.how}`, { ...job, condition: "true" }, 1],
          ["kube_pod_completion_time", ofPod, seconds(ended.atMs)],
          ...(ended.how === "complete"
            ? [["kube_job_status_completion_time", job, seconds(ended.atMs)] satisfies DemoSample]
            : []),
        ] satisfies DemoSample[])),
  ];
}

export function kubeStateExposition(view: ClusterView): string {
  const exposition = new Exposition();
  for (const [name, [type, help]] of Object.entries(HELP)) exposition[type](name, help);
  for (const [name, labels, value] of kubeStateSamples(view)) exposition.add(name, labels, value);
  return exposition.text();
}
