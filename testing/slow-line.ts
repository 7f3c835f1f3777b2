import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** Where a page is cut: each piece is the HTML from one of these offsets to the next. */
export type Cuts = (html: string) => number[];

export type SlowLine = {
  url: string;
  /** How many pieces the last page came in. */
  pieces(): number;
  /** Pages that are asked for from now on come in these pieces. */
  cutAt(cuts: Cuts): void;
  stop(): Promise<void>;
};

/** Long enough for the browser to draw what it has before more comes. */
const PAUSE_MS = 100;

/** The portal needs only these to see who asks, and what for; a browser's other headers end at the line. */
const PASSED_ON = ["cookie", "accept", "rsc", "user-agent"];

/**
 * Stands between a browser and a portal as a slow line does: a page's HTML comes in pieces, with a pause after each that is
 * long enough to be drawn. Everything else passes at once. Cookies don't know ports, so who is signed in there is signed in here.
 */
export async function startSlowLine(portal: string): Promise<SlowLine> {
  let cuts: Cuts = () => [];
  let pieces = 0;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const headers = new Headers();
    for (const name of PASSED_ON) {
      const value = request.headers[name];
      if (typeof value === "string") headers.set(name, value);
    }
    const upstream = await fetch(`${portal}${request.url}`, { headers, redirect: "manual" });
    const body = Buffer.from(await upstream.arrayBuffer());
    const fields = [...upstream.headers].filter(
      // The body is whole and unpacked by now; a connection belongs to its own two ends.
      ([name]) => !/^(content-encoding|content-length|transfer-encoding|connection|keep-alive)$/.test(name),
    );
    response.writeHead(upstream.status, Object.fromEntries(fields));
    if (!upstream.headers.get("content-type")?.startsWith("text/html")) {
      response.end(body);
      return;
    }
    const html = body.toString();
    const offsets = [0, ...cuts(html), html.length];
    pieces = offsets.length - 1;
    for (const [index, from] of offsets.slice(0, -1).entries()) {
      response.write(html.slice(from, offsets[index + 1]));
      await sleep(PAUSE_MS);
    }
    response.end();
  }

  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    answer(request, response).catch(() => request.socket.destroy());
  });
  server.on("connection", (socket) => {
    socket.setNoDelay(true);
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The line has no port.");
  return {
    url: `http://127.0.0.1:${address.port}`,
    pieces: () => pieces,
    cutAt(next) {
      cuts = next;
    },
    async stop() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, "close");
    },
  };
}
