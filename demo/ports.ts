import { createServer, type Server } from "node:net";
import { claimPort, freePort } from "@/server/free-port";
import { SetupError } from "./setup/progress.mjs";

const LOOPBACK = "127.0.0.1";

/** The demo's ports: the variable that chooses each, and the one that is taken where nobody chose and it is free. */
export const DEMO_PORTS = {
  portal: { variable: "PORT", preferred: 3000 },
  identity: { variable: "DEMO_IDENTITY_PORT", preferred: 3010 },
  control: { variable: "DEMO_CONTROL_PORT", preferred: 3020 },
  smtp: { variable: "DEMO_SMTP_PORT", preferred: 3025 },
  inbox: { variable: "DEMO_INBOX_PORT", preferred: 3080 },
  prometheus: { variable: "DEMO_PROMETHEUS_PORT", preferred: 3090 },
  repository: { variable: "DEMO_REPOSITORY_PORT", preferred: 3070 },
  bounces: { variable: "DEMO_BOUNCE_PORT", preferred: 3026 },
  worker: { variable: "DEMO_WORKER_PORT", preferred: 3030 },
  database: { variable: "DEMO_DATABASE_PORT", preferred: 3054 },
} as const;

export type PortName = keyof typeof DEMO_PORTS;

/** The environment in which a demo takes any free port for each, so that one that runs already isn't in the way. */
export const ANY_FREE_PORTS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.values(DEMO_PORTS).map(({ variable }) => [variable, "0"]),
);

/**
 * A port that is held until the service that it is for starts, and claimed from then on, so that two demos starting at once
 * don't meet on one.
 */
export type ReservedPort = { port: number; release(): Promise<void> };

function hold(port: number): Promise<Server | null> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once("error", (error: NodeJS.ErrnoException) =>
      error.code === "EADDRINUSE" || error.code === "EACCES" ? resolve(null) : reject(error),
    );
    server.listen(port, LOOPBACK, () => resolve(server));
  });
}

/** The preferred port where nobody else has or claims it, or one that is free. */
async function holdAny(preferred: number | null): Promise<Server | null> {
  const server = preferred !== null && (await claimPort(preferred)) ? await hold(preferred) : null;
  return server ?? hold(await freePort());
}

/**
 * Reserves one port on this machine's own address.
 * @param environment its variable names a port that must be had, or 0 for any free one
 * @throws SetupError when the named port is no port, or taken
 */
export async function reservePort(
  name: PortName,
  environment: Record<string, string | undefined>,
): Promise<ReservedPort> {
  const { variable, preferred } = DEMO_PORTS[name];
  const chosen = environment[variable];
  if (chosen !== undefined && chosen !== "" && !(/^\d+$/.test(chosen) && Number(chosen) <= 65_535)) {
    throw new SetupError(`${variable}=${chosen} is no port: give a number from 0 to 65535.`);
  }
  const server = Number(chosen) > 0 ? await hold(Number(chosen)) : await holdAny(chosen ? null : preferred);
  if (!server) {
    throw new SetupError(
      `${variable}=${chosen} is taken by another process: choose another, or leave it unset.`,
    );
  }
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : preferred;
  return { port, release: () => new Promise((resolve) => server.close(() => resolve())) };
}

/** Reserves every port of the demo. */
export async function reservePorts(
  environment: Record<string, string | undefined>,
): Promise<Record<PortName, ReservedPort>> {
  const reserved: Partial<Record<PortName, ReservedPort>> = {};
  try {
    for (const name of Object.keys(DEMO_PORTS) as PortName[])
      reserved[name] = await reservePort(name, environment);
    return reserved as Record<PortName, ReservedPort>;
  } catch (error) {
    await Promise.all(Object.values(reserved).map((one) => one.release()));
    throw error;
  }
}
