import { SMTPServer, type SMTPServerDataStream, type SMTPServerOptions } from "smtp-server";
import type { BounceEffect } from "@/lib/delivery/mail";
import { parseSender } from "@/lib/delivery/message";
import { type Bounce, readBounce } from "@/lib/delivery/smtp/bounce";
import { bounceOutcomeOf } from "@/lib/delivery/smtp/bounce-outcome";
import { readReturnPath, returnPathKey } from "@/lib/delivery/smtp/return-path";
import { type Outbox, outbox as processOutbox } from "@/lib/delivery/store";
import { log } from "@/lib/infra/log";

export type BounceReceiverOptions = {
  /** BOUNCE_PORT; 0 takes a free one. */
  port: number;
  /** Loopback unless the operator says otherwise: the MX or the relay in front hands reports over. */
  host?: string;
  /** LMTP instead of SMTP. */
  lmtp?: boolean;
  /** MAIL_FROM, NEXTAUTH_SECRET and the return paths' domain, as delivery has them. */
  mailFrom: string;
  secret: string;
  bounceDomain?: string;
  outbox?: Outbox;
  /** So much of a message is read. The rest is taken and dropped: a bounce that is refused for its size is lost. */
  maxBytes?: number;
  /** For a whole connection, however slowly it trickles. */
  sessionTimeoutMs?: number;
  maxClients?: number;
  /** Called after each report was committed. */
  onBounce?: (action: string, effect: BounceEffect) => void;
};

/** So much of what can't be read is kept for the operator. */
const KEPT_BYTES = 16 * 1024;
/** Systems that send their bounces from an address of their own; the null sender is what RFC 5321 §4.5.5 wants. */
const REPORTER = /^(?:mailer-daemon|mailerdaemon|mail-daemon|postmaster)(?:@|$)/i;

/** A reply other than 250, by the enhanced codes of RFC 3463. */
const refusal = (responseCode: number, message: string) =>
  Object.assign(new Error(message), { responseCode });

/**
 * Receives delivery reports. Only the null sender or a mail system's own, and a recipient that this portal signed, are let in, so that
 * nobody else can mark an address bad. A report is acknowledged only after it is committed; until then its sender keeps it.
 * @returns the port that it listens on, and stop(), which ends open connections within a second
 */
export async function startBounceReceiver(
  options: BounceReceiverOptions,
): Promise<{ port: number; stop(): Promise<void> }> {
  const { host = "127.0.0.1", sessionTimeoutMs = 60_000 } = options;
  const server = new SMTPServer(serverOptions({ ...options, sessionTimeoutMs }));
  server.on("error", (error) => log.warn({ err: error }, "A connection to the bounce receiver failed."));

  const listener = server.listen(options.port, host);
  await new Promise<void>((resolve, reject) => {
    listener.once("listening", resolve);
    listener.once("error", reject);
  });
  // smtp-server knows only idle time, which a byte now and then defeats.
  listener.on("connection", (socket) => {
    const timer = setTimeout(() => socket.destroy(), sessionTimeoutMs);
    socket.once("close", () => clearTimeout(timer));
  });
  const address = listener.address();
  return {
    port: typeof address === "object" && address ? address.port : options.port,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** Whom the server lets in, and what it answers. */
function serverOptions(options: BounceReceiverOptions): SMTPServerOptions {
  const key = returnPathKey(options.secret);
  const domain = options.bounceDomain ?? parseSender(options.mailFrom).domain;
  const mailOf = (address: string) => readReturnPath(address, key, domain);
  return {
    name: domain,
    banner: "delivery reports only",
    lmtp: options.lmtp ?? false,
    disabledCommands: ["AUTH", "STARTTLS"],
    disableReverseLookup: true,
    maxClients: options.maxClients ?? 20,
    socketTimeout: options.sessionTimeoutMs,
    closeTimeout: 1_000,
    onMailFrom: ({ address }, _session, done) =>
      done(
        address === "" || REPORTER.test(address)
          ? null
          : refusal(550, "5.7.1 Only delivery reports are taken here"),
      ),
    onRcptTo: ({ address }, session, done) => {
      if (mailOf(address) === null) return done(refusal(550, "5.1.1 No such return path"));
      done(session.envelope.rcptTo.length > 0 ? refusal(452, "4.5.3 One return path at a time") : null);
    },
    onData: (stream, session, done) => {
      const mailId = mailOf(session.envelope.rcptTo[0]?.address ?? "");
      if (mailId === null) return done(refusal(550, "5.1.1 No such return path"));
      receive(stream, mailId, options).then(
        () => done(null, "2.0.0 Recorded"),
        (error) => {
          if (!("responseCode" in error))
            log.error(
              { mail: mailId, err: error },
              "A bounce could not be read; its sender will bring it again.",
            );
          done(error);
        },
      );
    },
  };
}

/** Reads a report and records what it says of the mail. @throws a refusal; whatever else is thrown is a mistake in our code */
async function receive(
  stream: SMTPServerDataStream,
  mailId: string,
  { outbox = processOutbox, onBounce, maxBytes = 1_048_576 }: BounceReceiverOptions,
): Promise<void> {
  const { raw, size } = await beginningOf(stream, maxBytes);
  const read = await readBounce(raw);
  const { bounce, effect } = await record(outbox, mailId, { raw, size }, read).catch((error) => {
    log.error(
      { mail: mailId, err: error },
      "A bounce could not be recorded; its sender will bring it again.",
    );
    throw refusal(451, "4.3.0 Not recorded, try again later");
  });
  const { action, status, whose } = bounce;
  log.info({ mail: mailId, action, status, whose, effect }, "A bounce arrived.");
  onBounce?.(action, effect);
}

async function beginningOf(stream: SMTPServerDataStream, maxBytes: number) {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    if (size < maxBytes) chunks.push(chunk);
    size += chunk.length;
  }
  return { raw: Buffer.concat(chunks).subarray(0, maxBytes), size };
}

/** What a bounce means depends on whom its mail was sent to. */
async function record(
  outbox: Outbox,
  mailId: string,
  { raw, size }: { raw: Buffer; size: number },
  read: Bounce,
) {
  const bounce = bounceOutcomeOf(read, (await outbox.recipientOf(mailId)) ?? "");
  const kept = bounce.action === "unreadable" ? { head: raw.subarray(0, KEPT_BYTES), size } : undefined;
  return { bounce, effect: await outbox.markBounce(mailId, bounce, kept) };
}
