import { createHash } from "node:crypto";
import { type CapabilityId, type NodeId, namespaceOf } from "./characters";
import type { Labels } from "./exposition";

/**
 * The labels of what Prometheus scrapes, as kube-prometheus-stack's monitors write them. The live platform and its history have the
 * same, so that a series goes on from one to the other.
 */
const MONITORING = "monitoring";
const NODE_IPS: Record<NodeId, string> = { "node-a": "172.18.0.3", "node-b": "172.18.0.4" };
const POD_PORT = 8080;

/** An address in the pods' network, always the same for the same pod. */
export function podIp(uid: string): string {
  const [third, fourth] = createHash("sha256").update(uid).digest();
  return `10.244.${third}.${fourth}`;
}

const podInstance = (uid: string) => `${podIp(uid)}:${POD_PORT}`;

/** A pod of a capability, behind its service. */
export function podTarget(place: {
  capability: CapabilityId;
  pod: string;
  uid: string;
  node: NodeId;
}): Labels {
  const { capability, pod, uid, node } = place;
  return {
    namespace: namespaceOf(capability),
    job: capability,
    service: capability,
    endpoint: "http",
    instance: podInstance(uid),
    pod,
    container: capability,
    node,
  };
}

/** A migration's pod, which has no service. */
export function migrationTarget(place: {
  capability: CapabilityId;
  job: string;
  pod: string;
  uid: string;
  node: NodeId;
  container: string;
}): Labels {
  const { capability, job, pod, uid, node, container } = place;
  return {
    namespace: namespaceOf(capability),
    job: "capabilities",
    endpoint: "http",
    instance: podInstance(uid),
    pod,
    container,
    node,
    job_name: job,
  };
}

/** @param ordinal counts its pods, from 0: each new one has another name and address */
export function kubeStateTarget(ordinal: number): Labels {
  const pod = `monitoring-kube-state-metrics-7d4bdc5f96-${createHash("sha256").update(`${ordinal}`).digest("hex").slice(0, 5)}`;
  return {
    namespace: MONITORING,
    job: "kube-state-metrics",
    service: "monitoring-kube-state-metrics",
    endpoint: "http",
    instance: podInstance(pod),
    pod,
    container: "kube-state-metrics",
  };
}

/** The kubelet of a node. @param metricsPath one of its paths: /metrics or /metrics/cadvisor */
export const kubeletTarget = (node: NodeId, metricsPath: string): Labels => ({
  namespace: "kube-system",
  job: "kubelet",
  service: "monitoring-kubelet",
  endpoint: "https-metrics",
  metrics_path: metricsPath,
  instance: `${NODE_IPS[node]}:10250`,
  node,
});

export const nodeExporterTarget = (node: NodeId): Labels => ({
  namespace: MONITORING,
  job: "node-exporter",
  service: "monitoring-prometheus-node-exporter",
  endpoint: "http-metrics",
  instance: `${NODE_IPS[node]}:9100`,
  node,
});
