import { Readable } from "node:stream";
import { TLSSocket } from "node:tls";
import SMTPConnection, { type SMTPConnectionSendInfo } from "nodemailer/lib/smtp-connection";
import {
  acceptedOutcome,
  failedOutcome,
  type SmtpOutcome,
  type SmtpPhase,
} from "@/lib/delivery/smtp/outcome";
import type { SmtpTarget } from "@/lib/delivery/smtp/smtp-url";
import { log } from "@/lib/infra/log";

/**
 * One relay and the connections to it. nodemailer's own pool isn't used: it doesn't tell whether a failed try came before or
 * after the connection stood, on which the whole classification rests, and it loses the relay's words at the greeting.
 */
export type Relay = {
  /** Host and port. */
  name: string;
  /**
   * Sends one mail in one envelope. Never throws: whatever happens is an outcome.
   * @param signal ends the try, however slowly the relay trickles
   */
  send(mail: { from: string; to: string; raw: Buffer }, signal: AbortSignal): Promise<SmtpOutcome>;
  /** Connects and logs in, and sends nothing. @returns null when that worked, else what came of it */
  verify(signal: AbortSignal): Promise<SmtpOutcome | null>;
  /** When the certificate ends that the relay showed last, in ms since the epoch; null: it never showed one. */
  certificateEndsAtMs(): number | null;
  /** Says goodbye on idle connections. Tries in flight end by their signals. */
  close(): void;
};

export type RelayTimes = {
  /** From the DNS lookup to the greeting and STARTTLS. */
  connectTimeoutMs: number;
  /** An idle connection is given up before the relay does so (RFC 5321 §4.5.3.2.7: 5 min). */
  idleMs: number;
};

const DEFAULT_TIMES: RelayTimes = { connectTimeoutMs: 15_000, idleMs: 30_000 };
/** Relays limit the mails of one connection; 100 is the least of the usual limits. */
const MAILS_PER_CONNECTION = 100;

/** A resumed session shows no certificate: then what was known before stands. */
function certificateEnd({ _socket: socket }: SMTPConnection): number | null {
  const endsAtMs =
    socket instanceof TLSSocket ? Date.parse(socket.getPeerCertificate().valid_to) : Number.NaN;
  return Number.isNaN(endsAtMs) ? null : endsAtMs;
}

/** Ends a connection whose goodbye is never answered; a try has its own, shorter signal. */
const SILENCE_TIMEOUT_MS = 120_000;

type Line = { connection: SMTPConnection; mails: number; idleTimer?: NodeJS.Timeout };

const aborted = () => Object.assign(new Error("The try was given up."), { code: "EABORT" });

/** The codes of nodemailer, of the network and of TLS. Anything without one is a mistake in code, and needs its stack. */
const SMTP_CODE = /^(E[A-Z]+$|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|ERR_TLS|ERR_SSL)/;

function outcomeOf(error: unknown, phase: SmtpPhase): SmtpOutcome {
  const { code, response } = (error ?? {}) as { code?: unknown; response?: unknown };
  const isExplained = Boolean(response) || (typeof code === "string" && SMTP_CODE.test(code));
  if (!isExplained)
    log.error({ err: error, phase }, "A mail could not be sent for a reason that SMTP doesn't know.");
  return failedOutcome(error, phase);
}

export function createRelay(target: SmtpTarget, times: Partial<RelayTimes> = {}): Relay {
  const { connectTimeoutMs, idleMs } = { ...DEFAULT_TIMES, ...times };
  const idle = new Set<Line>();
  let certificateEndsAtMs: number | null = null;

  /** A connection that stands, logged in. Rejects with nodemailer's error. */
  function connect(signal: AbortSignal): Promise<Line> {
    const connection = new SMTPConnection({
      ...target.connection,
      connectionTimeout: connectTimeoutMs,
      greetingTimeout: connectTimeoutMs,
      dnsTimeout: connectTimeoutMs,
      socketTimeout: SILENCE_TIMEOUT_MS,
      socketCloseTimeout: 1_000,
      logger: false,
    });
    const line: Line = { connection, mails: 0 };
    return new Promise<Line>((resolve, reject) => {
      const fail = (error: unknown) => {
        signal.removeEventListener("abort", giveUp);
        reject(error); // before the connection is closed, whose end would speak first
        drop(line);
      };
      const giveUp = () => fail(aborted());
      const stand = () => {
        signal.removeEventListener("abort", giveUp);
        resolve(line);
      };
      signal.addEventListener("abort", giveUp, { once: true });
      if (signal.aborted) return giveUp();
      connection.once("error", fail);
      // A greeting of 421 ends the connection without an error; its words are kept here only.
      connection.once("end", () => {
        const response = connection.lastServerResponse || undefined;
        fail({
          code: "ECONNECTION",
          command: "CONN",
          ...(response && /^[45]/.test(response) ? { response } : {}),
        });
      });
      connection.on("error", () => drop(line)); // for its whole life: an idle connection may break at any time
      connection.on("end", () => drop(line));
      connection.connect((error) => {
        if (error) return fail(error);
        certificateEndsAtMs = certificateEnd(connection) ?? certificateEndsAtMs;
        if (!target.auth || !connection.allowsAuth) return stand();
        connection.login(target.auth, (refused) => (refused ? fail(refused) : stand()));
      });
    });
  }

  function drop(line: Line): void {
    clearTimeout(line.idleTimer);
    idle.delete(line);
    line.connection.close();
  }

  function takeIdle(): Line | undefined {
    for (const line of idle) {
      idle.delete(line);
      clearTimeout(line.idleTimer);
      if (!line.connection.destroyed) return line;
    }
    return undefined;
  }

  function keep(line: Line): void {
    if (line.mails >= MAILS_PER_CONNECTION) {
      line.connection.quit();
      return;
    }
    line.idleTimer = setTimeout(() => {
      idle.delete(line);
      line.connection.quit();
    }, idleMs).unref();
    idle.add(line);
  }

  /** One transaction on a line. The body is read only after the relay's 354, so an unread body has certainly not been sent. */
  async function transact(line: Line, mail: { from: string; to: string; raw: Buffer }, signal: AbortSignal) {
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
          drop(line);
        };
        signal.addEventListener("abort", giveUp, { once: true });
        if (signal.aborted) return giveUp();
        line.connection.send(envelope, body, (error, sent) => {
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

  return {
    name: target.relay,

    send: async (mail, signal) => {
      let phase: SmtpPhase = "connect";
      try {
        for (let line = takeIdle(); ; line = undefined) {
          const reused = line !== undefined;
          line ??= await connect(signal);
          phase = "transaction";
          const { info, error, bodySent } = await transact(line, mail, signal);
          if (info) {
            line.mails += 1;
            keep(line);
            return acceptedOutcome(info);
          }
          const replied =
            typeof error === "object" && error !== null && "response" in error && !!error.response;
          if (replied && !line.connection.destroyed) line.connection.quit();
          else drop(line);
          const outcome = outcomeOf(error, phase);
          // The relay had ended this connection while it was idle. Nothing of the mail was sent: a new connection will tell.
          const lineHadEnded = reused && !bodySent && (!replied || outcome.replyCode === 421);
          if (!lineHadEnded || signal.aborted) return outcome;
          phase = "connect";
        }
      } catch (error) {
        return outcomeOf(error, phase);
      }
    },

    verify: async (signal) => {
      try {
        keep(await connect(signal));
        return null;
      } catch (error) {
        return outcomeOf(error, "connect");
      }
    },

    certificateEndsAtMs: () => certificateEndsAtMs,

    close: () => {
      for (const line of idle) {
        clearTimeout(line.idleTimer);
        line.connection.quit();
      }
      idle.clear();
    },
  };
}
