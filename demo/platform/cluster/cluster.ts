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
import type { ClusterView } from "../cluster-view";
import { type Guest, NO_PROCESS_FAULTS, type ProcessFaults } from "../faults";
import { type DemoJob, isRunning, jobViews } from "../jobs/job";
import { type Past, podNamed, podsOf, revisionName, workloadBefore } from "../scenario";
import { ClusterNode } from "./node";
import { Pod, type PodSpec } from "./pod";
import { ClusterWorkload } from "./workload";

const RECONCILE_MS = 500;
/** A node that is silent this long is NotReady. Kubernetes waits 40 s; a demo is watched. */
const NOT_READY_AFTER_MS = 10_000;
/** Pods of a lost node are replaced after this. Kubernetes waits 5 min. */
const REPLACE_AFTER_MS = 30_000;

/** Two nodes, a Deployment or a StatefulSet for each capability, and the loop that reconciles them. */
export class Cluster {
  readonly #dirs: { volumes: string; logs: string };
  readonly #nodes: Map<NodeId, ClusterNode>;
  readonly #workloads: Map<CapabilityId, ClusterWorkload>;
  readonly #faults = new Map<CapabilityId, ProcessFaults>();
  #pods: Pod[] = [];
  /** Pods that are on their way out, so that stopping waits for them as well, and a StatefulSet with the next of that name. */
  readonly #leaving = new Map<Promise<void>, string>();
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
          () => this.#workloads.keys(),
          this.#dirs.volumes,
        ),
      ]),
    );
    this.#workloads = new Map(
      CAPABILITY_IDS.map((id) => [
        id,
        new ClusterWorkload(id, workloadBefore(past.capabilities[id].deployments, past.toMs)),
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
      ...this.#leaving.keys(),
    ]);
    this.#pods = [];
  }

  #create(id: CapabilityId, slot: number, extra: Partial<PodSpec> = {}): void {
    const workload = this.#workload(id);
    const { name: revision, version } = workload.current;
    const spec: PodSpec = {
      ...podNamed(id, revision, { slot, ordinal: workload.takeOrdinal() }),
      capability: id,
      revision,
      version,
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
    this.#leaving.set(leaving, pod.spec.name);
  }

  #reconcile(nowMs: number): void {
    for (const node of this.#nodes.values()) this.#reconcileNode(node, nowMs);
    for (const pod of this.#pods) if (pod.node === null) this.#schedule(pod);
    for (const id of this.#workloads.keys()) {
      if (isStateful(id)) this.#reconcileStatefulSet(id);
      else this.#reconcileDeployment(id);
    }
  }

  #reconcileNode(node: ClusterNode, nowMs: number): void {
    if (node.downSinceMs === null) return;
    const awayMs = nowMs - node.downSinceMs;
    for (const pod of this.#pods.filter((each) => each.node === node.id)) {
      // Nothing proves that a StatefulSet's pod has ended, so it isn't made a second time.
      if (awayMs > REPLACE_AFTER_MS && !isStateful(pod.spec.capability)) this.#remove(pod);
      else if (awayMs > NOT_READY_AFTER_MS) pod.lostNode = true;
    }
  }

  /** Fills empty places, and replaces outdated pods one place after the other, the new one before the old goes. */
  #reconcileDeployment(id: CapabilityId): void {
    const current = this.#workload(id).current.name;
    for (let slot = 0; slot < CHARACTERS[id].replicas; slot += 1) {
      const here = this.#podsOf(id).filter((pod) => pod.spec.slot === slot);
      const updated = here.find((pod) => pod.spec.revision === current);
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

  /** Fills empty places, and replaces one outdated pod after the other, the last place first: the old one ends before the new begins. */
  #reconcileStatefulSet(id: CapabilityId): void {
    const current = this.#workload(id).current.name;
    for (let slot = CHARACTERS[id].replicas - 1; slot >= 0; slot -= 1) {
      const [here] = this.#podsOf(id).filter((pod) => pod.spec.slot === slot);
      if (here?.spec.revision === current && here.ready) continue;
      const isLeaving = [...this.#leaving.values()].includes(`${id}-${slot}`);
      if (!here && !isLeaving) this.#create(id, slot);
      else if (here && here.spec.revision !== current && !here.lostNode) this.#remove(here);
      return;
    }
  }

  /** Rolls out the next patch version. @returns that version */
  deploy(id: CapabilityId): string {
    return this.#workload(id).deploy(Date.now());
  }

  /** Rolls the version before out again. @returns that version @throws FaultRefused without one */
  rollBack(id: CapabilityId): string {
    return this.#workload(id).rollBack();
  }

  /** Takes in the guest, routed or not, or lets it go: then nothing of it is left. */
  setGuest(guest: Guest): void {
    this.#guestRouted = guest === "routed";
    if (guest === "gone") {
      this.#workloads.delete(GUEST_ID);
      for (const pod of this.#podsOf(GUEST_ID)) this.#remove(pod);
      return;
    }
    if (this.#workloads.has(GUEST_ID)) return;
    const character = CHARACTERS[GUEST_ID];
    const [version] = character.versions;
    const nowMs = Date.now();
    seedVolume(join(this.#dirs.volumes, character.volume.claim), character, nowMs);
    const made = { version, revision: revisionName(GUEST_ID, version), createdAtMs: nowMs };
    this.#workloads.set(GUEST_ID, new ClusterWorkload(GUEST_ID, workloadBefore([made], nowMs)));
  }

  /** Those that the cluster hosts now. */
  hosted(): CapabilityId[] {
    return [...this.#workloads.keys()];
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

  /** Whether Prometheus reaches the kubelet of a node. Its pods run on without that. */
  setKubeletReachable(id: NodeId, reachable: boolean): void {
    this.#node(id).isKubeletReachable = reachable;
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
      workloads: [...this.#workloads.values()].map((workload) => workload.view()),
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

  #workload(id: CapabilityId): ClusterWorkload {
    const workload = this.#workloads.get(id);
    if (!workload) throw new Error(`There is no workload ${id}.`);
    return workload;
  }
}

const isStateful = (id: CapabilityId): boolean => CHARACTERS[id].workload === "StatefulSet";
