import { once } from "node:events";
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from "node:http";

/** A question as the portal put it. */
export type RecordedQuery = {
  path: string;
  form: [name: string, value: string][];
};

export type CountingProxy = {
  url: string;
  /** The questions since the last time that somebody took them. */
  take(): RecordedQuery[];
  stop(): Promise<void>;
};

/** Stands between the portal and its Prometheus, passes everything through, and writes down what was asked. */
export async function startCountingProxy(prometheusUrl: string): Promise<CountingProxy> {
  const upstream = new URL(prometheusUrl);
  const agent = new Agent({ keepAlive: true });
  let recorded: RecordedQuery[] = [];

  async function pass(incoming: IncomingMessage, answer: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const path = incoming.url ?? "/";
    if (path.startsWith("/api/v1/query")) {
      recorded.push({ path, form: [...new URLSearchParams(body.toString())] });
    }
    const onward = request(
      {
        hostname: upstream.hostname,
        port: upstream.port,
        agent,
        path,
        method: incoming.method,
        headers: incoming.headers,
      },
      (response) => {
        answer.writeHead(response.statusCode ?? 502, response.headers);
        response.pipe(answer);
      },
    );
    onward.on("error", () => answer.destroy());
    onward.end(body);
  }

  const server = createServer((incoming, answer) => {
    pass(incoming, answer).catch(() => answer.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    take() {
      const taken = recorded;
      recorded = [];
      return taken;
    },
    async stop() {
      server.close();
      server.closeAllConnections();
      agent.destroy();
    },
  };
}
