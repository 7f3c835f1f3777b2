import type { ChildProcess } from "node:child_process";
import { CAPABILITY_IDS, GUEST_ID, NODE_IDS, type NodeId, type ResidentId } from "../characters";
import type { Cluster } from "../cluster/cluster";
import type { SharedParts } from "../cluster/shared-parts";
import {
  CAPABILITY_FAULTS,
  type FaultChange,
  type Guest,
  type LastingFault,
  PLATFORM,
  type PlatformFault,
} from "../faults";
import type { ToTraffic } from "../traffic/messages";

export type PlatformState = {
  capabilities: Record<ResidentId, { faults: LastingFault[] }>;
  nodes: Record<NodeId, { down: boolean }>;
  platform: { faults: PlatformFault[] };
};

/** The identity provider, which runs beside the platform: how it is probed, and its own switch. */
export type SignIn = { probeUrl: string; setDown(down: boolean): void };

/** Which faults are on, and the way from a switch to what it does. */
export class Switchboard {
  readonly #on = new Map<ResidentId, Set<LastingFault>>(CAPABILITY_IDS.map((id) => [id, new Set()]));
  readonly #down = new Set<NodeId>();

  constructor(
    private readonly cluster: Cluster,
    private readonly traffic: ChildProcess,
    private readonly shared: SharedParts,
    private readonly signIn: SignIn | null,
  ) {}

  /** @returns what happened, in one sentence */
  async apply(change: FaultChange): Promise<string> {
    if (change.fault === "node-down") {
      await this.cluster.setNodeDown(change.target, change.on);
      if (change.on) this.#down.add(change.target);
      else this.#down.delete(change.target);
      return `${change.target} is ${change.on ? "away" : "back"}.`;
    }
    if (change.target === PLATFORM) {
      this.shared.set(change.fault, change.on);
      this.signIn?.setDown(this.shared.has("sign-in-down"));
      for (const id of CAPABILITY_IDS) this.#tell(id);
      return `The platform: ${change.fault} is ${change.on ? "on" : "off"}.`;
    }
    if (change.fault === "deploy") {
      return `${change.target} rolls out version ${this.cluster.deploy(change.target)}.`;
    }
    const faults = this.#faultsOf(change.target);
    if (change.on) faults.add(change.fault);
    else faults.delete(change.fault);
    this.#tell(change.target);
    this.#setTraffic();
    return `${change.target}: ${change.fault} is ${change.on ? "on" : "off"}.`;
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
    });
  }

  state(): PlatformState {
    const capabilities = {} as PlatformState["capabilities"];
    for (const id of CAPABILITY_IDS) {
      const on = this.#faultsOf(id);
      capabilities[id] = {
        faults: CAPABILITY_FAULTS.filter(
          (fault): fault is LastingFault => fault !== "deploy" && on.has(fault),
        ),
      };
    }
    const nodes = {} as PlatformState["nodes"];
    for (const id of NODE_IDS) nodes[id] = { down: this.#down.has(id) };
    return { capabilities, nodes, platform: { faults: this.shared.faults() } };
  }

  #faultsOf(id: ResidentId): Set<LastingFault> {
    return this.#on.get(id) ?? new Set();
  }
}
