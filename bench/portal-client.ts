import { Agent, get, type IncomingMessage } from "node:http";
import { type HealthView, healthViewSchema } from "@/lib/views/health/view";

/**
 * The health of a session's tenant.
 * @returns the view, and how many milliseconds its answer took to the last byte
 * @throws Error when it isn't 200, or the tenant isn't healthy: then other work would be measured than was meant
 */
export async function health(portalUrl: string, cookie: string): Promise<{ view: HealthView; ms: number }> {
  const startedMs = performance.now();
  const response = await fetch(`${portalUrl}/api/health`, { headers: { cookie } });
  const body = await response.text();
  const ms = performance.now() - startedMs;
  if (!response.ok) throw new Error(`/api/health answered ${response.status}: ${body.slice(0, 300)}`);
  const view = healthViewSchema.parse(JSON.parse(body));
  if (view.overall.state !== "healthy") {
    throw new Error(`The benchmark's tenants are healthy, but the portal says: ${view.overall.sentence}`);
  }
  return { view, ms };
}

/**
 * Puts requests by so many clients, each on a connection of its own and each waiting for its answer before its next request.
 * By node:http, whose cost is small beside the server's.
 * @param next the nth request
 * @returns how long each took, in milliseconds
 */
export async function load(
  portalUrl: string,
  { clients, requests }: { clients: number; requests: number },
  next: (nth: number) => { path: string; cookie?: string },
): Promise<number[]> {
  const { hostname, port } = new URL(portalUrl);
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const took: number[] = [];
  let begun = 0;
  const client = async () => {
    while (begun < requests) {
      const { path, cookie } = next(begun++);
      const startedMs = performance.now();
      const headers = cookie ? { cookie } : {};
      const status = await new Promise<number | undefined>((resolve, reject) => {
        const answer = (response: IncomingMessage) => {
          response.resume();
          response.on("end", () => resolve(response.statusCode));
          response.on("error", reject);
        };
        get({ hostname, port, path, agent, headers }, answer).on("error", reject);
      });
      took.push(performance.now() - startedMs);
      if (status !== 200) throw new Error(`${path} answered ${status}.`);
    }
  };
  try {
    await Promise.all(Array.from({ length: clients }, client));
  } finally {
    agent.destroy();
  }
  return took;
}
