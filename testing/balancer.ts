import { once } from "node:events";
import { createServer, request } from "node:http";

export type Passed = { upstreamPort: number; method: string; path: string; status: number; tookMs: number };

export type Balancer = {
  url: string;
  /** Where requests go from now on, in turn. */
  lead(...upstreamPorts: number[]): void;
  /** Every request that was answered, or couldn't be (502). */
  passed: Passed[];
  stop(): Promise<void>;
};

/** Stands in front of several replicas of the portal and gives each request to the next one, as a cluster's service does. */
export async function startBalancer(): Promise<Balancer> {
  let upstreams: number[] = [];
  let turn = 0;
  const passed: Passed[] = [];
  const server = createServer((asked, answer) => {
    turn += 1;
    const port = upstreams[turn % upstreams.length];
    const beganMs = performance.now();
    const note = (status: number) =>
      passed.push({
        upstreamPort: port ?? 0,
        method: asked.method ?? "",
        path: asked.url ?? "",
        status,
        tookMs: performance.now() - beganMs,
      });
    const giveUp = () => {
      note(502);
      if (!answer.headersSent) answer.writeHead(502);
      answer.end();
    };
    if (port === undefined) return giveUp();
    const passing = request(
      {
        host: "127.0.0.1",
        port,
        method: asked.method,
        path: asked.url,
        headers: { ...asked.headers, "x-forwarded-for": asked.socket.remoteAddress },
      },
      (response) => {
        answer.writeHead(response.statusCode ?? 502, response.rawHeaders);
        response.pipe(answer);
        response.on("end", () => note(response.statusCode ?? 502));
        response.on("error", giveUp);
      },
    );
    passing.on("error", giveUp);
    asked.pipe(passing);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The balancer has no port.");
  return {
    url: `http://127.0.0.1:${address.port}`,
    lead: (...ports) => {
      upstreams = ports;
    },
    passed,
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}
