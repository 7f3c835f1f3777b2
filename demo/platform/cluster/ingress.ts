import {
  Agent,
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import { close, listen } from "../../pages/listen";
import type { CapabilityId } from "../characters";
import type { Cluster } from "./cluster";
import { INGRESS_CHECK_PATH, type SharedParts } from "./shared-parts";

/** The address under which users, and probes, reach one capability: passes each request to a ready pod, in turn. */
export class DemoIngress {
  readonly #server: Server;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 });
  #turn = 0;

  constructor(
    private readonly id: CapabilityId,
    private readonly cluster: Cluster,
    private readonly shared: SharedParts,
  ) {
    this.#server = createServer((request, response) => this.#pass(request, response));
  }

  /** @returns the URL, on a free loopback port */
  async start(): Promise<string> {
    return `http://127.0.0.1:${await listen(this.#server, 0, "The ingress")}`;
  }

  async stop(): Promise<void> {
    await close(this.#server);
    this.#agent.destroy();
  }

  #pass(request: IncomingMessage, response: ServerResponse): void {
    if (this.shared.ingressFails()) {
      end(response, 500, "The ingress failed.\n");
      return;
    }
    if (request.url === INGRESS_CHECK_PATH) {
      end(response, 200, "The ingress is here.\n");
      return;
    }
    if (this.shared.has("all-at-once")) {
      end(response, 502, "The capability did not answer.\n");
      return;
    }
    if (!this.cluster.isRouted(this.id)) {
      end(response, 503, "There is no route.\n");
      return;
    }
    const ready = this.cluster.pods().filter((pod) => pod.spec.capability === this.id && pod.ready);
    const pod = ready[this.#turn++ % Math.max(1, ready.length)];
    if (!pod?.port) {
      end(response, 503, "No pod is ready.\n");
      return;
    }
    const upstream = httpRequest(
      {
        host: "127.0.0.1",
        port: pod.port,
        agent: this.#agent,
        method: request.method,
        path: request.url,
        headers: request.headers,
        timeout: 15_000,
      },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    upstream.on("timeout", () => upstream.destroy());
    upstream.on("error", () => end(response, 502, "The pod did not answer.\n"));
    request.pipe(upstream);
  }
}

function end(response: ServerResponse, status: number, text: string): void {
  if (response.headersSent) response.destroy();
  else response.writeHead(status, { "Content-Type": "text/plain; charset=utf-8" }).end(text);
}
