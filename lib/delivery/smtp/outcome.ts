import type { OutcomeClass } from "./outcome-class";
import {
  classifyRefusal,
  isMailboxFull,
  type JudgedRefusal,
  provesBadAddress,
  type RelayLately,
  readSmtpReply,
  type SmtpReply,
} from "./refusal";
import type { RefusalPhase } from "./refusal-evidence";
import { withoutReturnPaths } from "./return-path";

export type SmtpOutcome = {
  class: OutcomeClass;
  /** The class by the reply alone, whatever the relay does for others. */
  byItself: OutcomeClass;
  /** The relay's own words, or a sentence of ours where it said nothing. One line, printable, bounded. It may name the recipient. */
  words: string;
  replyCode: number | null;
  /** RFC 3463, as "5.1.1". */
  enhancedCode: string | null;
  /** How far the conversation had come; null: the mail was accepted. */
  failedAt: RefusalPhase | null;
};

/** connect: DNS, TCP, TLS, greeting, EHLO, login. transaction: everything after that, from MAIL FROM to the reply to the final dot. */
export type SmtpPhase = "connect" | "transaction";

/** What nodemailer says about a failure; every field may be missing. */
type SmtpError = {
  message?: string;
  code?: string;
  originalCode?: string;
  command?: string;
  response?: string;
};

const WORDS_LIMIT = 500;
/** Our own code (EAI: RFC 6530) of a try that was not begun: the address needs SMTPUTF8, and the relay doesn't offer it. */
export const NO_SMTPUTF8 = "ENOEAI";

/** Makes text from outside fit for a page, a row and a log line: one line, no control or invisible direction characters, bounded. */
export function plainWords(text: string, limit = WORDS_LIMIT): string {
  const line = text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}]+/gu, " ")
    .replace(/\s+/g, " ")
    .trim();
  return line.length > limit ? `${line.slice(0, limit - 1).trimEnd()}…` : line;
}

/** The relay's 2xx to the final dot. */
export function acceptedOutcome(info: { response: string }): SmtpOutcome {
  const reply = readSmtpReply(info.response);
  return {
    class: "accepted",
    byItself: "accepted",
    words: plainWords(info.response) || "accepted",
    replyCode: reply?.code ?? null,
    enhancedCode: reply?.enhanced ?? null,
    failedAt: null,
  };
}

/**
 * Sorts a failed try by whose fault it is.
 * @param error what nodemailer 10 threw
 * @param phase how far the connection had come when it failed
 * @param lately what else the relay did
 */
export function failedOutcome(
  error: unknown,
  phase: SmtpPhase,
  lately: RelayLately = "nothing",
): SmtpOutcome {
  const failure: SmtpError = typeof error === "object" && error !== null ? error : { message: String(error) };
  const reply = failure.response ? readSmtpReply(failure.response) : null;
  const at = refusalPhase(failure.command ?? "", phase);
  const classGiven = (known: RelayLately) =>
    reply ? classOf(at, classifyRefusal(at, reply, known)) : classWithoutReply(failure, phase);
  return {
    class: classGiven(lately),
    byItself: classGiven("nothing"),
    words: plainWords(wordsOf(failure, reply) || sentenceFor(failure, phase)),
    replyCode: reply?.code ?? null,
    enhancedCode: reply?.enhanced ?? null,
    failedAt: at,
  };
}

/** The relay's words. "502 not implemented" alone doesn't name STARTTLS: it is sent unasked where SMTP_URL requires it. */
function wordsOf({ command, response = "" }: SmtpError, reply: SmtpReply | null): string {
  const knowsNoTls = command === "STARTTLS" && [500, 501, 502, 503, 504].includes(reply?.code ?? 0);
  const said = withoutReturnPaths(response);
  return knowsNoTls ? `The relay offers no encryption (STARTTLS), and SMTP_URL requires it: ${said}` : said;
}

/** @param command nodemailer's, such as "AUTH PLAIN" or "RCPT TO" */
function refusalPhase(command: string, phase: SmtpPhase): RefusalPhase {
  if (/^(AUTH|EHLO|HELO|STARTTLS)/.test(command)) return "login";
  if (phase === "connect") return "connect";
  if (command === "MAIL FROM") return "mail-from";
  return command === "RCPT TO" ? "rcpt-to" : "data";
}

function classOf(at: RefusalPhase, refusal: JudgedRefusal): OutcomeClass {
  if (provesBadAddress(refusal)) return "bad-address";
  const { whose, lasting } = refusal;
  if (whose === "message") return "policy";
  if (at === "connect" || at === "login" || at === "mail-from" || whose === "connection") return "transport";
  if (whose === "relay") return "relay-refuses";
  if (whose === "unknown") return "unclear";
  if (isMailboxFull(refusal)) return "mailbox-full";
  return lasting ? "recipient-refused" : "transient";
}

function classWithoutReply(failure: SmtpError, phase: SmtpPhase): OutcomeClass {
  if (phase === "connect") return "transport";
  // Refused by nodemailer itself, before a byte went out.
  if (failure.code === "EENVELOPE")
    return /recipient/i.test(failure.message ?? "") ? "bad-address" : "transport";
  if (failure.code === "EMESSAGE") return "policy"; // larger than the relay's SIZE
  if (failure.code === NO_SMTPUTF8) return "address-unsupported";
  return "ambiguous";
}

const CAUSES: Record<string, string> = {
  ECONNREFUSED: "refused the connection",
  EHOSTUNREACH: "can't be reached",
  ENETUNREACH: "can't be reached",
  ECONNRESET: "broke the connection",
  CERT_HAS_EXPIRED: "shows an expired certificate",
  DEPTH_ZERO_SELF_SIGNED_CERT: "shows a certificate that isn't trusted",
  SELF_SIGNED_CERT_IN_CHAIN: "shows a certificate that isn't trusted",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "shows a certificate that isn't trusted",
  ERR_TLS_CERT_ALTNAME_INVALID: "shows another host's certificate",
  EDNS: "has a name that can't be resolved",
  EAUTH: "refused the login",
  ENOLOGIN: "offers no login, and SMTP_URL has one",
  ENOTLS: "offers no encryption (STARTTLS), so the login of SMTP_URL isn't sent to it",
  ERR_SSL_WRONG_VERSION_NUMBER: "answers without TLS on this port: use smtp:// or the port for TLS",
  ERR_SSL_PACKET_LENGTH_TOO_LONG: "answers without TLS on this port: use smtp:// or the port for TLS",
  EPROTO: "answers without TLS on this port: use smtp:// or the port for TLS",
};

function sentenceFor(failure: SmtpError, phase: SmtpPhase): string {
  const cause = CAUSES[failure.originalCode ?? ""] ?? CAUSES[failure.code ?? ""];
  if (cause) return `The relay ${cause}.`;
  if (failure.code === "ETLS") {
    const why = (failure.message ?? "").replace(
      /^Error (initiating TLS|upgrading connection with STARTTLS)( - |: )?/,
      "",
    );
    return `The relay failed to encrypt the connection${why ? `: ${why}` : ""}.`;
  }
  if (failure.code === "EMESSAGE") return "The mail exceeds the relay's size limit.";
  if (failure.code === NO_SMTPUTF8)
    return "An address has letters outside ASCII before its @, and the relay doesn't offer SMTPUTF8.";
  if (failure.code === "EENVELOPE") return "The address can't be used in an envelope.";
  if (phase === "connect" && failure.code === "ECONNECTION")
    return "The relay ended the connection before it was complete. Is the port for TLS, or for smtp://?";
  if (phase === "connect") return "The relay didn't complete the connection in time.";
  return "The connection ended without a reply: the relay may or may not have taken the mail.";
}
