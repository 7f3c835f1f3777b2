import type { CapabilityId, NodeId } from "./characters";

/** How a container last ended. `reason` is in the words of kube-state-metrics. */
export type Termination = { reason: "OOMKilled" | "Error" | "Completed"; exitCode: number; atMs: number };

export type PodView = {
  capability: CapabilityId;
  name: string;
  uid: string;
  revision: string;
  version: string;
  /** null: no node fits, so it waits. */
  node: NodeId | null;
  phase: "Pending" | "Running";
  ready: boolean;
  restarts: number;
  lastTermination: Termination | null;
  waitingReason: "CrashLoopBackOff" | "PodInitializing" | null;
  /** Its init container. */
  init: { isDone: boolean; hasFailed: boolean; restarts: number };
  /** NodeLost: its node does not answer, so nobody knows how it is. */
  statusReason: "NodeLost" | null;
  createdAtMs: number;
};

/** A ReplicaSet of a Deployment, or a revision of a StatefulSet. */
export type RevisionView = {
  name: string;
  version: string;
  createdAtMs: number;
  /** Counts the roll-outs of the workload, from 1. A rollback gives an older revision the next number. */
  number: number;
};

export type WorkloadView = {
  capability: CapabilityId;
  replicas: number;
  createdAtMs: number;
  /** Counts the changes of the workload, from 1. */
  generation: number;
  /** Oldest first. The one with the highest number is current. */
  revisions: RevisionView[];
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
  workloads: WorkloadView[];
  pods: PodView[];
  jobs: JobView[];
};
