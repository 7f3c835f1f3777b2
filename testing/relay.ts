import { createServer, type Socket } from "node:net";
import { SMTPServer } from "smtp-server";

export type TakenMail = { from: string; to: string; raw: Buffer };

/** A reply as "550 5.1.1 No such user", or "silence"; null is the usual 250. */
type Reply = string | "silence" | null;

export type RelayScript = {
  port?: number;
  /** Logins that are refused; without it none is asked for. */
  refuseLogin?: boolean;
  mailFrom?(address: string): Reply;
  rcptTo?(address: string): Reply;
  /** After the dot; the mail counts as taken when this says null. */
  data?(mail: TakenMail): Reply | Promise<Reply>;
  /** After the dot, before the reply: true breaks the connection, though the mail was taken. */
  dropAfterTaking?(mail: TakenMail): boolean;
  hidesSmtpUtf8?: boolean;
  /** Offers STARTTLS, with the certificate given, or with smtp-server's own, which nobody trusts. */
  startTls?: boolean | { key: string; cert: string };
};

export type TestRelay = {
  url: string;
  port: number;
  /** Every copy that was taken, in order. */
  taken: TakenMail[];
  connections(): number;
  stop(): Promise<void>;
};

const reply = (text: string) =>
  Object.assign(new Error(text.slice(4)), { responseCode: Number(text.slice(0, 3)) });

/** A real SMTP server that follows a script. It stands in for relays that misbehave, not for SMTP. */
export async function startTestRelay(script: RelayScript = {}): Promise<TestRelay> {
  const taken: TakenMail[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const answer = (said: Reply | undefined, done: (error?: Error | null) => void) => {
    if (said !== "silence") done(said ? reply(said) : null);
  };
  const server = new SMTPServer({
    disabledCommands: [...(script.refuseLogin ? [] : ["AUTH"]), ...(script.startTls ? [] : ["STARTTLS"])],
    ...(typeof script.startTls === "object" ? script.startTls : {}),
    authOptional: !script.refuseLogin,
    allowInsecureAuth: true,
    hideSMTPUTF8: script.hidesSmtpUtf8,
    disableReverseLookup: true,
    closeTimeout: 100,
    onAuth: (_auth, _session, done) => done(reply("535 5.7.8 Authentication credentials invalid")),
    onMailFrom: ({ address }, _session, done) => answer(script.mailFrom?.(address), done),
    onRcptTo: ({ address }, _session, done) => answer(script.rcptTo?.(address), done),
    onData: (stream, session, done) => {
      const from = session.envelope.mailFrom ? session.envelope.mailFrom.address : "";
      const to = session.envelope.rcptTo[0]?.address ?? "";
      stream.toArray().then(
        async (chunks) => {
          const mail = { from, to, raw: Buffer.concat(chunks) };
          const said = (await script.data?.(mail)) ?? null;
          if (said === null) taken.push(mail);
          if (said === null && script.dropAfterTaking?.(mail)) {
            for (const socket of sockets) socket.destroy();
          } else {
            answer(said, (error) => done(error, "2.0.0 Ok: queued"));
          }
        },
        (error) => done(error), // the client broke off before the dot: nothing was taken
      );
    },
  });
  server.on("error", () => {}); // clients that break off are what these tests are about
  const listener = server.listen(script.port ?? 0, "127.0.0.1");
  listener.on("connection", (socket) => {
    connections += 1;
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    listener.once("listening", resolve);
    listener.once("error", reject);
  });
  const port = portOf(listener.address());
  const login = script.refuseLogin ? "user:wrong@" : "";
  return {
    url: `smtp://${login}127.0.0.1:${port}`,
    port,
    taken,
    connections: () => connections,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** A server that sends only what `onConnection` writes: for greetings and replies that no SMTP server would send. */
export async function startRawRelay(
  onConnection: (socket: Socket) => void,
): Promise<{ url: string; stop(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.once("close", () => sockets.delete(socket));
    onConnection(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `smtp://127.0.0.1:${portOf(server.address())}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function portOf(address: ReturnType<ReturnType<typeof createServer>["address"]>): number {
  if (typeof address !== "object" || address === null) throw new Error("The server has no port.");
  return address.port;
}
