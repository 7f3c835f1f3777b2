import { createServer, type Socket } from "node:net";

/** The parts of a conversation in which a server may refuse. data: the command. dot: after the content. */
export type ScriptedPhase =
  | "connect"
  | "ehlo"
  | "starttls"
  | "auth"
  | "mail"
  | "rcpt"
  | "data"
  | "dot"
  | "quit";

type ScriptedRefusal = {
  phase: ScriptedPhase;
  /** All of its lines. After a 421 the connection ends. */
  reply: string;
  /** Whom it is for, from RCPT TO on; without it, for everybody. */
  recipient?: string;
};

export type ScriptedRelay = {
  url: string;
  /** The recipients of the mails that it took, in order. */
  taken: string[];
  /** The lines that clients sent, without contents. */
  commands: string[];
  /** From now on it refuses like this, on new connections and on those that are open. */
  refuse(refusals: readonly ScriptedRefusal[]): void;
  stop(): Promise<void>;
};

/** What a mail system says where it doesn't refuse. */
export type ScriptedVoice = { greeting: string; offers: readonly string[] };

const TAKEN: Record<ScriptedPhase, string> = {
  connect: "",
  ehlo: "",
  starttls: "454 4.7.0 There is no TLS in this script",
  auth: "235 2.7.0 Ok",
  mail: "250 2.1.0 Ok",
  rcpt: "250 2.1.5 Ok",
  data: "354 Go on",
  dot: "250 2.0.0 Taken",
  quit: "221 2.0.0 Bye",
};
const PHASE_OF: Record<string, ScriptedPhase> = {
  EHLO: "ehlo",
  HELO: "ehlo",
  STARTTLS: "starttls",
  AUTH: "auth",
  MAIL: "mail",
  RCPT: "rcpt",
  DATA: "data",
  QUIT: "quit",
};

/**
 * A server that plays a mail system's replies, phase by phase. It wants a login, and offers STARTTLS only while that is what it refuses:
 * an encrypted conversation is the same.
 */
export async function startScriptedRelay({ greeting, offers }: ScriptedVoice): Promise<ScriptedRelay> {
  const sockets = new Set<Socket>();
  const taken: string[] = [];
  const commands: string[] = [];
  let refusals: readonly ScriptedRefusal[] = [];
  const refusalIn = (phase: ScriptedPhase, recipient: string) =>
    refusals.find((each) => each.phase === phase && (each.recipient ?? recipient) === recipient)?.reply;
  const ehlo = () => {
    const words = ["AUTH PLAIN LOGIN", ...offers, ...(refusalIn("starttls", "") ? ["STARTTLS"] : [])];
    return ["relay.example", ...words]
      .map((word, n) => `250${n < words.length ? "-" : " "}${word}`)
      .join("\n");
  };

  function converse(socket: Socket): void {
    let recipient = "";
    let isRecipientTaken = false;
    let isContent = false;
    let rest = "";
    const say = (phase: ScriptedPhase, usual: string) => {
      const refused = refusalIn(phase, recipient);
      const reply = refused ?? usual;
      socket.write(`${reply.replaceAll("\n", "\r\n")}\r\n`);
      if (reply.startsWith("421") || phase === "quit") socket.end();
      return refused === undefined;
    };
    const take = (line: string) => {
      if (isContent) {
        if (line !== ".") return;
        isContent = false;
        if (say("dot", TAKEN.dot)) taken.push(recipient);
        return;
      }
      commands.push(line);
      const phase = PHASE_OF[line.slice(0, 8).trim().split(" ")[0]?.toUpperCase() ?? ""];
      if (phase === undefined) {
        socket.write("250 2.0.0 Ok\r\n");
        return;
      }
      if (phase === "mail") recipient = "";
      if (phase === "rcpt") recipient = /<([^>]*)>/.exec(line)?.[1] ?? "";
      // A client that pipelines sends DATA whatever becomes of RCPT TO.
      if (phase === "data" && !isRecipientTaken) {
        socket.write("554 5.5.1 No valid recipients\r\n");
        return;
      }
      const isTaken = say(phase, phase === "ehlo" ? ehlo() : TAKEN[phase]);
      if (phase === "mail" || phase === "rcpt") isRecipientTaken = phase === "rcpt" && isTaken;
      isContent = phase === "data" && isTaken;
    };
    say("connect", greeting);
    socket.on("data", (chunk) => {
      const lines = (rest + chunk).split("\r\n");
      rest = lines.pop() ?? "";
      for (const line of lines) take(line);
    });
  }

  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.once("close", () => sockets.delete(socket));
    converse(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The relay has no port.");
  return {
    url: `smtp://watchpost:right@127.0.0.1:${address.port}`,
    taken,
    commands,
    refuse: (next) => {
      refusals = next;
      // What is refused at the beginning of a conversation needs a new one.
      for (const socket of sockets) socket.destroy();
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
