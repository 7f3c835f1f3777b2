import { createServer, type Server } from "node:http";
import { freemem, loadavg, totalmem } from "node:os";
import { join } from "node:path";
import { close, listen } from "../../pages/listen";
import { addCadvisorRows, type ContainerRow } from "../cadvisor";
import { measureVolume } from "../capability/volume";
import { type CapabilityId, CHARACTERS, imageOf, type NodeId, namespaceOf } from "../characters";
import { hasSidecar, SIDECAR, sidecarUsage } from "../containers";
import { EXPOSITION_CONTENT_TYPE, Exposition } from "../exposition";
import { type DemoJob, jobPlace, jobUsageOf } from "../jobs/job";
import type { Pod } from "./pod";

const CHECK_MS = 1_000;
const NODE_EXPORTER_PATH = "/metrics/node";
/** As a file system of this size is made by default. */
const BYTES_PER_INODE = 16_384;

/** A node with its kubelet: looks after the pods bound to it and serves the exporters that live on a node. */
export class ClusterNode {
  #server: Server | null = null;
  #port = 0;
  #checks: NodeJS.Timeout | null = null;
  #downSinceMs: number | null = null;
  /** Whether its kubelet answers scrapes. The node's own exporter does in any case. */
  isKubeletReachable = true;
  readonly #bootedAtMs = Date.now();

  constructor(
    readonly id: NodeId,
    private readonly podsHere: () => Pod[],
    private readonly jobsHere: () => DemoJob[],
    private readonly hosted: () => Iterable<CapabilityId>,
    private readonly volumesDir: string,
  ) {}

  get port(): number {
    return this.#port;
  }

  /** Since when the node has been away, or null. */
  get downSinceMs(): number | null {
    return this.#downSinceMs;
  }

  async start(): Promise<void> {
    this.#server = createServer((request, response) => {
      const path = request.url ?? "/";
      if (!this.isKubeletReachable && path !== NODE_EXPORTER_PATH) {
        response.destroy();
        return;
      }
      const text = this.#exposition(path);
      if (text === null) response.writeHead(404).end("Not found.\n");
      else response.writeHead(200, { "Content-Type": EXPOSITION_CONTENT_TYPE }).end(text);
    });
    // The same port after an outage: a node comes back under its own address.
    this.#port = await listen(this.#server, this.#port, `The exporters of ${this.id}`);
    this.#downSinceMs = null;
    this.#checks = setInterval(() => {
      for (const pod of this.podsHere()) void pod.check();
    }, CHECK_MS);
  }

  /** Takes the node away: exporters first, then every process on it, without an orderly stop. */
  async goDown(): Promise<void> {
    if (this.#downSinceMs !== null) return;
    this.#downSinceMs = Date.now();
    if (this.#checks) clearInterval(this.#checks);
    if (this.#server) await close(this.#server);
    this.#server = null;
    await Promise.all(this.podsHere().map((pod) => pod.die()));
  }

  /** Stops serving; the pods are the cluster's to delete. */
  async stop(): Promise<void> {
    if (this.#checks) clearInterval(this.#checks);
    if (this.#server) await close(this.#server);
    this.#server = null;
  }

  #exposition(path: string): string | null {
    if (path === "/metrics/cadvisor") return this.#cadvisor();
    if (path === "/metrics") return this.#kubelet();
    if (path === NODE_EXPORTER_PATH) return this.#nodeExporter();
    return null;
  }

  #cadvisor(): string {
    const exposition = new Exposition()
      .counter("container_cpu_usage_seconds_total", "Cumulative cpu time consumed in seconds.")
      .gauge("container_memory_working_set_bytes", "Current working set in bytes.");
    const ofPods = this.podsHere().flatMap(rowsOfPod);
    const ofJobs = this.jobsHere().map(
      (job): ContainerRow => ({ ...jobPlace(job), ...jobUsageOf(job, Date.now()) }),
    );
    addCadvisorRows(exposition, [...ofPods, ...ofJobs]);
    return exposition.text();
  }

  #kubelet(): string {
    const exposition = new Exposition()
      .gauge("kubelet_volume_stats_used_bytes", "Number of used bytes in the volume")
      .gauge("kubelet_volume_stats_capacity_bytes", "Capacity in bytes of the volume")
      .gauge("kubelet_volume_stats_inodes_used", "Number of used inodes in the volume")
      .gauge("kubelet_volume_stats_inodes", "Maximum number of inodes in the volume");
    for (const id of this.hosted()) {
      const { volume } = CHARACTERS[id];
      if (volume.node !== this.id) continue;
      const labels = { namespace: namespaceOf(id), persistentvolumeclaim: volume.claim };
      exposition.add(
        "kubelet_volume_stats_used_bytes",
        labels,
        measureVolume(join(this.volumesDir, volume.claim)),
      );
      exposition.add("kubelet_volume_stats_capacity_bytes", labels, volume.capacityBytes);
      // A directory of a few files on a file system of any size.
      exposition.add("kubelet_volume_stats_inodes_used", labels, 11);
      exposition.add("kubelet_volume_stats_inodes", labels, volume.capacityBytes / BYTES_PER_INODE);
    }
    return exposition.text();
  }

  #nodeExporter(): string {
    return new Exposition()
      .gauge("node_boot_time_seconds", "Node boot time, in unixtime.")
      .gauge("node_load1", "1m load average.")
      .gauge("node_memory_MemTotal_bytes", "Memory information field MemTotal_bytes.")
      .gauge("node_memory_MemAvailable_bytes", "Memory information field MemAvailable_bytes.")
      .add("node_boot_time_seconds", {}, Math.floor(this.#bootedAtMs / 1000))
      .add("node_load1", {}, loadavg()[0] ?? 0)
      .add("node_memory_MemTotal_bytes", {}, totalmem())
      .add("node_memory_MemAvailable_bytes", {}, freemem())
      .text();
  }
}

/** The containers of a pod that run: its own, and its native sidecar. */
function rowsOfPod({ spec, usage, restarts, isInitialized }: Pod): ContainerRow[] {
  const { capability, name, uid, version, createdAtMs } = spec;
  const pod = { namespace: namespaceOf(capability), pod: name, uid };
  const own = { ...pod, container: capability, image: imageOf(capability, version), restarts };
  const sidecar = { ...pod, container: SIDECAR.name, image: SIDECAR.image, restarts: 0 };
  return [
    ...(usage ? [{ ...own, ...usage }] : []),
    ...(isInitialized && hasSidecar(capability)
      ? [{ ...sidecar, ...sidecarUsage(createdAtMs, Date.now()) }]
      : []),
  ];
}
