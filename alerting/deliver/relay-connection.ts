import { Readable } from "node:stream";
import SMTPConnection, { type SMTPConnectionSendInfo } from "nodemailer/lib/smtp-connection";
import type { SmtpTarget } from "@/lib/delivery/smtp/smtp-url";

/** One connection to the relay, and how many mails it took. */
export type RelayConnection = { smtp: SMTPConnection; mails: number; idleTimer?: NodeJS.Timeout };

/** What one transaction came to. Where the body was not read, it has certainly not been sent. */
export type Transaction = { info: SMTPConnectionSendInfo | null; error: unknown; bodySent: boolean };

/** Ends a connection whose goodbye is never answered; a try has its own, shorter signal. */
const SILENCE_TIMEOUT_MS = 120_000;

const aborted = () => Object.assign(new Error("The try was given up."), { code: "EABORT" });

export type ConnectOptions = {
  target: SmtpTarget;
  /** From the DNS lookup to the greeting and STARTTLS. */
  connectTimeoutMs: number;
  /** Once the relay greeted and STARTTLS is done, before the login. */
  onGreeted(smtp: SMTPConnection): void;
  /** The connection ended or failed, at any time in its life. It has to be closed. */
  drop(connection: RelayConnection): void;
};

/** A connection that stands, logged in. Rejects with nodemailer's error. */
export function connectToRelay(options: ConnectOptions, signal: AbortSignal): Promise<RelayConnection> {
  const { target, onGreeted, drop } = options;
  const smtp = openSmtp(options);
  const connection: RelayConnection = { smtp, mails: 0 };
  return new Promise<RelayConnection>((resolve, reject) => {
    const fail = (error: unknown) => {
      signal.removeEventListener("abort", giveUp);
      reject(error); // before the connection is closed, whose end would speak first
      drop(connection);
    };
    const giveUp = () => fail(aborted());
    const stand = () => {
      signal.removeEventListener("abort", giveUp);
      resolve(connection);
    };
    signal.addEventListener("abort", giveUp, { once: true });
    if (signal.aborted) return giveUp();
    smtp.once("error", fail);
    smtp.once("end", () => fail(endOf(smtp)));
    smtp.on("error", () => drop(connection)); // for its whole life: an idle connection may break at any time
    smtp.on("end", () => drop(connection));
    smtp.connect((error) => {
      if (error) return fail(error);
      onGreeted(smtp);
      if (!target.auth || !smtp.allowsAuth) return stand();
      smtp.login(target.auth, (refused) => (refused ? fail(refused) : stand()));
    });
  });
}

const openSmtp = ({ target, connectTimeoutMs }: ConnectOptions) =>
  new SMTPConnection({
    ...target.connection,
    connectionTimeout: connectTimeoutMs,
    greetingTimeout: connectTimeoutMs,
    dnsTimeout: connectTimeoutMs,
    socketTimeout: SILENCE_TIMEOUT_MS,
    socketCloseTimeout: 1_000,
    logger: false,
  });

/** A greeting of 421 ends the connection without an error; its words are kept here only. */
function endOf({ lastServerResponse }: SMTPConnection) {
  const response = lastServerResponse || undefined;
  return {
    code: "ECONNECTION",
    command: "CONN",
    ...(response && /^[45]/.test(response) ? { response } : {}),
  };
}

/** One transaction on a connection. The body is read only after the relay's 354. */
export async function transact(
  connection: RelayConnection,
  mail: { from: string; to: string; raw: Buffer },
  drop: ConnectOptions["drop"],
  signal: AbortSignal,
): Promise<Transaction> {
  const body = Readable.from([mail.raw], { objectMode: false });
  body.on("error", () => {}); // closing a connection destroys the body that it was about to send
  const envelope = {
    from: mail.from,
    to: [mail.to],
    size: mail.raw.length,
    dsn: { ret: "HDRS", notify: ["FAILURE", "DELAY"] }, // where the relay knows DSN: bounces without the content
  };
  try {
    const info = await new Promise<SMTPConnectionSendInfo>((resolve, reject) => {
      const giveUp = () => {
        reject(aborted());
        drop(connection);
      };
      signal.addEventListener("abort", giveUp, { once: true });
      if (signal.aborted) return giveUp();
      connection.smtp.send(envelope, body, (error, sent) => {
        signal.removeEventListener("abort", giveUp);
        if (error) reject(error);
        else resolve(sent);
      });
    });
    return { info, error: null, bodySent: true };
  } catch (error) {
    return { info: null, error, bodySent: body.readableDidRead };
  }
}
