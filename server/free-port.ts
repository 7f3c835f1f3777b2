import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:net";

const LOOPBACK = "127.0.0.1";
/**
 * Below the ephemeral ports of Linux (from 32768) and macOS (from 49152), which outgoing connections use as
 * well.
 */
const FIRST = 20_000;
const LAST = 32_000;
const MOST_TRIES = 1_000;

/** A claim is the UDP port of the same number, held as long as this process lives: TCP doesn't mind it. */
const claims: Socket[] = [];

/** @returns whether the port is this process's alone among all that ask here */
export async function claimPort(port: number): Promise<boolean> {
  const claim = createSocket("udp4");
  claim.bind({ port, address: LOOPBACK, exclusive: true });
  try {
    await once(claim, "listening");
  } catch {
    return false;
  }
  claim.unref();
  claims.push(claim);
  return true;
}

/**
 * A TCP port of 127.0.0.1 that nobody listens on and that nobody else gets: not another process that asks
 * here, as long as this one lives, and not one that takes whatever port the system gives it. So there is time
 * to start a server on it, or to rely on there being none.
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const port = FIRST + Math.floor(Math.random() * (LAST - FIRST));
    if ((await claimPort(port)) && (await isUnused(port))) return port;
  }
  throw new Error(`No free port was found from ${FIRST} to ${LAST}.`);
}

function isUnused(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, LOOPBACK, () => probe.close(() => resolve(true)));
  });
}
