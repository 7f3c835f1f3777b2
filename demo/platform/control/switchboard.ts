import type { ChildProcess } from "node:child_process";
import { CAPABILITY_IDS, GUEST_ID, NODE_IDS, type NodeId, type ResidentId } from "../characters";
import type { Cluster } from "../cluster/cluster";
import type { SharedParts } from "../cluster/shared-parts";
import {
  CAPABILITY_FAULTS,
  type FaultChange,
  type Guest,
  isLasting,
  type LastingFault,
  NODE_FAULTS,
  type NodeFault,
  PLATFORM,
  type PlatformFault,
} from "../faults";
import type { ToTraffic } from "../traffic/messages";

type NodeChange = Extract<FaultChange, { target: NodeId }>;
const isOfNode = (change: FaultChange): change is NodeChange =>
  (NODE_IDS as readonly string[]).includes(change.target);

export type PlatformState = {
  capabilities: Record<ResidentId, { faults: LastingFault[] }>;
  nodes: Record<NodeId, { faults: NodeFault[] }>;
  platform: { faults: PlatformFault[] };
};

/** The identity provider, which runs beside the platform: how it is probed, and its own switch. */
export type SignIn = { probeUrl: string; setDown(down: boolean): void };

/** Which faults are on, and the way from a switch to what it does. */
export class Switchboard {
  readonly #on = new Map<ResidentId, Set<LastingFault>>(CAPABILITY_IDS.map((id) => [id, new Set()]));
  readonly #ofNodes = new Map<NodeId, Set<NodeFault>>(NODE_IDS.map((id) => [id, new Set()]));

  constructor(
    private readonly cluster: Cluster,
    private readonly traffic: ChildProcess,
    private readonly shared: SharedParts,
    private readonly signIn: SignIn | null,
  ) {}

  /** @returns what happened, in one sentence */
  async apply(change: FaultChange): Promise<string> {
    if (isOfNode(change)) return this.#applyToNode(change);
    if (change.target === PLATFORM) {
      this.shared.set(change.fault, change.on);
      this.signIn?.setDown(this.shared.has("sign-in-down"));
      for (const id of CAPABILITY_IDS) this.#tell(id);
      return `The platform: ${change.fault} is ${change.on ? "on" : "off"}.`;
    }
    if (change.fault === "deploy") {
      return `${change.target} rolls out version ${this.cluster.deploy(change.target)}.`;
    }
    if (change.fault === "rollback") {
      return `${change.target} goes back to version ${this.cluster.rollBack(change.target)}.`;
    }
    const faults = this.#faultsOf(change.target);
    const isNew = change.on && !faults.has(change.fault);
    if (change.on) faults.add(change.fault);
    else faults.delete(change.fault);
    this.#tell(change.target);
    // Init containers run in new pods alone.
    if (isNew && change.fault === "init-crash-loop") this.cluster.deploy(change.target);
    this.#setTraffic();
    return `${change.target}: ${change.fault} is ${change.on ? "on" : "off"}.`;
  }

  async #applyToNode({ target, fault, on }: NodeChange): Promise<string> {
    if (fault === "node-down") await this.cluster.setNodeDown(target, on);
    else this.cluster.setKubeletReachable(target, !on);
    const faults = this.#ofNodes.get(target) ?? new Set();
    if (on) faults.add(fault);
    else faults.delete(fault);
    if (fault === "node-down") return `${target} is ${on ? "away" : "back"}.`;
    return `${target}: ${fault} is ${on ? "on" : "off"}.`;
  }

  /** @returns what happened, in one sentence */
  setGuest(guest: Guest): string {
    this.cluster.setGuest(guest);
    this.#setTraffic();
    return `${GUEST_ID} is ${guest}.`;
  }

  #setTraffic(): void {
    const paused = CAPABILITY_IDS.filter((id) => this.#faultsOf(id).has("no-traffic"));
    const hostsGuest = this.cluster.hosted().includes(GUEST_ID);
    const message: ToTraffic = { type: "paused", capabilities: hostsGuest ? paused : [...paused, GUEST_ID] };
    this.traffic.send(message, () => {});
  }

  /** Slow storage slows every process that writes, which is every capability. */
  #tell(id: ResidentId): void {
    const faults = this.#faultsOf(id);
    this.cluster.setFaults(id, {
      errors: faults.has("errors"),
      slowness: faults.has("slowness") || this.shared.has("storage-slow"),
      memoryLeak: faults.has("memory-leak"),
      crashLoop: faults.has("crash-loop"),
      initCrashLoop: faults.has("init-crash-loop"),
    });
  }

  state(): PlatformState {
    const capabilities = {} as PlatformState["capabilities"];
    for (const id of CAPABILITY_IDS) {
      const on = this.#faultsOf(id);
      capabilities[id] = {
        faults: CAPABILITY_FAULTS.filter((fault): fault is LastingFault => isLasting(fault) && on.has(fault)),
      };
    }
    const nodes = {} as PlatformState["nodes"];
    for (const id of NODE_IDS) {
      nodes[id] = { faults: NODE_FAULTS.filter((fault) => this.#ofNodes.get(id)?.has(fault)) };
    }
    return { capabilities, nodes, platform: { faults: this.shared.faults() } };
  }

  #faultsOf(id: ResidentId): Set<LastingFault> {
    return this.#on.get(id) ?? new Set();
  }
}
