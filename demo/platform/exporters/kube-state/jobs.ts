import { uidOfPod } from "../../cadvisor";
import { namespaceOf } from "../../characters";
import type { JobView } from "../../cluster-view";
import { JOB_CONTAINER, JOB_LIMITS, jobImage } from "../../jobs/job";
import { imageLabels } from "./pods";
import { CONTROLS, type DemoSample, flag, inSeconds, limitSamples } from "./sample";

/** A job and its pod. One of them comes close to its limit, and no owner is to be alerted about that. */
export function migrationSamples({
  capability,
  name,
  pod,
  node,
  createdAtMs,
  startedAtMs,
  ended,
}: JobView): DemoSample[] {
  const namespace = namespaceOf(capability);
  const job = { namespace, job_name: name };
  const ofPod = { namespace, pod, uid: uidOfPod(namespace, pod) };
  const container = { ...ofPod, container: JOB_CONTAINER };
  return [
    ["kube_job_created", job, inSeconds(createdAtMs)],
    ...(startedAtMs === null
      ? []
      : [["kube_job_status_start_time", job, inSeconds(startedAtMs)] satisfies DemoSample]),
    ["kube_job_status_active", job, flag(startedAtMs !== null && ended === null)],
    ["kube_pod_info", { ...ofPod, node, created_by_kind: "Job", created_by_name: name }, 1],
    ["kube_pod_owner", { ...ofPod, owner_kind: "Job", owner_name: name, ...CONTROLS }, 1],
    [
      "kube_pod_container_info",
      {
        ...container,
        ...imageLabels(jobImage({ name }), { uid: ofPod.uid, container: JOB_CONTAINER, restarts: 0 }),
      },
      1,
    ],
    ...limitSamples("kube_pod_container_resource_limits", { ...container, node }, JOB_LIMITS),
    ["kube_pod_container_status_restarts_total", container, 0],
    ...(ended === null
      ? []
      : ([
          [`kube_job_${ended.how}`, { ...job, condition: "true" }, 1],
          ["kube_pod_completion_time", ofPod, inSeconds(ended.atMs)],
          ...(ended.how === "complete"
            ? [["kube_job_status_completion_time", job, inSeconds(ended.atMs)] satisfies DemoSample]
            : []),
        ] satisfies DemoSample[])),
  ];
}
