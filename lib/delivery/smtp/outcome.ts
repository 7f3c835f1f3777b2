/** The closed union of what a try to send can come to. reference: RFC 3463 (enhanced codes), RFC 5321 §4.2 (reply codes). */
export const OUTCOME_CLASSES = [
  "accepted", // the relay took it: not "delivered"
  "transport", // the relay itself; no recipient is ever blamed
  "transient", // this recipient, for now (greylisting, a busy mailbox)
  "mailbox-full", // this recipient, perhaps for days: RFC 3463 X.2.2 is a persistent transient failure
  "bad-address", // this recipient, for good
  "policy", // content or policy; says nothing about the address
  "ambiguous", // the connection stood and ended without a reply: it may have been accepted
] as const;
export type OutcomeClass = (typeof OUTCOME_CLASSES)[number];

export type SmtpOutcome = {
  class: OutcomeClass;
  /** The relay's own words, or a sentence of ours where it said nothing. One line, printable, bounded. It may name the recipient. */
  words: string;
  replyCode: number | null;
  /** RFC 3463, as "5.1.1". */
  enhancedCode: string | null;
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

type Reply = { code: number; enhanced: string | null; subject: string };

const WORDS_LIMIT = 500;

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
  const reply = readReply(info.response);
  return {
    class: "accepted",
    words: plainWords(info.response) || "accepted",
    replyCode: reply?.code ?? null,
    enhancedCode: reply?.enhanced ?? null,
  };
}

/**
 * Sorts a failed try by enhanced status code, then reply code, then phase.
 * @param error what nodemailer 10 threw
 * @param phase how far the connection had come when it failed
 */
export function failedOutcome(error: unknown, phase: SmtpPhase): SmtpOutcome {
  const failure: SmtpError = typeof error === "object" && error !== null ? error : { message: String(error) };
  const reply = failure.response ? readReply(failure.response) : null;
  return {
    class: reply ? classOfReply(reply, failure, phase) : classWithoutReply(failure, phase),
    words: plainWords(failure.response || sentenceFor(failure, phase)),
    replyCode: reply?.code ?? null,
    enhancedCode: reply?.enhanced ?? null,
  };
}

/** A multi-line reply repeats its codes on each line; the first line's count. */
function readReply(response: string): Reply | null {
  const match = /^([2-5]\d\d)(?:[ -](?:([245])\.(\d{1,3})\.(\d{1,3})(?=\s|$))?|$)/.exec(response);
  if (!match) return null;
  const [, code = "", cls, subject, detail] = match;
  if (cls === undefined) return { code: Number(code), enhanced: null, subject: "" };
  // RFC 2034 §4 wants both to agree. Where they don't, the milder one counts: a needless retry harms less than a lost mail.
  const milder = code.startsWith("4") || cls === "4" ? "4" : cls;
  return { code: Number(code), enhanced: `${milder}.${subject}.${detail}`, subject: `${subject}.${detail}` };
}

const SENDER_REFUSED = new Set(["1.7", "1.8", "7.27"]);
const LOGIN_WANTED = new Set(["7.8", "7.9", "7.11", "7.12", "7.13", "7.14"]);
const LOGIN_CODES = new Set([530, 534, 535, 538]);
/** The relay and this client don't agree on the protocol. */
const PROTOCOL_CODES = new Set([455, 500, 501, 502, 503, 504, 555]);
const TOO_LARGE = new Set(["2.3", "3.4"]);
/** Relaying denied has no code of its own: it comes as x.7.1 or bare, which at RCPT could be anything. Only the words tell. */
const RELAYING_DENIED =
  /\brelay(ing)?\b.*\b(denied|not (permitted|allowed)|prohibited|disabled)|\b(unable|not (permitted|allowed)) to relay\b/i;

function classOfReply(reply: Reply, failure: SmtpError, phase: SmtpPhase): OutcomeClass {
  const { code, enhanced, subject } = reply;
  const command = failure.command ?? "";
  if (code === 421 || code < 400 || phase === "connect") return "transport";
  if (command.startsWith("AUTH") || LOGIN_CODES.has(code) || LOGIN_WANTED.has(subject)) return "transport";
  if (SENDER_REFUSED.has(subject)) return "transport";
  if (command === "RCPT TO" && RELAYING_DENIED.test(failure.response ?? "")) return "transport";
  if (TOO_LARGE.has(subject)) return "policy"; // plain text alone may fit
  if (enhanced?.startsWith("4.") && /^[34]\./.test(subject)) return "transport";
  if (PROTOCOL_CODES.has(code) && !/^[1267]\./.test(subject)) return "transport";
  // Before RCPT TO there is no recipient who could be meant.
  if (command === "MAIL FROM") return code === 552 ? "policy" : "transport";
  if (code < 500 || enhanced?.startsWith("4.")) return "transient";
  return refused(reply, command);
}

function refused(reply: Reply, command: string): OutcomeClass {
  const { code, subject } = reply;
  if (subject === "2.2") return "mailbox-full";
  if (code === 556 || subject.startsWith("1.") || subject === "2.1" || subject === "2.4")
    return "bad-address";
  if (/^[67]\./.test(subject)) return "policy";
  // No telling enhanced code: RFC 5321 §4.2.2 and §4.2.3 by reply code. After the dot the mailbox had been accepted already.
  if (command !== "RCPT TO") return "policy";
  if (code === 552) return "mailbox-full";
  return code === 550 || code === 551 || code === 553 || code === 521 ? "bad-address" : "policy";
}

function classWithoutReply(failure: SmtpError, phase: SmtpPhase): OutcomeClass {
  if (phase === "connect") return "transport";
  // Refused by nodemailer itself, before a byte went out.
  if (failure.code === "EENVELOPE")
    return /recipient/i.test(failure.message ?? "") ? "bad-address" : "transport";
  if (failure.code === "EMESSAGE") return "policy"; // larger than the relay's SIZE
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
  ENOAUTH: "wants a login",
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
  if (failure.code === "EMESSAGE") return "The mail is larger than the relay takes.";
  if (failure.code === "EENVELOPE") return "The address can't be used in an envelope.";
  if (phase === "connect") return "The relay didn't complete the connection in time.";
  return "The connection ended without a reply: the relay may or may not have taken the mail.";
}
