import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

const LOOPBACK = "127.0.0.1";

export type PairProxy = {
  port: number;
  /** Ends every connection, and lets no new one through. */
  cut(): void;
  /** Carries nothing either way and ends nothing, also for new connections: as a lost route. What waits goes on after mend(). */
  hang(): void;
  /** Each piece comes so much later. */
  slow(byMs: number): void;
  mend(): void;
  stop(): Promise<void>;
};

/**
 * Stands between two processes, so that the connection of these two alone can fail.
 * @param targetPort asked for each connection: after a failover it is another one
 */
export async function startPairProxy(targetPort: () => number): Promise<PairProxy> {
  let isCut = false;
  let delayMs = 0;
  let open = () => {};
  let opened: Promise<void> = Promise.resolve();
  const sockets = new Set<Socket>();

  /** Carries one direction, in order. An end is carried like a piece. */
  function carry(from: Socket, to: Socket): void {
    let carried: Promise<unknown> = Promise.resolve();
    const next = (act: () => void) => {
      carried = carried.then(async () => {
        if (delayMs > 0) await sleep(delayMs);
        await opened;
        act();
      });
    };
    from.on("data", (piece) => next(() => to.write(piece)));
    from.on("end", () => next(() => to.end()));
    from.on("error", () => {});
    from.on("close", () => {
      sockets.delete(from);
      next(() => to.destroySoon());
    });
    sockets.add(from);
  }

  const server = createServer({ allowHalfOpen: true }, (client) => {
    if (isCut) return void client.destroy();
    const upstream = connect({ port: targetPort(), host: LOOPBACK, allowHalfOpen: true });
    client.setNoDelay(true);
    upstream.setNoDelay(true);
    carry(client, upstream);
    carry(upstream, client);
  });
  server.listen(0, LOOPBACK);
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The proxy has no port.");
  const endAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  const mend = () => {
    isCut = false;
    delayMs = 0;
    open();
    open = () => {};
    opened = Promise.resolve();
  };
  return {
    port: address.port,
    cut: () => {
      isCut = true;
      endAll();
    },
    hang: () => {
      opened = new Promise((resolve) => {
        open = resolve;
      });
    },
    slow: (byMs) => {
      delayMs = byMs;
    },
    mend,
    stop: async () => {
      server.close();
      endAll();
      mend();
      await once(server, "close");
    },
  };
}
