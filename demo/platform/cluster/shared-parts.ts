import { setTimeout as wait } from "node:timers/promises";
import { Exposition } from "../exposition";
import { PLATFORM_FAULTS, type PlatformFault } from "../faults";

const CHECK_EVERY_MS = 1_000;
const CHECK_WITHIN_MS = 900;
/** The share of requests that a faulty ingress answers itself, with an error. */
const INGRESS_ERROR_SHARE = 0.5;
const SLOW_WRITE_MS = 2_500;

/** Where the ingress answers for itself, as its default backend does. */
export const INGRESS_CHECK_PATH = "/-/ingress-check";

/** What all capabilities share, beside the nodes: the ingress and the storage, and how each of them fares. */
export class SharedParts {
  readonly #on = new Set<PlatformFault>();
  readonly #ingress = { ok: 0, failed: 0 };
  readonly #storage = { writes: 0, seconds: 0 };
  #checks: NodeJS.Timeout | null = null;
  #newestKubeState = 0;

  /** @param ingressUrl any address of the ingress: it is asked for its own word every second, and counted */
  start(ingressUrl: string): void {
    this.#checks = setInterval(() => {
      void this.#checkIngress(ingressUrl);
      void this.#writeOnce();
    }, CHECK_EVERY_MS);
  }

  stop(): void {
    if (this.#checks) clearInterval(this.#checks);
  }

  set(fault: PlatformFault, on: boolean): void {
    if (fault === "second-kube-state-metrics" && on && !this.has(fault)) this.#newestKubeState += 1;
    if (on) this.#on.add(fault);
    else this.#on.delete(fault);
  }

  has(fault: PlatformFault): boolean {
    return this.#on.has(fault);
  }

  /** The ordinals of the pods of kube-state-metrics: one, and two while a new one runs beside the old. */
  kubeStateOrdinals(): number[] {
    const newest = this.#newestKubeState;
    return this.has("second-kube-state-metrics") ? [newest - 1, newest] : [newest];
  }

  faults(): PlatformFault[] {
    return PLATFORM_FAULTS.filter((fault) => this.#on.has(fault));
  }

  /** Whether the ingress answers the next request itself, with an error. */
  ingressFails(): boolean {
    return this.#on.has("ingress-errors") && Math.random() < INGRESS_ERROR_SHARE;
  }

  async #checkIngress(ingressUrl: string): Promise<void> {
    const answered = await fetch(`${ingressUrl}${INGRESS_CHECK_PATH}`, {
      signal: AbortSignal.timeout(CHECK_WITHIN_MS),
    })
      .then((response) => response.ok)
      .catch(() => false);
    if (answered) this.#ingress.ok += 1;
    else this.#ingress.failed += 1;
  }

  async #writeOnce(): Promise<void> {
    const startedMs = performance.now();
    await wait(this.#on.has("storage-slow") ? SLOW_WRITE_MS : 2, undefined, { ref: false });
    this.#storage.writes += 1;
    this.#storage.seconds += (performance.now() - startedMs) / 1000;
  }

  /** Under the names that ingress-nginx and the kubelet have for them. */
  exposition(): string {
    const requests = { controller_class: "k8s.io/ingress-nginx", ingress: "default-backend" };
    return new Exposition()
      .counter("nginx_ingress_controller_requests", "The total number of client requests")
      .counter("storage_operation_duration_seconds_sum", "Storage operation duration")
      .counter("storage_operation_duration_seconds_count", "Storage operation duration")
      .add("nginx_ingress_controller_requests", { ...requests, status: "200" }, this.#ingress.ok)
      .add("nginx_ingress_controller_requests", { ...requests, status: "500" }, this.#ingress.failed)
      .add("storage_operation_duration_seconds_sum", { volume_plugin: "standard" }, this.#storage.seconds)
      .add("storage_operation_duration_seconds_count", { volume_plugin: "standard" }, this.#storage.writes)
      .text();
  }
}
