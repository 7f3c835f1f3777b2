import { createServer, request } from "node:http";
import { close, LOOPBACK, listen } from "../pages/listen";

/** A front end of Prometheus that mixes questions up, as a cache that ignores what a question says. */
export type MixUp = { port: number; stop(): Promise<void> };

/** Whose series a tenant is answered with. */
const insteadOf = (tenant: string) => (tenant === "photos" ? "tickets" : "photos");

/** The question as if another tenant had put it: the answer is a true one, and somebody else's. */
export const mixedUp = (promql: string): string =>
  promql.replace(/\btenant="([a-z0-9-]+)"/g, (_, tenant: string) => `tenant="${insteadOf(tenant)}"`);

/** @param port where Prometheus listens */
export async function startMixUp(port: number): Promise<MixUp> {
  const server = createServer((asked, answer) => {
    asked.toArray().then(
      (chunks: Buffer[]) => {
        const form = new URLSearchParams(Buffer.concat(chunks).toString("utf8"));
        const query = form.get("query");
        if (query !== null) form.set("query", mixedUp(query));
        const body = form.toString();
        const headers = { ...asked.headers, "content-length": Buffer.byteLength(body) };
        const { method, url: path } = asked;
        const onward = request({ host: LOOPBACK, port, method, path, headers }, (response) => {
          answer.writeHead(response.statusCode ?? 502, response.headers);
          response.pipe(answer);
        });
        onward.on("error", () => answer.destroy());
        onward.end(body);
      },
      () => {}, // the client has gone
    );
  });
  return {
    port: await listen(server, 0, "The front end that mixes questions up"),
    stop: () => close(server),
  };
}
