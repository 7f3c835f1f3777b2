import { TLSSocket } from "node:tls";
import type SMTPConnection from "nodemailer/lib/smtp-connection";
import {
  acceptedOutcome,
  failedOutcome,
  NO_SMTPUTF8,
  type SmtpOutcome,
  type SmtpPhase,
} from "@/lib/delivery/smtp/outcome";
import type { RelayLately } from "@/lib/delivery/smtp/refusal";
import type { SmtpTarget } from "@/lib/delivery/smtp/smtp-url";
import { log } from "@/lib/infra/log";
import { createIdleConnections, type IdleConnections } from "./idle-connections";
import { connectToRelay, type RelayConnection, type Transaction, transact } from "./relay-connection";

/**
 * One relay and the connections to it. nodemailer's own pool isn't used: it doesn't say whether a failed try came before or
 * after the connection stood, on which the whole classification rests, and it loses the relay's words at the greeting.
 */
export type Relay = {
  /** Host and port. */
  name: string;
  /**
   * Sends one mail in one envelope. Never throws: whatever happens is an outcome.
   * @param signal ends the try, however slowly the relay trickles
   * @param lately what else the relay did, asked for when it refuses
   */
  send(mail: Envelope, signal: AbortSignal, lately?: () => RelayLately): Promise<SmtpOutcome>;
  /** Connects and logs in, and sends nothing. @returns null when that worked, else what came of it */
  verify(signal: AbortSignal): Promise<SmtpOutcome | null>;
  /** When the certificate that the relay showed last ends, in ms since the epoch; null: it never showed one. */
  certificateEndsAtMs(): number | null;
  /** Ends idle connections with QUIT. Tries in flight end by their signals. */
  close(): void;
};

export type Envelope = { from: string; to: string; raw: Buffer };

export type RelayTimes = {
  /** From the DNS lookup to the greeting and STARTTLS. */
  connectTimeoutMs: number;
  /** An idle connection is given up before the relay does so (RFC 5321 §4.5.3.2.7: 5 min). */
  idleMs: number;
};

const DEFAULT_TIMES: RelayTimes = { connectTimeoutMs: 15_000, idleMs: 30_000 };

/** A resumed session shows no certificate: then what was known before stands. */
function certificateEnd({ _socket: socket }: SMTPConnection): number | null {
  const endsAtMs =
    socket instanceof TLSSocket ? Date.parse(socket.getPeerCertificate().valid_to) : Number.NaN;
  return Number.isNaN(endsAtMs) ? null : endsAtMs;
}

/** The codes of nodemailer, of the network and of TLS. Anything without one is a mistake in code, and needs its stack. */
const SMTP_CODE = /^(E[A-Z]+$|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|ERR_TLS|ERR_SSL)/;

function outcomeOf(error: unknown, phase: SmtpPhase, lately?: RelayLately): SmtpOutcome {
  const { code, response } = (error ?? {}) as { code?: unknown; response?: unknown };
  const isExplained = Boolean(response) || (typeof code === "string" && SMTP_CODE.test(code));
  if (!isExplained)
    log.error({ err: error, phase }, "A mail could not be sent for a reason that SMTP doesn't know.");
  return failedOutcome(error, phase, lately);
}

/**
 * What a relay says on a connection that has taken mails may be about their number: 421, a MAIL FROM that is put off, or too many
 * recipients (RFC 3463: x.5.3) where each mail has one. A new connection shows whether it is.
 */
const isOfConnection = ({ replyCode, enhancedCode, failedAt }: SmtpOutcome): boolean =>
  replyCode === 421 ||
  (failedAt === "mail-from" && replyCode !== null && replyCode < 500) ||
  enhancedCode === "4.5.3";

/** The relay was asked for nothing, so the connection is as good as before. */
const isNotTried = (error: unknown) => (error as { code?: unknown } | null)?.code === NO_SMTPUTF8;

/** What a transaction came to; null: the relay had ended this idle connection, and another one is to be tried. */
function conclude(
  {
    connection,
    mayBeStale,
    idle,
  }: { connection: RelayConnection; mayBeStale: boolean; idle: IdleConnections },
  { info, error, bodySent }: Transaction,
  lately?: () => RelayLately,
): SmtpOutcome | null {
  if (info) {
    connection.mails += 1;
    idle.keep(connection);
    return acceptedOutcome(info);
  }
  if (isNotTried(error)) {
    idle.keep(connection);
    return outcomeOf(error, "transaction");
  }
  const replied = typeof error === "object" && error !== null && "response" in error && !!error.response;
  if (replied && !connection.smtp.destroyed) connection.smtp.quit();
  else idle.drop(connection);
  const outcome = outcomeOf(error, "transaction", lately?.());
  // Nothing of the mail was sent then.
  const hadEnded = mayBeStale && !bodySent && (!replied || isOfConnection(outcome));
  return hadEnded ? null : outcome;
}

/** @param ehloName what EHLO says, unless SMTP_URL says it */
export function createRelay(target: SmtpTarget, times: Partial<RelayTimes> = {}, ehloName?: string): Relay {
  const { connectTimeoutMs, idleMs } = { ...DEFAULT_TIMES, ...times };
  const idle = createIdleConnections(idleMs);
  const { drop } = idle;
  let certificateEndsAtMs: number | null = null;
  const onGreeted = (smtp: SMTPConnection) => {
    certificateEndsAtMs = certificateEnd(smtp) ?? certificateEndsAtMs;
  };
  const connect = (signal: AbortSignal) =>
    connectToRelay({ target, ehloName, connectTimeoutMs, onGreeted, drop }, signal);

  return {
    name: target.relay,

    send: async (mail, signal, lately) => {
      let phase: SmtpPhase = "connect";
      try {
        for (let connection = idle.take(); ; connection = undefined) {
          const reused = connection !== undefined;
          connection ??= await connect(signal);
          phase = "transaction";
          const done = await transact(connection, mail, drop, signal);
          const mayBeStale = reused && !signal.aborted;
          const outcome = conclude({ connection, mayBeStale, idle }, done, lately);
          if (outcome) return outcome;
          phase = "connect";
        }
      } catch (error) {
        return outcomeOf(error, phase);
      }
    },

    verify: async (signal) => {
      try {
        idle.keep(await connect(signal));
        return null;
      } catch (error) {
        return outcomeOf(error, "connect");
      }
    },

    certificateEndsAtMs: () => certificateEndsAtMs,
    close: idle.close,
  };
}
