import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { close, listen } from "../../pages/listen";
import type { CapabilityId } from "../characters";
import type { Cluster } from "../cluster/cluster";
import type { SharedParts } from "../cluster/shared-parts";
import { EXPOSITION_CONTENT_TYPE } from "../exposition";
import { probe } from "./blackbox";
import { jobMetricsPath, jobTargets, kubeStateTargets, podTargets, probeTargets } from "./discovery";
import { jobExposition } from "./job-metrics";
import { kubeStateExposition } from "./kube-state/kube-state";

/** The exporters that a cluster has once: kube-state-metrics, blackbox, and the API that Prometheus discovers targets with. */
export class Exporters {
  readonly #server: Server;

  constructor(
    private readonly cluster: Cluster,
    private readonly shared: SharedParts,
    private readonly capabilityUrls: Record<CapabilityId, string>,
    private readonly signInUrl: string | null,
  ) {
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch(() => response.destroy());
    });
  }

  /** @returns host and port */
  async start(): Promise<string> {
    return `127.0.0.1:${await listen(this.#server, 0, "The exporters")}`;
  }

  stop(): Promise<void> {
    return close(this.#server);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://exporters");
    const text = (body: string) =>
      response.writeHead(200, { "Content-Type": EXPOSITION_CONTENT_TYPE }).end(body);
    const json = (body: unknown) =>
      response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify(body));
    switch (url.pathname) {
      case "/kube-state-metrics":
        return void text(kubeStateExposition(this.cluster.view()));
      case "/platform":
        return void text(this.shared.exposition());
      case "/discovery/pods":
        return void json([
          ...podTargets(this.cluster),
          ...jobTargets(this.cluster, request.headers.host ?? ""),
        ]);
      case "/discovery/kube-state-metrics":
        return void json(kubeStateTargets(this.shared.kubeStateOrdinals(), request.headers.host ?? ""));
      case "/discovery/probes":
        return void json(probeTargets(this.cluster, this.capabilityUrls));
      case "/probe": {
        // Only what discovery names is probed: this is not a way to reach other addresses.
        const target = url.searchParams.get("target") ?? "";
        const known =
          target === this.signInUrl ||
          probeTargets(this.cluster, this.capabilityUrls).some(({ targets }) => targets.includes(target));
        if (known) return void text(await probe(target));
        response.writeHead(400).end("This is not a target of this platform.\n");
        return;
      }
      default: {
        const job = this.cluster.answeringJobs().find(({ pod }) => jobMetricsPath(pod) === url.pathname);
        if (job) return void text(jobExposition(job, Date.now()));
        response.writeHead(404).end("Not found.\n");
      }
    }
  }
}
