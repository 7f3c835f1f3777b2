import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { afterEach } from "vitest";

const stops: (() => Promise<void>)[] = [];
afterEach(() => Promise.all(stops.splice(0).map((stop) => stop())));

export type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void;

/** A real server that misbehaves as configured, until the test ends. */
export async function startFaulty(handler: Handler) {
  const seen: { path: string; headers: IncomingMessage["headers"]; form: URLSearchParams }[] = [];
  const server = createServer(async (request, response) => {
    const body = await text(request);
    seen.push({ path: request.url ?? "", headers: request.headers, form: new URLSearchParams(body) });
    handler(request, response, body);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The faulty server has no port.");
  stops.push(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  });
  return { url: `http://127.0.0.1:${address.port}`, seen };
}

/** An answer of this body. */
export const reply =
  (body: unknown, status = 200): Handler =>
  (_, response) => {
    response.writeHead(status, { "content-type": "application/json" });
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  };
/** An instant's answer with a series of each of these tenants. */
export const vector = (...tenants: string[]) => ({
  status: "success",
  data: { resultType: "vector", result: tenants.map((tenant) => ({ metric: { tenant }, value: [1, "1"] })) },
});
