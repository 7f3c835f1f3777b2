import { cadvisorLabels } from "../cadvisor";
import { type Character, imageOf, namespaceOf } from "../characters";
import { requestsPerSecond } from "../day-curve";
import type { Random } from "../random";
import type { PastPod, ScenarioAlert } from "../scenario";
import { kubeletTarget } from "../targets";
import { Line } from "./lines";

const MIB = 1024 * 1024;
const LEAK_MS = 50 * 60_000;

/** Processor time and memory of one pod's container, as cAdvisor counts them. */
export class ResourceHistory {
  readonly #cpu: Line;
  readonly #memory: Line;
  #cpuSeconds = 0;
  #drift = 0;

  constructor(
    private readonly character: Character,
    private readonly pod: PastPod,
    private readonly random: Random,
  ) {
    const labels = {
      ...kubeletTarget(pod.node, "/metrics/cadvisor"),
      tenant: character.id,
      ...cadvisorLabels({
        namespace: namespaceOf(character.id),
        pod: pod.name,
        uid: pod.uid,
        container: character.id,
        image: imageOf(character.id, pod.version),
        restarts: pod.restarts.length,
      }),
    };
    this.#cpu = new Line("container_cpu_usage_seconds_total", { ...labels, cpu: "total" });
    this.#memory = new Line("container_memory_working_set_bytes", labels);
  }

  reset(): void {
    this.#cpuSeconds = 0;
    this.#drift = 0;
  }

  advance(atMs: number, seconds: number, alerts: readonly ScenarioAlert[]): void {
    const down = alerts.some((alert) => alert.kind === "down");
    const perSecond = down ? 0 : requestsPerSecond(this.character, atMs) / this.character.replicas;
    const cores = IDLE_CORES + perSecond * (this.character.cpuSecondsPerRequest + REQUEST_CORE_SECONDS);
    this.#cpuSeconds += seconds * cores * (0.9 + 0.2 * this.random());
    this.#drift = Math.max(-6, Math.min(6, this.#drift + (this.random() - 0.5)));
  }

  text(atMs: number): string {
    return (
      this.#cpu.at(atMs, Math.round(this.#cpuSeconds * 100) / 100) +
      this.#memory.at(atMs, Math.round(this.#memoryBytes(atMs)))
    );
  }

  #memoryBytes(atMs: number): number {
    const resting = (RESTING_MEMORY_MIB + this.#drift) * MIB;
    const end = this.pod.restarts.find((restart) => restart.reason === "OOMKilled" && restart.atMs > atMs);
    if (!end || end.atMs - atMs > LEAK_MS) return resting;
    const leaked = 1 - (end.atMs - atMs) / LEAK_MS;
    return resting + (this.character.limits.memoryBytes - resting) * leaked;
  }
}

/** Measured on the live processes: what they take at rest, and what a request costs beside its own work. */
const RESTING_MEMORY_MIB = 88;
const IDLE_CORES = 0.004;
const REQUEST_CORE_SECONDS = 0.002;
