import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { Histogram, Registry } from "prom-client";
import { CHARACTERS, type Character, DURATION_BUCKETS } from "../characters";
import { loadFactor } from "../day-curve";
import type { ProcessFaults } from "../faults";
import { logNormal } from "../random";
import type { FromCapability, ToCapability } from "./messages";
import { Volume } from "./volume";
import { frontPage, matchRoute, work } from "./work";

const LEAK_BYTES_PER_SECOND = 4 * 1024 * 1024;
const FAULTY_SHARE = 0.3;
const SLOW_SECONDS = 1.2;
const CRASH_EXIT_CODE = 3;

function characterOf(id: string | undefined): Character {
  const found = Object.values(CHARACTERS).find((each) => each.id === id);
  if (!found) throw new Error("CAPABILITY does not name a capability.");
  return found;
}

/** One capability's process: serves its routes, measures them, and misbehaves as its supervisor commands. */
function main(environment: NodeJS.ProcessEnv): void {
  const character = characterOf(environment.CAPABILITY);
  const version = environment.VERSION ?? "";
  const volume = new Volume(environment.VOLUME_DIR ?? "", environment.POD ?? "", character.volume);
  let faults: ProcessFaults = JSON.parse(environment.FAULTS ?? "{}");
  if (faults.crashLoop) crash();

  const registry = new Registry();
  const durations = requestDurations(character, registry);
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? "/", "http://capability").pathname;
    // What the platform asks is not the users' traffic, so it isn't measured as such.
    if (path === "/healthz") return send(response, 200, "ok\n");
    if (path === "/metrics") return send(response, 200, await registry.metrics(), registry.contentType);
    if (path === "/") return send(response, 200, frontPage(character, version), "text/html; charset=utf-8");
    const route = matchRoute(character, request.method ?? "GET", path);
    if (!route) return send(response, 404, "Not found.\n");
    const startedAtMs = performance.now();
    request.resume();
    const result = work(character.cpuSecondsPerRequest);
    const seconds =
      logNormal(Math.random, route.medianSeconds * loadFactor(character, Date.now()), route.spread) +
      (faults.slowness ? logNormal(Math.random, SLOW_SECONDS, 0.3) : 0);
    await wait(Math.max(0, seconds * 1000 - (performance.now() - startedAtMs)));
    const failed = Math.random() < (faults.errors ? FAULTY_SHARE : character.errorShare);
    const code = failed ? 500 : successCode(route.method);
    if (!failed) volume.append(route.storedBytes, Date.now());
    durations.observe(
      { code: String(code), method: route.method, route: route.route },
      (performance.now() - startedAtMs) / 1000,
    );
    send(response, code, failed ? "Something went wrong.\n" : `${result}\n`);
  }

  const leak = startLeak(() => faults.memoryLeak === true);
  process.on("message", (message: ToCapability) => {
    faults = message.faults;
    if (faults.crashLoop) crash();
    if (!faults.memoryLeak) leak.free();
  });
  process.on("disconnect", () => process.exit(0));
  // Ctrl-C reaches the whole group of processes; when to end is the supervisor's to say.
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => {
    server.close(() => process.exit(0));
    server.closeIdleConnections();
  });

  server.listen(0, "127.0.0.1", () => {
    const listening: FromCapability = { type: "listening", port: (server.address() as AddressInfo).port };
    process.send?.(listening);
  });
}

/** The histogram of requests, with every series from the first scrape on. */
function requestDurations(character: Character, registry: Registry): Histogram<"code" | "method" | "route"> {
  const durations = new Histogram({
    name: "http_request_duration_seconds",
    help: "Duration of HTTP requests in seconds.",
    labelNames: ["code", "method", "route"],
    buckets: [...DURATION_BUCKETS],
    registers: [registry],
  });
  // No request yet is a zero and not a gap, and the first error is an increase.
  for (const { method, route } of character.routes) {
    for (const code of [successCode(method), 500]) durations.zero({ code: String(code), method, route });
  }
  return durations;
}

/** Takes more and more memory while the fault is on. @returns how all of it is given back */
function startLeak(isOn: () => boolean): { free(): void } {
  const leaked: Buffer[] = [];
  // Each process at its own pace, so that two replicas aren't killed in the same second.
  const leakBytes = (LEAK_BYTES_PER_SECOND / 4) * (0.7 + 0.6 * Math.random());
  setInterval(() => {
    // Filled, so that the pages are really taken: an untouched allocation costs no memory.
    if (isOn()) leaked.push(Buffer.alloc(leakBytes, 1));
  }, 250);
  return {
    free: () => {
      leaked.length = 0;
    },
  };
}

function successCode(method: string): number {
  return method === "POST" ? 201 : 200;
}

function crash(): never {
  process.stderr.write("The configuration can't be read.\n");
  process.exit(CRASH_EXIT_CODE);
}

function send(
  response: ServerResponse,
  status: number,
  body: string,
  type = "text/plain; charset=utf-8",
): void {
  response.writeHead(status, { "Content-Type": type, "Cache-Control": "no-store" }).end(body);
}

main(process.env);
