import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/** What becomes of the next COMMIT: it never reaches the server, the server is just doing it, or has done it and nobody hears. */
export type Break = "before" | "during" | "after";

export type BreakingProxy = {
  url: string;
  /**
   * Breaks the connection of the next COMMIT, or of the first one after a statement that holds `after`.
   * @param onBreak called in that moment: before the server could hear of it, while it works on it, or when it is done
   */
  breakNextCommit(how: Break, at?: { after?: string; onBreak?: () => void }): void;
  /** Ends every connection, and lets no new one through until `mend`. */
  cut(): void;
  mend(): void;
  stop(): Promise<void>;
};

/** Stands between a client and a PostgreSQL, so that a connection can be lost at the one moment that matters. */
export async function startBreakingProxy(databaseUrl: string): Promise<BreakingProxy> {
  const target = new URL(databaseUrl);
  let armed: { how: Break; after: string | null; onBreak: () => void } | null = null;
  let isCut = false;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    if (isCut) return void client.destroy();
    const upstream = connect(Number(target.port), target.hostname);
    const end = () => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", end);
      socket.on("close", () => {
        sockets.delete(socket);
        end();
      });
    }
    let deaf = false;
    client.on("data", (chunk) => {
      if (armed?.after && chunk.includes(armed.after)) armed.after = null;
      const breaks = armed && armed.after === null && chunk.includes("COMMIT") ? armed : null;
      if (breaks) armed = null;
      if (breaks?.how === "before") {
        breaks.onBreak();
        return end();
      }
      if (breaks?.how === "during") {
        upstream.write(chunk);
        return breaks.onBreak();
      }
      if (breaks) {
        deaf = true;
        upstream.once("data", () => {
          breaks.onBreak();
          end(); // the server has answered: it is done, and the answer is lost
        });
      }
      upstream.write(chunk);
    });
    upstream.on("data", (chunk) => {
      if (!deaf) client.write(chunk);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The proxy has no port.");
  const url = new URL(databaseUrl);
  url.port = String(address.port);
  url.hostname = "127.0.0.1";
  return {
    url: url.href,
    breakNextCommit: (
      how,
      { after = null, onBreak = () => {} }: { after?: string | null; onBreak?: () => void } = {},
    ) => {
      armed = { how, after, onBreak };
    },
    cut: () => {
      isCut = true;
      for (const socket of sockets) socket.destroy();
    },
    mend: () => {
      isCut = false;
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
