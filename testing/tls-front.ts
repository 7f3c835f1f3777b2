import { once } from "node:events";
import { request } from "node:http";
import { createServer } from "node:https";
import { throwawayCertificate } from "@/demo/mail/certificate";

export type TlsFront = {
  /** `https://localhost:PORT`. */
  url: string;
  /** Where it passes requests on to; 503 before that is known. */
  lead(port: number): void;
  stop(): Promise<void>;
};

/** Ends TLS in front of a portal that speaks plain HTTP, as the proxy of an installation does. */
export async function startTlsFront(): Promise<TlsFront> {
  let upstreamPort: number | null = null;
  const server = createServer(await throwawayCertificate(), (asked, answer) => {
    if (upstreamPort === null) {
      answer.writeHead(503).end();
      return;
    }
    const passed = request(
      {
        host: "127.0.0.1",
        port: upstreamPort,
        method: asked.method,
        path: asked.url,
        headers: {
          ...asked.headers,
          "x-forwarded-proto": "https",
          "x-forwarded-for": asked.socket.remoteAddress,
        },
      },
      (response) => {
        answer.writeHead(response.statusCode ?? 502, response.rawHeaders);
        response.pipe(answer);
      },
    );
    passed.on("error", () => answer.destroy());
    asked.pipe(passed);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The TLS front has no port.");
  return {
    url: `https://localhost:${address.port}`,
    lead(port) {
      upstreamPort = port;
    },
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}
