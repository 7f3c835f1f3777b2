// A metrics store of generated answers, in a process of its own: what it says of many tenants costs it little, so that a cycle's time is
// the worker's. Memory is the one line that alerts; FIRING is how many tenants it breaches for. It sends its port by IPC.
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { SIGNAL_IDS } from "@/lib/catalogue/bundle";
import { fleetQuery } from "@/lib/promql/fleet";
import { firingBundle } from "./firing-bundle";
import { fleetTenant } from "./fleet-samples";

const TENANTS = Number(process.env.TENANTS);
const FIRING = Number(process.env.FIRING);
const label = "tenant";

const QUIET_SECONDS = 0.2;
const ENOUGH_REQUESTS = 1_000;
const tenants = Array.from({ length: TENANTS }, (_, index) => fleetTenant(index));
type SaidOf = (index: number, atSeconds: number) => number;

/** What is said to each question of the bundle; to every other one nothing is known. */
function answersByQuery(): Map<string, SaidOf> {
  const answers = new Map<string, SaidOf>();
  const bundle = firingBundle();
  for (const id of SIGNAL_IDS) {
    const { lines, traffic, windowSeconds, worse } = bundle.signals[id];
    const fine = worse === "lower" ? 1 : id === "latency" ? QUIET_SECONDS : 0;
    const say = (template: string, saidOf: SaidOf) =>
      answers.set(fleetQuery(template, { label, windowSeconds }).promql, saidOf);
    if (traffic) say(traffic.query, () => ENOUGH_REQUESTS);
    for (const line of lines) {
      const isMemory = id === "saturation" && line.id === "memory";
      say(line.query, (index) => (isMemory && index < FIRING ? 0.95 : isMemory ? 0.1 : fine));
      if (line.freshness) say(line.freshness, (_, atSeconds) => atSeconds);
    }
  }
  return answers;
}
const ANSWERS = answersByQuery();

function vector(saidOf: SaidOf | undefined, atSeconds: number): string {
  const samples = saidOf
    ? tenants.map(
        (tenant, index) =>
          `{"metric":{"tenant":"${tenant}"},"value":[${atSeconds},"${saidOf(index, atSeconds)}"]}`,
      )
    : [];
  return `{"status":"success","data":{"resultType":"vector","result":[${samples.join(",")}]}}`;
}

async function bodyOf(request: IncomingMessage): Promise<URLSearchParams> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return new URLSearchParams(Buffer.concat(chunks).toString());
}

const server = createServer(async (request, response) => {
  const form = await bodyOf(request);
  const answer = request.url?.startsWith("/api/v1/query_range")
    ? '{"status":"success","data":{"resultType":"matrix","result":[]}}'
    : vector(ANSWERS.get(form.get("query") ?? ""), Number(form.get("time")));
  response.writeHead(200, { "Content-Type": "application/json" }).end(answer);
});
server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));
process.on("disconnect", () => process.exit(0));
