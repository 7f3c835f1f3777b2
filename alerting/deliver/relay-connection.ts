import { Readable } from "node:stream";
import SMTPConnection, {
  type SMTPConnectionSendInfo,
  type SMTPEnvelope,
} from "nodemailer/lib/smtp-connection";
import { NO_SMTPUTF8 } from "@/lib/delivery/smtp/outcome";
import type { SmtpTarget } from "@/lib/delivery/smtp/smtp-url";
import { envelopeAddress, needsSmtpUtf8 } from "@/lib/infra/mail-address";

/** One connection to the relay, how many mails it took, and whether it takes addresses outside ASCII (RFC 6531). */
export type RelayConnection = {
  smtp: SMTPConnection;
  mails: number;
  offersSmtpUtf8: boolean;
  idleTimer?: NodeJS.Timeout;
};

/** What one transaction came to. Where the body was not read, it has certainly not been sent. */
export type Transaction = { info: SMTPConnectionSendInfo | null; error: unknown; bodySent: boolean };

/** Ends a connection whose QUIT is never answered; a try has its own, shorter signal. */
const SILENCE_TIMEOUT_MS = 120_000;

const aborted = () => Object.assign(new Error("The try was given up."), { code: "EABORT" });

export type ConnectOptions = {
  target: SmtpTarget;
  /** What EHLO says, unless SMTP_URL says it. Without one it is this host's name, or its address where that has no dot. */
  ehloName?: string;
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
  const connection: RelayConnection = { smtp, mails: 0, offersSmtpUtf8: false };
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
      connection.offersSmtpUtf8 = offersSmtpUtf8(smtp);
      if (!target.auth) return stand();
      const fault = loginFault(smtp, target);
      if (fault) return fail(fault);
      smtp.login(target.auth, (refused) => (refused ? fail(refused) : stand()));
    });
  });
}

/** By the reply to EHLO, which is the newest one before the login. nodemailer would send the address without the extension. */
const offersSmtpUtf8 = ({ lastServerResponse }: SMTPConnection): boolean =>
  /^250[ -]SMTPUTF8\b/im.test(lastServerResponse || "");

/** A configured login is never left out, and never sent in clear, except within this host. */
function loginFault(
  smtp: SMTPConnection,
  { connection: { host = "" } }: SmtpTarget,
): { code: string } | null {
  const isLoopback = /^(localhost|127(\.\d{1,3}){3}|::1)$/.test(host);
  if (!smtp.secure && !isLoopback) return { code: "ENOTLS" };
  return smtp.allowsAuth ? null : { code: "ENOLOGIN" };
}

const openSmtp = ({ target, connectTimeoutMs, ehloName }: ConnectOptions) =>
  new SMTPConnection({
    name: ehloName,
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

/** The mail that a return path names, without its signature: an envelope id stands in relays' logs. */
const mailOf = (returnPath: string) => /^bounces\+([0-9a-f]{32})\./.exec(returnPath)?.[1];

/** RFC 3461 §4.2; outside ASCII RFC 6533 §3, whose escapes pass through servers that know only ASCII. */
function originalRecipient(address: string): string {
  if (!needsSmtpUtf8(address)) return `rfc822;${envelopeAddress(address)}`;
  const escaped = address.replace(
    /[^\x21-\x7e]/gu,
    (letter) => `\\x{${letter.codePointAt(0)?.toString(16).toUpperCase()}}`,
  );
  return `utf-8;${escaped}`;
}

/** One transaction on a connection. The body is read only after the relay's 354. */
export async function transact(
  connection: RelayConnection,
  mail: { from: string; to: string; raw: Buffer },
  drop: ConnectOptions["drop"],
  signal: AbortSignal,
): Promise<Transaction> {
  if (needsSmtpUtf8(mail.to) && !connection.offersSmtpUtf8)
    return { info: null, error: { code: NO_SMTPUTF8 }, bodySent: false };
  const body = Readable.from([mail.raw], { objectMode: false });
  body.on("error", () => {}); // closing a connection destroys the body that it was about to send
  const envelope: SMTPEnvelope & Partial<Refused> = {
    from: mail.from,
    to: [envelopeAddress(mail.to)],
    size: mail.raw.length,
    // Where the relay knows DSN (RFC 3461): bounces without the content, which name this recipient and this mail.
    dsn: {
      ret: "HDRS",
      notify: ["FAILURE", "DELAY"],
      orcpt: originalRecipient(mail.to),
      envid: mailOf(mail.from),
    },
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
    return { info: null, error: refusalIn(envelope, error), bodySent: body.readableDidRead };
  }
}

/** What nodemailer keeps in an envelope of the replies to its commands. */
type Refused = { mailError: unknown; rejectedErrors: readonly unknown[] };

/**
 * A relay that refuses a pipelined command and closes leaves the others unanswered. nodemailer then calls the command CONN, as if no
 * recipient had been named; the envelope knows which one was refused.
 */
function refusalIn({ mailError, rejectedErrors = [] }: Partial<Refused>, error: unknown): unknown {
  const { command } = (error ?? {}) as { command?: unknown };
  return command === "CONN" ? (mailError ?? rejectedErrors[0] ?? error) : error;
}
