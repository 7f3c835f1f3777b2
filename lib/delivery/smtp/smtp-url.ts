import { createHash } from "node:crypto";
import { parseConnectionUrl } from "nodemailer/lib/shared";
import type { SMTPConnectionAuth, SMTPConnectionOptions } from "nodemailer/lib/smtp-connection";

/** SMTP_URL can't be used. The message says why and never shows the value, which holds a password. */
export class SmtpUrlError extends Error {
  override name = "SmtpUrlError";
}

export type SmtpTarget = {
  /** Host and port: what logs, rows and pages may show. */
  relay: string;
  connection: SMTPConnectionOptions;
  auth: SMTPConnectionAuth | null;
};

/**
 * Parses SMTP_URL: `smtp://` (STARTTLS where offered) or `smtps://`, with a login where the relay requires one, and
 * nodemailer's options as parameters (`?requireTLS=true`, `?tls.rejectUnauthorized=false`).
 * @throws SmtpUrlError
 */
export function parseSmtpUrl(text: string): SmtpTarget {
  if (!URL.canParse(text))
    throw new SmtpUrlError("SMTP_URL is not a URL such as smtp://relay.example.org:587.");
  const { protocol, hostname, password } = new URL(text);
  if (protocol !== "smtp:" && protocol !== "smtps:") {
    throw new SmtpUrlError("SMTP_URL must begin with smtp:// or smtps://.");
  }
  if (hostname === "") throw new SmtpUrlError("SMTP_URL names no host.");
  const { auth, ...connection } = parseConnectionUrl(text);
  if (auth && (!auth.user || !password))
    throw new SmtpUrlError("SMTP_URL has half a login: it needs a user and a password.");
  const port = connection.port ?? (connection.secure ? 465 : 587);
  return {
    relay: `${connection.host}:${port}`,
    connection: { ...connection, port },
    auth: auth ? { user: auth.user, credentials: { user: auth.user ?? "", pass: auth.pass ?? "" } } : null,
  };
}

/**
 * A digest of everything that decides how mail is sent, by which a change is noticed. Without the password: a digest of it could be
 * guessed.
 * @param sender MAIL_FROM's address
 */
export function relaySettings({ relay, connection, auth }: SmtpTarget, sender: string): string {
  const settings = JSON.stringify([relay, connection, auth?.user ?? null, sender]);
  return createHash("sha256").update(settings).digest("hex").slice(0, 16);
}
