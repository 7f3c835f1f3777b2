import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { hasBearerToken } from "@/lib/doorway/bearer";
import { log } from "@/lib/infra/log";
import { METRICS_CONTENT_TYPE, metricsText } from "@/lib/infra/metrics";
import { readinessStore } from "@/lib/readiness/store";

export type HttpOptions = {
  port: number;
  host?: string;
  /** METRICS_TOKEN. Without one there are no metrics. */
  metricsToken?: string;
  /** Whether a restart wouldn't help. */
  isAlive?(): boolean;
  /** Why the worker can't do its work, one sentence each; empty when it can. */
  faults(): Promise<string[]>;
  /** What the operator should know and what keeps nobody from being judged, one sentence each. It never makes the worker unready. */
  degraded?(): string[];
};

/** A kubelet and a Prometheus or two ask. Whoever holds more open must not take the files that mails need. */
const MOST_CONNECTIONS = 16;

const HANGS = "Nothing is evaluated though the database answers on a new connection; a restart helps.\n";

/** The worker's own HTTP server for the operator: /healthz, /readyz and /metrics. It has nothing of any tenant. */
export async function startHttp(options: HttpOptions): Promise<{ port: number; stop(): Promise<void> }> {
  const server = createServer((request, response) => {
    answer(options, request, response).catch((error) => {
      log.error({ err: error }, "The worker could not answer a request of the operator's.");
      response.destroy();
    });
  });
  server.requestTimeout = 10_000;
  server.maxConnections = MOST_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, options.host, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === "object" && address ? address.port : options.port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  { metricsToken, faults, degraded = () => [], isAlive = () => true }: HttpOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const send = (status: number, body: string, type = "text/plain; charset=utf-8") => {
    response.writeHead(status, { "Content-Type": type, "Cache-Control": "no-store" });
    response.end(request.method === "HEAD" ? undefined : body);
  };
  if (request.method !== "GET" && request.method !== "HEAD") return send(405, "Only GET is answered here.\n");
  switch (request.url?.split("?")[0]) {
    case "/healthz":
      return isAlive() ? send(200, "ok\n") : send(503, HANGS);
    case "/readyz": {
      const found = await faults();
      const body = JSON.stringify({ ready: found.length === 0, faults: found, degraded: degraded() });
      return send(found.length === 0 ? 200 : 503, body, "application/json");
    }
    case "/metrics": {
      if (metricsToken === undefined) return send(404, "There is nothing at this address.\n");
      if (!hasBearerToken(request.headers.authorization ?? null, metricsToken))
        return send(401, "Send the METRICS_TOKEN as a bearer token.\n");
      return send(
        200,
        await metricsText({ process: "worker", isDatabaseReachable: readinessStore.isDatabaseReachable }),
        METRICS_CONTENT_TYPE,
      );
    }
    default:
      return send(404, "There is nothing at this address.\n");
  }
}
