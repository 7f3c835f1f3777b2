import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * Lets a server listen on the loopback address only.
 * @param port 0 takes a free one
 * @returns the port
 * @throws Error that names the port when it is taken
 */
export function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      reject(
        error.code === "EADDRINUSE"
          ? new Error(`Port ${port} is taken. Name another one, or 0 for any.`)
          : error,
      );
    });
    server.listen(port, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
}

/** Closes a server and every connection that it still holds. */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
