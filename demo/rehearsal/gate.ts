import { connect, createServer, type Socket } from "node:net";
import { close, LOOPBACK, listen } from "../pages/listen";

/** A line to a server of this machine that can be cut: then whoever uses it loses connections and gets no new ones. */
export type Gate = { port: number; setCut(cut: boolean): void; stop(): Promise<void> };

/** @param port where the server listens */
export async function startGate(port: number): Promise<Gate> {
  let isCut = false;
  const sockets = new Set<Socket>();
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  };
  const server = createServer((socket) => {
    if (isCut) return void socket.destroy();
    const onward = connect({ host: LOOPBACK, port });
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
  const cutAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: await listen(server, 0, "The worker's line to Prometheus"),
    setCut: (cut) => {
      isCut = cut;
      if (cut) cutAll();
    },
    stop: () => {
      cutAll();
      return close(server);
    },
  };
}
