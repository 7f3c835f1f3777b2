import { connect, createServer, type Socket } from "node:net";
import { close, LOOPBACK, listen } from "../pages/listen";

/** A line to a server of this machine. */
export type Gate = {
  port: number;
  /** Cuts it, or mends it: while it is cut, its users lose connections and get no new ones. */
  setCut(cut: boolean): void;
  /** Leads it to another server from now on; its users have to connect anew. */
  lead(port: number): void;
  stop(): Promise<void>;
};

/**
 * @param part whose line it is, for a message
 * @param port where the server listens
 */
export async function startGate(part: string, port: number): Promise<Gate> {
  let isCut = false;
  let leadsTo = port;
  const sockets = new Set<Socket>();
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  };
  const server = createServer((socket) => {
    if (isCut) return void socket.destroy();
    const onward = connect({ host: LOOPBACK, port: leadsTo });
    for (const [one, other] of [
      [socket, onward],
      [onward, socket],
    ] as const) {
      keep(one);
      one.setNoDelay(true);
      one.on("error", () => {}); // its end, which follows, is passed on
      one.once("close", () => other.destroy());
      one.pipe(other);
    }
  });
  const endAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: await listen(server, 0, part),
    setCut: (cut) => {
      isCut = cut;
      if (cut) endAll();
    },
    lead: (to) => {
      leadsTo = to;
      endAll();
    },
    stop: () => {
      endAll();
      return close(server);
    },
  };
}
