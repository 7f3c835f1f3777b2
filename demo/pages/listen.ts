import type { Server } from "node:net";

/** Where every part of the demo listens: never beyond this machine. */
export const LOOPBACK = "127.0.0.1";

/**
 * Binds a server to this machine's own address.
 * @returns the port it got, which is the one asked for unless that was 0
 * @throws Error naming the part and the port when it is taken
 */
export function listen(server: Server, port: number, part: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const reason = error.code === "EADDRINUSE" ? "another process uses it" : error.message;
      reject(new Error(`${part} can't listen on port ${port}: ${reason}.`));
    });
    server.listen(port, LOOPBACK, () => {
      const address = server.address();
      resolve(typeof address === "object" && address ? address.port : port);
    });
  });
}

/** Stops listening and ends the connections that browsers keep open. */
export function close(server: Server & { closeAllConnections?(): void }): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections?.();
  });
}

/** Whether a request names this machine as its host: a page elsewhere can't reach the demo by a name of its own. */
export function namesThisMachine(host: string | undefined): boolean {
  return /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(host ?? "");
}
