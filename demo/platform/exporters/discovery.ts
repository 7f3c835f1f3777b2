import { type CapabilityId, namespaceOf } from "../characters";
import type { Cluster } from "../cluster/cluster";
import { JOB_CONTAINER } from "../jobs/job";

/** A target group as Prometheus' HTTP service discovery takes it. */
export type TargetGroup = { targets: string[]; labels: Record<string, string> };

/** Every pod that has a node, with the meta labels of Kubernetes' own discovery. A dead one stays a target: `up` says 0. */
export function podTargets(cluster: Cluster): TargetGroup[] {
  return cluster.pods().flatMap(({ spec, node, port }) =>
    node === null || port === null
      ? []
      : [
          {
            targets: [`127.0.0.1:${port}`],
            labels: {
              __meta_kubernetes_namespace: namespaceOf(spec.capability),
              __meta_kubernetes_pod_name: spec.name,
              __meta_kubernetes_pod_container_name: spec.capability,
              __meta_kubernetes_pod_node_name: node,
            },
          },
        ],
  );
}

/** Every migration that runs, with the label that Kubernetes gives a job's pods. Its metrics are on the exporters' own server. */
export function jobTargets(cluster: Cluster, exporters: string): TargetGroup[] {
  return cluster.runningJobs().map(({ capability, name, pod, node }) => ({
    targets: [exporters],
    labels: {
      __metrics_path__: jobMetricsPath(pod),
      __meta_kubernetes_namespace: namespaceOf(capability),
      __meta_kubernetes_pod_name: pod,
      __meta_kubernetes_pod_container_name: JOB_CONTAINER,
      __meta_kubernetes_pod_node_name: node,
      __meta_kubernetes_pod_label_batch_kubernetes_io_job_name: name,
    },
  }));
}

export const jobMetricsPath = (pod: string): string => `/jobs/${pod}/metrics`;

/** What the blackbox exporter is to probe: the own address of each capability that the cluster hosts. */
export function probeTargets(cluster: Cluster, capabilityUrls: Record<CapabilityId, string>): TargetGroup[] {
  return cluster.hosted().map((id) => ({
    targets: [`${capabilityUrls[id]}/healthz`],
    labels: {
      __meta_kubernetes_namespace: namespaceOf(id),
      __meta_kubernetes_ingress_name: id,
    },
  }));
}
