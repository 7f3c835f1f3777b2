import { type CapabilityId, namespaceOf } from "../characters";
import type { Cluster } from "../cluster/cluster";
import { JOB_CONTAINER, jobPlace } from "../jobs/job";
import { kubeStateTarget, migrationTarget, podTarget } from "../targets";

/** A target group as Prometheus' HTTP service discovery takes it, with the labels that relabelling writes from Kubernetes' own. */
export type TargetGroup = { targets: string[]; labels: Readonly<Record<string, string>> };

/** Every pod that has a node. A dead one stays a target: `up` says 0. */
export function podTargets(cluster: Cluster): TargetGroup[] {
  return cluster.pods().flatMap(({ spec, node, port }) =>
    node === null || port === null
      ? []
      : [
          {
            targets: [`127.0.0.1:${port}`],
            labels: podTarget({ capability: spec.capability, pod: spec.name, uid: spec.uid, node }),
          },
        ],
  );
}

/** Every migration that runs, with the label that Kubernetes gives a job's pods. Its metrics are on the exporters' own server. */
export function jobTargets(cluster: Cluster, exporters: string): TargetGroup[] {
  return cluster.runningJobs().map((job) => {
    const { capability, name, pod, node } = job;
    const { uid } = jobPlace(job);
    return {
      targets: [exporters],
      labels: {
        __metrics_path__: jobMetricsPath(pod),
        ...migrationTarget({ capability, job: name, pod, uid, node, container: JOB_CONTAINER }),
      },
    };
  });
}

/** The pods of kube-state-metrics. @param ordinals of those that run */
export const kubeStateTargets = (ordinals: readonly number[], exporters: string): TargetGroup[] =>
  ordinals.map((ordinal) => ({ targets: [exporters], labels: kubeStateTarget(ordinal) }));

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
