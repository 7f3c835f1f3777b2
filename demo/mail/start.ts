import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { SMTPServer } from "smtp-server";
import { isMailAddress } from "@/lib/infra/mail-address";
import { close, LOOPBACK, listen, namesThisMachine } from "../pages/listen";
import { sendPage } from "../pages/page";
import { BOUNCE_FORMS, type BounceForm, bringBack, deliveryReport, wordsOnly } from "./bounce";
import { certificateAuthority, type KeyedCertificate } from "./certificate";
import { listPage, messagePage, templatesPage } from "./inbox-pages";
import { createMailbox, type DemoMailbox, type Message } from "./mailbox";
import { renderTemplates, type Templates } from "./templates";

const MESSAGE_LIMIT_BYTES = 10 * 1024 * 1024;
const KEPT = { messages: 500, bytes: 64 * 1024 * 1024 };

/** As long as those that renew themselves last. */
const CERTIFICATE_LASTS_MS = 90 * 86_400_000;

export type Mail = {
  smtpUrl: string;
  inboxUrl: string;
  /** PEM of the authority that issued the relay's certificate; nothing trusts it unless it is configured to. */
  authority: string;
  /** Lets the relay begin anew with another certificate, as after a renewal. @param lastsMs the usual 90 days unless given */
  renewCertificate(lastsMs?: number): Promise<void>;
  stop(): Promise<void>;
};

/** Whether the relay takes mail, and which mailboxes don't. Switched off it still answers, and sends everybody away. */
type Relay = {
  on: boolean;
  /** It takes mail only after a login, which it doesn't offer. */
  requiresLogin: boolean;
  /** Whose mail it refuses at once. */
  refusing: Set<string>;
  /** Whose mail it takes, and sends back. */
  bouncing: Map<string, BounceForm>;
  bounce: (mail: Buffer, envelope: Envelope, form: BounceForm) => void;
};
type Envelope = { from: string; to: string[] };

const refusal = (responseCode: number, words: string) => Object.assign(new Error(words), { responseCode });
const refusalOf = (relay: Relay): Error | null =>
  relay.on ? null : refusal(421, "4.3.2 The relay is switched off");
const refusalOfSender = (relay: Relay): Error | null =>
  relay.on && relay.requiresLogin ? refusal(530, "5.7.0 Authentication required") : refusalOf(relay);

function createSink(mailbox: DemoMailbox, relay: Relay, certificate: KeyedCertificate): SMTPServer {
  return new SMTPServer({
    ...certificate,
    onConnect: (_session, done) => done(refusalOf(relay)),
    // A sender may keep its connection from before the switch.
    onMailFrom: (_address, _session, done) => done(refusalOfSender(relay)),
    onRcptTo: ({ address }, _session, done) =>
      done(
        relay.refusing.has(address) ? refusal(550, "5.1.1 Recipient address rejected: User unknown") : null,
      ),
    authOptional: true,
    disabledCommands: ["AUTH"],
    disableReverseLookup: true,
    size: MESSAGE_LIMIT_BYTES,
    closeTimeout: 1_000,
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      let bytes = 0;
      stream.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
        // What is too long is read to its end and dropped, so that the sender gets its answer.
        if (bytes <= MESSAGE_LIMIT_BYTES) chunks.push(chunk);
      });
      stream.on("end", () => {
        if (stream.sizeExceeded || bytes > MESSAGE_LIMIT_BYTES) {
          return done(Object.assign(new Error("Message is too large"), { responseCode: 552 }));
        }
        const { mailFrom, rcptTo } = session.envelope;
        const envelope = { from: mailFrom ? mailFrom.address : "", to: rcptTo.map(({ address }) => address) };
        // As behind many a relay: the mail is taken, and only then does the mailbox turn out not to want it.
        const [form] = envelope.to.flatMap((address) => relay.bouncing.get(address) ?? []);
        if (form !== undefined) {
          relay.bounce(Buffer.concat(chunks), envelope, form);
          return done(null, "Taken, and passed on");
        }
        mailbox.receive(Buffer.concat(chunks), envelope, Date.now()).then(
          ({ id }) => done(null, `Kept as ${id}`),
          () => done(Object.assign(new Error("Message can't be parsed"), { responseCode: 554 })),
        );
      });
    },
  });
}

const asJson = ({ raw: _raw, ...message }: Message) => ({
  ...message,
  receivedAt: new Date(message.receivedAtMs).toISOString(),
});

function sendJson(response: ServerResponse, status: number, body: unknown): ServerResponse {
  response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" });
  return response.end(JSON.stringify(body));
}

const sendError = (response: ServerResponse, status: number, code: string, message: string) =>
  sendJson(response, status, { error: { code, message } });

/** A mail's own HTML goes out under a policy that runs nothing, loads nothing and sends nothing. */
function sendMailHtml(response: ServerResponse, html: string): ServerResponse {
  response.writeHead(200, {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy":
      "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; frame-ancestors 'self'",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
  });
  return response.end(html);
}

/** The switches of the inbox's page, and those that only walks use: `as` says more of them. */
function switchRelay(relay: Relay, path: string, given: URLSearchParams): void {
  const on = given.get("on") !== "0";
  const address = given.get("address") ?? "";
  const form = BOUNCE_FORMS.find((each) => each === given.get("as")) ?? "report";
  if (path === "/relay") {
    relay.on = on;
    relay.requiresLogin = on && given.get("as") === "login";
    return;
  }
  relay.bouncing.delete(address);
  relay.refusing.delete(address);
  if (!on || !isMailAddress(address)) return;
  if (path === "/refusing") relay.refusing.add(address);
  else relay.bouncing.set(address, form);
}

/** The templates are rendered when they are first asked for, so that starting the demo costs nothing for them. */
let templates: Promise<Templates> | null = null;
const templatesOnce = () => {
  templates ??= renderTemplates();
  return templates;
};

async function answerInbox(
  request: IncomingMessage,
  response: ServerResponse,
  mailbox: DemoMailbox,
  smtpUrl: string,
  relay: Relay,
): Promise<ServerResponse> {
  if (!namesThisMachine(request.headers.host)) {
    return sendError(response, 421, "wrong-host", "The inbox answers under this machine's own name only.");
  }
  const { pathname, searchParams } = new URL(request.url ?? "/", `http://${LOOPBACK}`);
  const reading = request.method === "GET" || request.method === "HEAD";

  if (["/relay", "/bouncing", "/refusing"].includes(pathname) && request.method === "POST") {
    const { origin, host } = request.headers;
    if (origin !== undefined && origin !== `http://${host}`)
      return sendError(response, 403, "wrong-origin", "The relay is switched from its own page only.");
    switchRelay(relay, pathname, searchParams);
    return response.writeHead(303, { location: "/" }).end();
  }
  if (pathname === "/api/messages" && request.method === "DELETE") {
    mailbox.clear();
    return response.writeHead(204).end();
  }
  if (!reading) return sendError(response, 405, "wrong-method", "The inbox is read-only here.");
  if (pathname === "/") return sendPage(response, 200, listPage(mailbox.list(), smtpUrl, relay));
  if (pathname === "/templates") return sendPage(response, 200, templatesPage(await templatesOnce()));
  if (pathname === "/api/messages") return sendJson(response, 200, { messages: mailbox.list().map(asJson) });

  const [, id = "", part = ""] = /^\/messages\/([\w-]+)(?:\/(html|source))?$/.exec(pathname) ?? [];
  const message = mailbox.find(id) ?? (await templates)?.mailbox.find(id);
  if (!message) return sendError(response, 404, "not-found", "There is no such mail here.");
  if (part === "html") return sendMailHtml(response, message.html ?? "");
  if (part === "source") {
    response.writeHead(200, {
      "content-type": "message/rfc822",
      "content-disposition": `attachment; filename="${message.id}.eml"`,
      "x-content-type-options": "nosniff",
    });
    return response.end(message.raw);
  }
  return sendPage(response, 200, messagePage(message));
}

/** Returns mails to their senders, as reports of failed delivery. */
function createBounces(bouncePort: number): { bounce: Relay["bounce"]; stop(): Promise<void> } {
  const stopping = new AbortController();
  const reports = new Set<Promise<void>>();
  return {
    bounce(original, { from, to }, form) {
      const [recipient] = to;
      // Nobody bounces a bounce.
      if (from === "" || recipient === undefined) return;
      const at = new Date();
      const failed = form === "member" ? `former.${recipient}` : recipient;
      const report =
        form === "words"
          ? wordsOnly(from, at)
          : deliveryReport({ recipient: failed, returnPath: from, original, at });
      const bringing = bringBack(bouncePort, from, report, stopping.signal).finally(() =>
        reports.delete(bringing),
      );
      reports.add(bringing);
    },
    async stop() {
      stopping.abort();
      await Promise.all(reports);
    },
  };
}

/**
 * Starts the demo's mail relay, which keeps every mail instead of passing it on, and the inbox that shows them.
 * @param ports 0 takes any free one; `bouncePort` is where the worker takes delivery reports
 * @throws Error when a port is taken
 */
export async function startMail(ports: {
  smtpPort: number;
  httpPort: number;
  bouncePort: number;
}): Promise<Mail> {
  const mailbox = createMailbox(KEPT);
  const bounces = createBounces(ports.bouncePort);
  const relay: Relay = {
    on: true,
    requiresLogin: false,
    refusing: new Set(),
    bouncing: new Map(),
    bounce: bounces.bounce,
  };
  const authority = await certificateAuthority("The demo's mail relay");
  const issue = (lastsMs = CERTIFICATE_LASTS_MS) => authority.issue(Date.now() + lastsMs);
  const sink = createSink(mailbox, relay, await issue());
  // A sender that breaks off is no error here.
  sink.on("error", () => {});
  const senders = new Set<Socket>();
  sink.server.on("connection", (socket: Socket) => {
    senders.add(socket);
    socket.once("close", () => senders.delete(socket));
  });
  const smtpPort = await listen(sink.server, ports.smtpPort, "The demo's mail relay");
  const smtpUrl = `smtp://${LOOPBACK}:${smtpPort}`;
  const inbox = createServer((request, response) => {
    answerInbox(request, response, mailbox, smtpUrl, relay).catch((error: unknown) => {
      const message = error instanceof Error ? error.message : "The inbox could not answer.";
      sendError(response, 500, "failed", message);
    });
  });
  const stopSink = () => new Promise<void>((resolve) => sink.close(() => resolve()));
  try {
    const httpPort = await listen(inbox, ports.httpPort, "The demo's inbox");
    return {
      smtpUrl,
      inboxUrl: `http://${LOOPBACK}:${httpPort}`,
      authority: authority.cert,
      renewCertificate: async (lastsMs) => {
        sink.updateSecureContext(await issue(lastsMs));
        // A client that stays connected would go on with the certificate from before.
        for (const socket of senders) socket.destroy();
      },
      stop: async () => {
        await Promise.all([stopSink(), close(inbox), bounces.stop()]);
      },
    };
  } catch (error) {
    await stopSink();
    throw error;
  }
}
