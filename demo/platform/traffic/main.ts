import { Agent, request as httpRequest } from "node:http";
import { type CapabilityId, CHARACTERS, GUEST_ID, type Route } from "../characters";
import { requestsPerSecond } from "../day-curve";
import type { ToTraffic } from "./messages";

/** No more than this waits for an answer at a time, so that a slow capability doesn't fill the machine. */
const MOST_IN_FLIGHT = 60;

const agent = new Agent({ keepAlive: true, maxSockets: MOST_IN_FLIGHT });
/** The guest gets none until it is here. */
let paused = new Set<CapabilityId>([GUEST_ID]);
let inFlight = 0;

/** Sends one capability's requests, each a random while after the one before, as independent users would. */
function drive(id: CapabilityId, baseUrl: string): void {
  const character = CHARACTERS[id];
  const next = () => {
    const perSecond = requestsPerSecond(character, Date.now());
    // Looked at afresh every 20 s at the latest, since the day moves on.
    const waitSeconds = -Math.log(1 - Math.random()) / perSecond;
    setTimeout(() => {
      if (waitSeconds <= 20 && !paused.has(id)) send(baseUrl, pickRoute(character.routes));
      next();
    }, Math.min(waitSeconds, 20) * 1000);
  };
  next();
}

function pickRoute(routes: readonly Route[]): Route | undefined {
  let draw = Math.random();
  return (
    routes.find((route) => {
      draw -= route.share;
      return draw < 0;
    }) ?? routes[0]
  );
}

function send(baseUrl: string, route: Route | undefined): void {
  if (!route || inFlight >= MOST_IN_FLIGHT) return;
  inFlight += 1;
  const path = route.route.replaceAll(":id", () => String(1 + Math.floor(Math.random() * 500)));
  const request = httpRequest(
    `${baseUrl}${path}`,
    { agent, method: route.method, timeout: 20_000 },
    (response) => {
      response.resume();
    },
  );
  request.on("timeout", () => request.destroy());
  // A refused or broken request is normal here: the probe and the capability's own numbers show it.
  request.on("error", () => {});
  request.on("close", () => {
    inFlight -= 1;
  });
  request.end();
}

process.on("message", (message: ToTraffic) => {
  paused = new Set(message.capabilities);
});
process.on("disconnect", () => process.exit(0));
// Ctrl-C reaches the whole group of processes; when to end is the platform's to say.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => process.exit(0));

const urls: Record<CapabilityId, string> = JSON.parse(process.env.CAPABILITY_URLS ?? "{}");
for (const { id } of Object.values(CHARACTERS)) drive(id, urls[id]);
