import { createServer, type Socket } from "node:net";

/**
 * Checks logins for Postfix, which asks by Dovecot's authentication protocol (version 1.1) on a socket.
 * @param path of the socket
 * @param login the one login that is right
 */
export async function startLoginService(
  path: string,
  { user, password }: { user: string; password: string },
): Promise<{ stop(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const right = Buffer.from(`\0${user}\0${password}`).toString("base64");
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.once("close", () => sockets.delete(socket));
    socket.write("VERSION\t1\t1\nMECH\tPLAIN\tplaintext\nSPID\t1\nCUID\t1\nCOOKIE\t0\nDONE\n");
    let rest = "";
    socket.on("data", (chunk) => {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        const [command, id, ...fields] = line.split("\t");
        if (command !== "AUTH") continue;
        const given = fields.find((field) => field.startsWith("resp="))?.slice("resp=".length);
        socket.write(given === right ? `OK\t${id}\tuser=${user}\n` : `FAIL\t${id}\tuser=${user}\n`);
      }
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, resolve);
  });
  return {
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
