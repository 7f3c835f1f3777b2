import { createServer, type Socket } from "node:net";

type Greylist = { port: number; stop(): Promise<void> };

/**
 * A greylist that speaks Postfix's policy protocol (SMTPD_POLICY_README): it puts each sender and recipient off at the first try, and lets
 * them pass afterwards. A return path is another one for each mail, so only its domain counts.
 */
export async function startGreylist(): Promise<Greylist> {
  const seen = new Set<string>();
  const answer = (request: string) => {
    const value = (name: string) => new RegExp(`^${name}=(.*)$`, "m").exec(request)?.[1]?.toLowerCase() ?? "";
    const pair = `${value("sender").replace(/^.*@/, "")} ${value("recipient")}`;
    if (seen.has(pair)) return "dunno";
    seen.add(pair);
    return "defer_if_permit Greylisted, try again in 5 minutes";
  };
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    let rest = "";
    sockets.add(socket);
    socket.on("error", () => {});
    socket.once("close", () => sockets.delete(socket));
    socket.on("data", (chunk) => {
      const requests = (rest + chunk).split("\n\n");
      rest = requests.pop() ?? "";
      for (const request of requests) socket.write(`action=${answer(request)}\n\n`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The greylist has no port.");
  return {
    port: address.port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
