import type { ChildProcess } from "node:child_process";
import { join } from "node:path";
import type { FromCapability, ToCapability } from "../capability/messages";
import { type CapabilityId, CHARACTERS, type NodeId } from "../characters";
import type { PodView, Termination } from "../cluster-view";
import type { ProcessFaults } from "../faults";
import { endProcess, spawnScript } from "../spawn";
import { backoffMs, STEADY_AFTER_MS } from "./backoff";
import { type MeasuredUsage, measureProcess } from "./measure";

export type PodSpec = {
  name: string;
  uid: string;
  capability: CapabilityId;
  revision: string;
  version: string;
  /** Which of the deployment's places it fills; the place decides the node. */
  slot: number;
  createdAtMs: number;
  /** What the pod has behind it when the demo starts: the end of its history. */
  restarts?: number;
  lastTermination?: Termination | null;
};

/** As a readiness probe has it by default: one lost answer, on a busy machine, takes no pod out of its service. */
const UNREADY_AFTER_FAILURES = 3;

/** One pod: runs its init container, starts its process, restarts it after an exit, kills it over its memory limit. */
export class Pod {
  #child: ChildProcess | null = null;
  #startedAtMs = 0;
  #port: number | null = null;
  #ready = false;
  #failedChecks = 0;
  #usage: MeasuredUsage | null = null;
  #overLimit = false;
  #deleting = false;
  #crashesInARow = 0;
  #backoff: NodeJS.Timeout | null = null;
  #restarts: number;
  #lastTermination: Termination | null;
  #node: NodeId | null = null;
  readonly #init = { isDone: false, hasFailed: false, restarts: 0 };
  lostNode = false;

  constructor(
    readonly spec: PodSpec,
    private readonly dirs: { volumes: string; logs: string },
    private faults: ProcessFaults,
  ) {
    this.#restarts = spec.restarts ?? 0;
    this.#lastTermination = spec.lastTermination ?? null;
  }

  get node(): NodeId | null {
    return this.#node;
  }

  /** The loopback port of the process that serves now, or did last; null before the first. */
  get port(): number | null {
    return this.#port;
  }

  get ready(): boolean {
    return this.#ready && !this.lostNode;
  }

  get restarts(): number {
    return this.#restarts;
  }

  /** Whether its init container has done its work, so that the others run. */
  get isInitialized(): boolean {
    return this.#init.isDone;
  }

  get usage(): MeasuredUsage | null {
    return this.#usage;
  }

  /** Binds the pod to a node and starts its containers. */
  schedule(node: NodeId): void {
    this.#node = node;
    this.#initialize();
  }

  /** The init container ends at once: with an error while that fault is on, and is then tried again later and later. */
  #initialize(): void {
    this.#clearBackoff();
    if (this.#init.hasFailed) this.#init.restarts += 1;
    if (this.faults.initCrashLoop) {
      this.#init.hasFailed = true;
      this.#crashesInARow += 1;
      this.#backoff = setTimeout(() => this.#initialize(), backoffMs(this.#crashesInARow));
      return;
    }
    this.#init.isDone = true;
    this.#crashesInARow = 0;
    this.#start();
  }

  applyFaults(faults: ProcessFaults): void {
    const recovers = this.faults.crashLoop && !faults.crashLoop;
    const initializes = !this.#init.isDone && !faults.initCrashLoop && this.#backoff !== null;
    this.faults = faults;
    if (this.#child?.connected) {
      const message: ToCapability = { type: "faults", faults };
      this.#child.send(message, () => {});
    }
    // A repaired configuration is a new start, so nobody waits for the rest of a minute.
    if (initializes) {
      this.#initialize();
      return;
    }
    if (recovers && this.#backoff) {
      this.#crashesInARow = 0;
      this.#restart();
    }
  }

  #start(): void {
    const { capability, version, name } = this.spec;
    const child = spawnScript("capability/main.ts", {
      logFile: join(this.dirs.logs, `${name}.log`),
      env: {
        CAPABILITY: capability,
        VERSION: version,
        POD: name,
        VOLUME_DIR: join(this.dirs.volumes, CHARACTERS[capability].volume.claim),
        FAULTS: JSON.stringify(this.faults),
      },
    });
    this.#child = child;
    this.#startedAtMs = Date.now();
    child.on("message", (message: FromCapability) => {
      if (message.type === "listening") this.#port = message.port;
    });
    child.on("exit", (code, signal) => this.#onExit(child, code, signal));
  }

  #onExit(child: ChildProcess, code: number | null, signal: NodeJS.Signals | null): void {
    if (child !== this.#child) return;
    this.#child = null;
    this.#ready = false;
    this.#usage = null;
    if (this.#deleting || this.#node === null) return;
    const exitCode = code ?? (signal === "SIGKILL" ? 137 : 143);
    const reason = this.#overLimit ? "OOMKilled" : exitCode === 0 ? "Completed" : "Error";
    this.#lastTermination = { reason, exitCode, atMs: Date.now() };
    this.#overLimit = false;
    this.#crashesInARow = Date.now() - this.#startedAtMs > STEADY_AFTER_MS ? 1 : this.#crashesInARow + 1;
    this.#backoff = setTimeout(() => this.#restart(), backoffMs(this.#crashesInARow));
  }

  #clearBackoff(): void {
    if (this.#backoff) clearTimeout(this.#backoff);
    this.#backoff = null;
  }

  #restart(): void {
    this.#clearBackoff();
    this.#restarts += 1;
    this.#start();
  }

  /** Measures the process, kills it over its limit, and asks whether it is ready: the kubelet's round. */
  async check(): Promise<void> {
    const child = this.#child;
    if (!child?.pid) return;
    const usage = await measureProcess(child.pid);
    if (child !== this.#child) return;
    this.#usage = usage;
    if (usage && usage.residentBytes > CHARACTERS[this.spec.capability].limits.memoryBytes) {
      this.#overLimit = true;
      child.kill("SIGKILL");
      return;
    }
    const healthy = this.#port !== null && (await isHealthy(this.#port));
    if (child !== this.#child) return;
    this.#failedChecks = healthy ? 0 : this.#failedChecks + 1;
    if (healthy || this.#failedChecks >= UNREADY_AFTER_FAILURES) this.#ready = healthy;
  }

  /** Takes the pod away for good: it ends its requests first. */
  async delete(): Promise<void> {
    this.#deleting = true;
    this.#ready = false;
    this.#clearBackoff();
    if (this.#child) await endProcess(this.#child);
  }

  /** The node is gone, and the process with it. */
  async die(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    this.#usage = null;
    this.#clearBackoff();
    if (child) await endProcess(child, 0);
  }

  /** The node is back before anybody replaced the pod: its container starts anew, as after a power cut. */
  revive(): void {
    if (!this.#init.isDone) {
      this.lostNode = false;
      this.#initialize();
      return;
    }
    this.#lastTermination = { reason: "Error", exitCode: 255, atMs: Date.now() };
    this.#ready = false;
    this.lostNode = false;
    this.#restart();
  }

  view(): PodView {
    const waiting = this.#node !== null && !this.lostNode && this.#child === null;
    const reason = this.#init.isDone ? "CrashLoopBackOff" : "PodInitializing";
    return {
      capability: this.spec.capability,
      name: this.spec.name,
      uid: this.spec.uid,
      revision: this.spec.revision,
      version: this.spec.version,
      node: this.#node,
      phase: this.#node === null || !this.#init.isDone ? "Pending" : "Running",
      ready: this.ready,
      restarts: this.#restarts,
      lastTermination: this.#lastTermination,
      waitingReason: waiting ? reason : null,
      init: { ...this.#init },
      statusReason: this.lostNode ? "NodeLost" : null,
      createdAtMs: this.spec.createdAtMs,
    };
  }
}

async function isHealthy(port: number): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/healthz`, { signal: AbortSignal.timeout(1_000) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
