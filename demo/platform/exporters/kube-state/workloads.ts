import { CHARACTERS, namespaceOf } from "../../characters";
import type { PodView, RevisionView, WorkloadView } from "../../cluster-view";
import { CONTROLS, type DemoSample, inSeconds } from "./sample";

/** Allow-listed on the command line of kube-state-metrics, as the version's label is. */
const revisionNumber = (number: number) => ({ annotation_deployment_kubernetes_io_revision: `${number}` });
const versionLabel = (version: string) => ({ label_app_kubernetes_io_version: version });

/** A workload with its revisions, and its volume's claim. */
export function workloadSamples(workload: WorkloadView, pods: readonly PodView[]): DemoSample[] {
  const { workload: kind, volume } = CHARACTERS[workload.capability];
  const namespace = namespaceOf(workload.capability);
  const own = pods.filter((pod) => pod.capability === workload.capability);
  const claim = {
    namespace,
    persistentvolumeclaim: volume.claim,
    storageclass: "standard",
    volumemode: "Filesystem",
    volumename: `pvc-${workload.capability}`,
  };
  return [
    ...(kind === "Deployment" ? deploymentSamples(workload, own) : statefulSetSamples(workload, own)),
    ["kube_persistentvolumeclaim_info", claim, 1],
  ];
}

const currentOf = (revisions: readonly RevisionView[]): RevisionView | undefined =>
  [...revisions].sort((a, b) => b.number - a.number)[0];

function deploymentSamples(workload: WorkloadView, own: readonly PodView[]): DemoSample[] {
  const { capability, replicas, createdAtMs, generation, revisions } = workload;
  const labels = { namespace: namespaceOf(capability), deployment: capability };
  const current = currentOf(revisions);
  const updated = own.filter((pod) => pod.revision === current?.name);
  return [
    ["kube_deployment_created", labels, inSeconds(createdAtMs)],
    ["kube_deployment_metadata_generation", labels, generation],
    ["kube_deployment_status_observed_generation", labels, generation],
    ["kube_deployment_annotations", { ...labels, ...revisionNumber(current?.number ?? 0) }, 1],
    ["kube_deployment_spec_replicas", labels, replicas],
    ["kube_deployment_status_replicas", labels, own.length],
    ["kube_deployment_status_replicas_ready", labels, own.filter((pod) => pod.ready).length],
    ["kube_deployment_status_replicas_updated", labels, updated.length],
    ...revisions.flatMap((revision) =>
      replicaSetSamples(
        capability,
        revision,
        own.filter((pod) => pod.revision === revision.name),
        // A Deployment makes a replica set with its first replica in it.
        revision === current ? 1 : 0,
      ),
    ),
  ];
}

function replicaSetSamples(
  deployment: WorkloadView["capability"],
  { name, version, createdAtMs, number }: RevisionView,
  pods: readonly PodView[],
  least: number,
): DemoSample[] {
  const labels = { namespace: namespaceOf(deployment), replicaset: name };
  const owner = { owner_kind: "Deployment", owner_name: deployment, ...CONTROLS };
  return [
    ["kube_replicaset_created", labels, inSeconds(createdAtMs)],
    ["kube_replicaset_labels", { ...labels, ...versionLabel(version) }, 1],
    ["kube_replicaset_annotations", { ...labels, ...revisionNumber(number) }, 1],
    ["kube_replicaset_owner", { ...labels, ...owner }, 1],
    ["kube_replicaset_spec_replicas", labels, Math.max(least, pods.length)],
    ["kube_replicaset_status_replicas", labels, pods.length],
    ["kube_replicaset_status_ready_replicas", labels, pods.filter((pod) => pod.ready).length],
  ];
}

function statefulSetSamples(workload: WorkloadView, own: readonly PodView[]): DemoSample[] {
  const { capability, replicas, createdAtMs, generation, revisions } = workload;
  const labels = { namespace: namespaceOf(capability), statefulset: capability };
  const update = currentOf(revisions)?.name ?? "";
  const updated = own.filter((pod) => pod.revision === update);
  const isUnderway = updated.filter((pod) => pod.ready).length < replicas;
  const before = own.find((pod) => pod.revision !== update)?.revision;
  const ofBefore = isUnderway && before ? { name: before, count: own.length - updated.length } : null;
  return [
    ["kube_statefulset_created", labels, inSeconds(createdAtMs)],
    ["kube_statefulset_metadata_generation", labels, generation],
    ["kube_statefulset_status_observed_generation", labels, generation],
    ["kube_statefulset_labels", { ...labels, ...versionLabel(currentOf(revisions)?.version ?? "") }, 1],
    ["kube_statefulset_replicas", labels, replicas],
    ["kube_statefulset_status_replicas", labels, own.length],
    ["kube_statefulset_status_replicas_ready", labels, own.filter((pod) => pod.ready).length],
    ["kube_statefulset_status_replicas_current", labels, ofBefore?.count ?? updated.length],
    ["kube_statefulset_status_replicas_updated", labels, updated.length],
    ["kube_statefulset_status_current_revision", { ...labels, revision: ofBefore?.name ?? update }, 1],
    ["kube_statefulset_status_update_revision", { ...labels, revision: update }, 1],
  ];
}
