import type { CapabilityId, NodeId } from "./characters";

/** How a container last ended. `reason` is in the words of kube-state-metrics. */
export type Termination = { reason: "OOMKilled" | "Error" | "Completed"; exitCode: number; atMs: number };

export type PodView = {
  capability: CapabilityId;
  name: string;
  replicaSet: string;
  version: string;
  /** null: no node fits, so it waits. */
  node: NodeId | null;
  phase: "Pending" | "Running";
  ready: boolean;
  restarts: number;
  lastTermination: Termination | null;
  waitingReason: "CrashLoopBackOff" | "ContainerCreating" | null;
  /** NodeLost: its node does not answer, so nobody knows how it is. */
  statusReason: "NodeLost" | null;
  createdAtMs: number;
};

export type ReplicaSetView = { name: string; version: string; createdAtMs: number };

export type DeploymentView = {
  capability: CapabilityId;
  replicas: number;
  /** Oldest first, the current one last; the older ones are the revision history. */
  replicaSets: ReplicaSetView[];
};

export type NodeView = { id: NodeId; ready: boolean };

/** A job with its one pod. */
export type JobView = {
  capability: CapabilityId;
  name: string;
  pod: string;
  node: NodeId;
  createdAtMs: number;
  /** null: its pod hasn't started. */
  startedAtMs: number | null;
  ended: { atMs: number; how: "complete" | "failed" } | null;
};

/** The cluster at one instant, as its API server would report it. The history makes the same of the past. */
export type ClusterView = {
  nodes: NodeView[];
  deployments: DeploymentView[];
  pods: PodView[];
  jobs: JobView[];
};
