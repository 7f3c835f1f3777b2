import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { seedVolume } from "../capability/volume";
import {
  CAPABILITY_IDS,
  type CapabilityId,
  CHARACTERS,
  GUEST_ID,
  NODE_IDS,
  type NodeId,
  nodeOfPod,
} from "../characters";
import type { ClusterView, ReplicaSetView } from "../cluster-view";
import { type Guest, NO_PROCESS_FAULTS, type ProcessFaults } from "../faults";
import { type DemoJob, isRunning, jobViews } from "../jobs/job";
import { type Past, podName, podsOf, replicaSetName } from "../scenario";
import { ClusterNode } from "./node";
import { Pod, type PodSpec } from "./pod";
import { nextVersion } from "./versions";

const RECONCILE_MS = 500;
/** A node that is silent this long is NotReady. Kubernetes waits 40 s; a demo is watched. */
const NOT_READY_AFTER_MS = 10_000;
/** Pods of a lost node are replaced after this. Kubernetes waits 5 min. */
const REPLACE_AFTER_MS = 30_000;

type Deployment = { replicaSets: ReplicaSetView[]; podsMade: Map<string, number> };

/** Two nodes, a deployment for each capability, and the loop that reconciles them. */
export class Cluster {
  readonly #dirs: { volumes: string; logs: string };
  readonly #nodes: Map<NodeId, ClusterNode>;
  readonly #deployments: Map<CapabilityId, Deployment>;
  readonly #faults = new Map<CapabilityId, ProcessFaults>();
  #pods: Pod[] = [];
  /** Pods that are on their way out, so that stopping waits for them as well. */
  readonly #leaving = new Set<Promise<void>>();
  #loop: NodeJS.Timeout | null = null;
  readonly #jobs: readonly DemoJob[];
  #guestRouted = false;

  constructor(dataDir: string, past: Past) {
    this.#jobs = past.jobs;
    this.#dirs = { volumes: join(dataDir, "volumes"), logs: join(dataDir, "logs") };
    this.#nodes = new Map(
      NODE_IDS.map((id) => [
        id,
        new ClusterNode(
          id,
          () => this.#pods.filter((pod) => pod.node === id),
          () => this.runningJobs().filter((job) => job.node === id),
          () => this.#deployments.keys(),
          this.#dirs.volumes,
        ),
      ]),
    );
    this.#deployments = new Map(
      CAPABILITY_IDS.map((id) => [
        id,
        {
          replicaSets: past.capabilities[id].deployments.map(({ version, replicaSet, createdAtMs }) => ({
            name: replicaSet,
            version,
            createdAtMs,
          })),
          podsMade: new Map(),
        },
      ]),
    );
  }

  /** Starts with the very pods that the history ends with, so that every series goes on. */
  async start(past: Past): Promise<void> {
    rmSync(this.#dirs.volumes, { recursive: true, force: true });
    mkdirSync(this.#dirs.logs, { recursive: true });
    for (const id of CAPABILITY_IDS) {
      seedVolume(join(this.#dirs.volumes, CHARACTERS[id].volume.claim), CHARACTERS[id], past.toMs);
      for (const pod of podsOf(past, id).filter(({ toMs }) => toMs === Number.POSITIVE_INFINITY)) {
        this.#create(id, pod.index, {
          createdAtMs: pod.fromMs,
          restarts: pod.restarts.length,
          lastTermination: pod.restarts.at(-1) ?? null,
        });
      }
    }
    await Promise.all([...this.#nodes.values()].map((node) => node.start()));
    this.#loop = setInterval(() => this.#reconcile(Date.now()), RECONCILE_MS);
  }

  async stop(): Promise<void> {
    if (this.#loop) clearInterval(this.#loop);
    await Promise.all([
      ...[...this.#nodes.values()].map((node) => node.stop()),
      ...this.#pods.map((pod) => pod.delete()),
      ...this.#leaving,
    ]);
    this.#pods = [];
  }

  #create(id: CapabilityId, slot: number, extra: Partial<PodSpec> = {}): void {
    const deployment = this.#deployment(id);
    const current = deployment.replicaSets.at(-1);
    if (!current) return;
    const ordinal = deployment.podsMade.get(current.name) ?? 0;
    deployment.podsMade.set(current.name, ordinal + 1);
    const spec: PodSpec = {
      name: podName(current.name, ordinal),
      capability: id,
      replicaSet: current.name,
      version: current.version,
      slot,
      createdAtMs: Date.now(),
      ...extra,
    };
    const pod = new Pod(spec, this.#dirs, this.#faults.get(id) ?? NO_PROCESS_FAULTS);
    this.#pods.push(pod);
    this.#schedule(pod);
  }

  /** One pod of a deployment per node, for the sake of the volume: where that node is away, the pod waits. */
  #schedule(pod: Pod): void {
    const node = this.#node(nodeOfPod(CHARACTERS[pod.spec.capability], pod.spec.slot));
    if (node.downSinceMs === null) pod.schedule(node.id);
  }

  #remove(pod: Pod): void {
    this.#pods = this.#pods.filter((each) => each !== pod);
    const leaving = pod.delete().finally(() => this.#leaving.delete(leaving));
    this.#leaving.add(leaving);
  }

  #reconcile(nowMs: number): void {
    for (const node of this.#nodes.values()) this.#reconcileNode(node, nowMs);
    for (const pod of this.#pods) if (pod.node === null) this.#schedule(pod);
    for (const id of this.#deployments.keys()) this.#reconcileDeployment(id);
  }

  #reconcileNode(node: ClusterNode, nowMs: number): void {
    if (node.downSinceMs === null) return;
    const awayMs = nowMs - node.downSinceMs;
    for (const pod of this.#pods.filter((each) => each.node === node.id)) {
      if (awayMs > REPLACE_AFTER_MS) this.#remove(pod);
      else if (awayMs > NOT_READY_AFTER_MS) pod.lostNode = true;
    }
  }

  /** Fills empty places, and replaces outdated pods one place after the other, the new one before the old goes. */
  #reconcileDeployment(id: CapabilityId): void {
    const current = this.#deployment(id).replicaSets.at(-1)?.name;
    for (let slot = 0; slot < CHARACTERS[id].replicas; slot += 1) {
      const here = this.#podsOf(id).filter((pod) => pod.spec.slot === slot);
      const updated = here.find((pod) => pod.spec.replicaSet === current);
      if (!updated) {
        this.#create(id, slot);
        return;
      }
      const outdated = here.filter((pod) => pod !== updated);
      if (outdated.length === 0) continue;
      if (!updated.ready) return;
      for (const pod of outdated) this.#remove(pod);
    }
  }

  /** Rolls out the next patch version. @returns that version */
  deploy(id: CapabilityId): string {
    const { replicaSets } = this.#deployment(id);
    const version = nextVersion(replicaSets.at(-1)?.version ?? "0.0.0");
    replicaSets.push({ name: replicaSetName(id, version), version, createdAtMs: Date.now() });
    return version;
  }

  /** Takes in the guest, routed or not, or lets it go: then nothing of it is left. */
  setGuest(guest: Guest): void {
    this.#guestRouted = guest === "routed";
    if (guest === "gone") {
      this.#deployments.delete(GUEST_ID);
      for (const pod of this.#podsOf(GUEST_ID)) this.#remove(pod);
      return;
    }
    if (this.#deployments.has(GUEST_ID)) return;
    const character = CHARACTERS[GUEST_ID];
    const [version] = character.versions;
    const nowMs = Date.now();
    seedVolume(join(this.#dirs.volumes, character.volume.claim), character, nowMs);
    const replicaSets = [{ name: replicaSetName(GUEST_ID, version), version, createdAtMs: nowMs }];
    this.#deployments.set(GUEST_ID, { replicaSets, podsMade: new Map() });
  }

  /** Those that the cluster hosts now. */
  hosted(): CapabilityId[] {
    return [...this.#deployments.keys()];
  }

  /** Whether its ingress has a route to it. The guest's is taken away to break it. */
  isRouted(id: CapabilityId): boolean {
    return id !== GUEST_ID || this.#guestRouted;
  }

  setFaults(id: CapabilityId, faults: ProcessFaults): void {
    this.#faults.set(id, faults);
    for (const pod of this.#podsOf(id)) pod.applyFaults(faults);
  }

  async setNodeDown(id: NodeId, down: boolean): Promise<void> {
    const node = this.#node(id);
    if (down) return node.goDown();
    if (node.downSinceMs === null) return;
    await node.start();
    for (const pod of this.#pods) if (pod.node === id) pod.revive();
  }

  /** Pods with a process to talk to. `ready` ones take traffic; all of them are scraped. */
  pods(): readonly Pod[] {
    return this.#pods;
  }

  /** The migrations that run now. */
  runningJobs(): DemoJob[] {
    return this.#jobs.filter((job) => isRunning(job, Date.now()));
  }

  /** Those of them whose node answers. */
  answeringJobs(): DemoJob[] {
    return this.runningJobs().filter(({ node }) => this.#node(node).downSinceMs === null);
  }

  nodePort(id: NodeId): number {
    return this.#node(id).port;
  }

  view(): ClusterView {
    const nowMs = Date.now();
    return {
      nodes: [...this.#nodes.values()].map(({ id, downSinceMs }) => ({
        id,
        ready: downSinceMs === null || nowMs - downSinceMs < NOT_READY_AFTER_MS,
      })),
      deployments: [...this.#deployments].map(([capability, { replicaSets }]) => ({
        capability,
        replicas: CHARACTERS[capability].replicas,
        replicaSets: [...replicaSets],
      })),
      pods: this.#pods.map((pod) => pod.view()),
      jobs: jobViews(this.#jobs, nowMs),
    };
  }

  #podsOf(id: CapabilityId): Pod[] {
    return this.#pods.filter((pod) => pod.spec.capability === id);
  }

  #node(id: NodeId): ClusterNode {
    const node = this.#nodes.get(id);
    if (!node) throw new Error(`There is no node ${id}.`);
    return node;
  }

  #deployment(id: CapabilityId): Deployment {
    const deployment = this.#deployments.get(id);
    if (!deployment) throw new Error(`There is no deployment ${id}.`);
    return deployment;
  }
}
