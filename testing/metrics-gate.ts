import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { text } from "node:stream/consumers";

/** What becomes of a question: it passes; it does so once the mode changes; the connection is cut; it never ends; or the answer is spoilt. */
export type GateMode = "pass" | "late" | "cut" | "hang" | "starting" | "html" | "warnings" | "half";

export type MetricsGate = {
  url: string;
  /** @param about only questions in whose PromQL this stands; the others pass */
  set(mode: GateMode, about?: string): void;
  /** How many questions came to it. */
  asked(): number;
  /** @param upstream whom it asks from now on */
  lead(upstream: string): void;
  stop(): Promise<void>;
};

type Answer = { status: number; contentType: string; body: string };

async function askUpstream(upstream: string, request: IncomingMessage, question: string): Promise<Answer> {
  const response = await fetch(`${upstream}${request.url}`, {
    method: request.method,
    headers: { "content-type": request.headers["content-type"] ?? "application/x-www-form-urlencoded" },
    body: request.method === "POST" ? question : undefined,
  });
  const contentType = response.headers.get("content-type") ?? "application/json";
  return { status: response.status, contentType, body: await response.text() };
}

function send(response: ServerResponse, { status, contentType, body }: Answer): void {
  response.writeHead(status, { "content-type": contentType, "content-length": Buffer.byteLength(body) });
  response.end(body);
}

/** Answers in the given mode, as a Prometheus in that trouble does. */
function spoil(
  mode: Exclude<GateMode, "late" | "hang" | "cut">,
  response: ServerResponse,
  good: Answer,
): void {
  switch (mode) {
    case "pass":
      send(response, good);
      break;
    case "starting":
      send(response, { status: 503, contentType: "text/plain", body: "Service Unavailable" });
      break;
    case "html": {
      const body = "<!doctype html><title>Log in</title><p>Please log in to continue.";
      send(response, { status: 200, contentType: "text/html", body });
      break;
    }
    case "warnings": {
      const warnings = ["store gateway: 1 of 3 blocks missing"];
      send(response, { ...good, body: JSON.stringify({ ...JSON.parse(good.body), warnings }) });
      break;
    }
    case "half": {
      const { status, contentType, body } = good;
      response.writeHead(status, { "content-type": contentType, "content-length": Buffer.byteLength(body) });
      response.write(body.slice(0, body.length / 2), () => response.socket?.destroy());
    }
  }
}

/** Stands between a portal and a Prometheus, so that every way in which a Prometheus fails can be had at once. */
export async function startMetricsGate(prometheus: string): Promise<MetricsGate> {
  let upstream = prometheus;
  let mode: GateMode = "pass";
  let about = "";
  let asked = 0;
  let letGo = () => {};
  let held = Promise.resolve();
  const sockets = new Set<Socket>();
  const cutAll = () => {
    for (const socket of sockets) socket.destroy();
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const question = await text(request);
    asked += 1;
    const promql = new URLSearchParams(question).get("query") ?? "";
    const now = promql.includes(about) ? mode : "pass";
    if (now === "late") await held;
    if (now === "cut") request.socket.destroy();
    else if (now !== "hang")
      spoil(now === "late" ? "pass" : now, response, await askUpstream(upstream, request, question));
  }

  const server: Server = createServer((request, response) => {
    answer(request, response).catch(() => request.socket.destroy());
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The gate has no port.");
  return {
    url: `http://127.0.0.1:${address.port}`,
    set(next, only = "") {
      const wasLate = mode === "late";
      mode = next;
      about = only;
      letGo();
      if (next === "late")
        held = new Promise((resolve) => {
          letGo = resolve;
        });
      if (wasLate) return;
      // Requests that still wait on a hanging answer are released, and no connection from before is kept.
      cutAll();
    },
    asked: () => asked,
    lead(to) {
      upstream = to;
      cutAll();
    },
    async stop() {
      server.close();
      cutAll();
      await once(server, "close");
    },
  };
}
