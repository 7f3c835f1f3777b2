import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/** What happens to the next COMMIT: it never reaches the server, the server is doing it, or has done it and the reply is lost. */
export type Break = "before" | "during" | "after";

export type BreakingProxy = {
  url: string;
  /**
   * Breaks the connection of the next COMMIT, or of the first one after a statement that holds `after`.
   * @param onBreak called at that moment: before it could reach the server, while the server works on it, or when it is done
   */
  breakNextCommit(how: Break, at?: { after?: string; onBreak?: () => void }): void;
  /** Ends every connection, and lets no new one through until `mend`. */
  cut(): void;
  /**
   * Lets no byte of the connections that are open through any more, either way, and ends none of them: as a node that was lost, or a
   * line that stalls. New ones go through, or are accepted and as silent until `mend`.
   */
  silence(isNewSilent?: boolean): void;
  mend(): void;
  stop(): Promise<void>;
};

/** Stands between a client and a PostgreSQL, so that a connection can be lost at the one moment that matters. */
export async function startBreakingProxy(databaseUrl: string): Promise<BreakingProxy> {
  const target = new URL(databaseUrl);
  let armed: { how: Break; after: string | null; onBreak: () => void } | null = null;
  let isCut = false;
  let areNewSilent = false;
  let generation = 0;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    if (isCut) return void client.destroy();
    if (areNewSilent) {
      sockets.add(client);
      client.on("error", () => {});
      client.on("close", () => sockets.delete(client));
      return void client.resume();
    }
    const born = generation;
    const upstream = connect(Number(target.port), target.hostname);
    const end = () => {
      if (born < generation) return; // a lost node says nothing, not even that it ends
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
      if (born < generation) return;
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
      if (!deaf && born === generation) client.write(chunk);
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
    silence: (isNewSilent = false) => {
      generation += 1;
      areNewSilent = isNewSilent;
    },
    mend: () => {
      isCut = false;
      areNewSilent = false;
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
