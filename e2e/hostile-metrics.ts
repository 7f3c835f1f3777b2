import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** What a capability could write into each label that it has a say in. */
const MARKUP = [
  "<img src=//hostile.example/p.png onerror=alert(1) id=hostile>",
  "</script><script>alert(2)</script>",
  `"><svg onload=alert(3)>`,
  '=HYPERLINK("http://hostile.example")',
  "javascript:alert(4)//{{constructor.constructor('alert(5)')()}}",
  "\u202egnp.exe\u0000\r\nSet-Cookie: a=b",
];

/** The labels that say whose a series is, and which line of several it is: Watchpost asks by them. */
const OURS = /^(__name__|tenant|le|quantile|phase|condition|status|component|state|watchpost_.*)$/;

export type HostileMetrics = {
  url: string;
  /** How many labels were replaced. */
  spoilt(): number;
  stop(): Promise<void>;
};

type Series = { metric?: Record<string, string> };

/**
 * Stands between a portal and a Prometheus, and gives every other label of one tenant's series a value that is markup, a script
 * or a formula. Prometheus allows any of it.
 */
export async function startHostileMetrics(prometheus: string, tenant: string): Promise<HostileMetrics> {
  let count = 0;
  const spoil = ({ metric }: Series) => {
    if (metric?.tenant !== tenant) return;
    for (const name of Object.keys(metric).filter((label) => !OURS.test(label))) {
      // The same value becomes the same markup, and two values stay two: series stay as many as they are.
      const value = metric[name] ?? "";
      metric[name] = `${MARKUP[value.length % MARKUP.length]} ${value}`;
      count += 1;
    }
  };
  const server = createServer((request, response) => {
    void (async () => {
      const answer = await fetch(`${prometheus}${request.url}`, {
        method: request.method ?? "GET",
        headers: { "content-type": request.headers["content-type"] ?? "application/x-www-form-urlencoded" },
        ...(request.method === "POST" && { body: await text(request) }),
      });
      const body = (await answer.json()) as { data?: { result?: Series[] } };
      if (Array.isArray(body.data?.result)) body.data.result.forEach(spoil);
      response.writeHead(answer.status, { "content-type": "application/json" });
      response.end(JSON.stringify(body));
    })().catch(() => request.socket.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    spoilt: () => count,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
