import {
  CODE_ROWS,
  type CodeRow,
  type Proof,
  REPLY_ROWS,
  type RefusalPhase,
  type Topic,
  type Whose,
  WORD_ROWS,
} from "./refusal-evidence";

/** What a server said, as far as it said it. */
export type SmtpReply = {
  /** As 550; null: none is known, as in a report with nothing but a Status. */
  code: number | null;
  /** RFC 3463, as "5.1.1". */
  enhanced: string | null;
  /** All of its lines. */
  text: string;
};

/**
 * What else happened with this relay lately. accepts-others: it took a mail for somebody else, and doesn't fail for everybody since.
 * refuses-everybody: since its last acceptance it refused several recipients of several domains.
 */
export type RelayLately = "accepts-others" | "refuses-everybody" | "nothing";

/** Whose fault a refusal is. `because` says which evidence decided. */
export type JudgedRefusal = { whose: Whose; lasting: boolean; proof: Proof; because: string };

const ENHANCED = /(?<![\d.])[45]\.\d{1,3}\.\d{1,3}(?!\.?\d)/g;

/** The holder of an address chose its words and digits. */
const withoutAddresses = (text: string) => text.replace(/[^\s<>"'(),;:]+@[^\s<>"'(),;:]+/g, "@");
const enhancedCodesIn = (text: string): readonly string[] => withoutAddresses(text).match(ENHANCED) ?? [];

/**
 * Reads a reply: its code, its enhanced code, wherever in the text that stands (qmail writes "(#5.1.1)", OpenSMTPD "4.3.0:"), and its
 * text. Where both codes contradict each other (RFC 2034 §4 wants them to agree) the enhanced one gets the milder class.
 * @returns null when it doesn't begin with a reply code
 */
export function readSmtpReply(response: string): SmtpReply | null {
  const [, digits] = /^([2-5]\d\d)(?=[ -]|$)/.exec(response) ?? [];
  if (digits === undefined) return null;
  const success = /^2\d\d[ -](2\.\d{1,3}\.\d{1,3})(?=\s|$)/.exec(response)?.[1] ?? null;
  const found = digits.startsWith("2") ? success : (enhancedCodesIn(response)[0] ?? null);
  const enhanced = digits.startsWith("4") && found ? `4${found.slice(1)}` : found;
  return { code: Number(digits), enhanced, text: response };
}

/** Whether a Status says more than its class (RFC 3463 §3.1: x.0.0 is all that is known of a reply without an enhanced code). */
const hasDetail = (enhanced: string) => !enhanced.endsWith(".0.0");

/**
 * Reads what a delivery report says of one recipient (RFC 3464 §2.3). The Diagnostic-Code has the words of the server that refused; the
 * Status is often made up by the reporter. So the enhanced code and the reply code of the diagnostic count first.
 * @param status RFC 3463, as "5.0.0"
 * @param diagnostic the Diagnostic-Code without its type, such as "550 5.1.1 No such user"; null where there is none
 */
export function replyOfReport(status: string, diagnostic: string | null): SmtpReply {
  const text = diagnostic ?? "";
  // Some reporters write words before the reply: "host mx said: 550 5.1.1 …".
  const at = text.search(/(?<![\w.#-])[45][0-7]\d[ -]/);
  const code = at < 0 ? null : (readSmtpReply(text.slice(at))?.code ?? null);
  const inText = enhancedCodesIn(text)[0] ?? null;
  // A bare 550 whose words are about the recipient agrees with a Status of 5.1.1; a 552 or "blacklisted" contradicts it.
  const agrees = code === null || ([550, 551, 553].includes(code) && topicOf(text) === "recipient");
  const enhanced = inText ?? (agrees && hasDetail(status) ? status : null);
  const milder = status.startsWith("4.") && enhanced ? `4${enhanced.slice(1)}` : enhanced;
  return { code, enhanced: milder, text };
}

/**
 * Says whose fault a refusal is: by the phase, by the codes, by the words where the codes leave it open, and by what else the relay did
 * lately. The same function judges replies and delivery reports. Its evidence is in refusal-evidence.ts; docs/delivery.md explains it.
 * @param reply null: the connection ended without one
 */
export function classifyRefusal(
  phase: RefusalPhase,
  reply: SmtpReply | null,
  lately: RelayLately = "nothing",
): JudgedRefusal {
  if (reply === null) return withoutReply(phase);
  if (phase === "connect" || phase === "login" || phase === "mail-from") return beforeRecipient(phase, reply);
  const evidence = evidenceOf(phase, reply);
  const topic = topicOf(reply.text);
  const judged = byWords(evidence, topic, isPermanent(reply));
  return phase === "report" ? judged : besideOthers(phase, judged, topic, lately);
}

function withoutReply(phase: RefusalPhase): JudgedRefusal {
  const isConnected = phase !== "connect" && phase !== "login";
  return {
    whose: isConnected ? "unknown" : "connection",
    lasting: false,
    proof: isConnected ? "none" : "likely",
    because: "no reply",
  };
}

/** Before RCPT TO there is no recipient who could be meant. */
function beforeRecipient(phase: "connect" | "login" | "mail-from", reply: SmtpReply): JudgedRefusal {
  const lasting = isPermanent(reply);
  const size = codeRow(reply.enhanced)?.whose === "message" || reply.code === 552;
  if (phase === "mail-from" && size) return { whose: "message", lasting, proof: "likely", because: "size" };
  const isBusy = reply.code === 421 || (phase === "connect" && !lasting);
  return { whose: isBusy ? "connection" : "relay", lasting, proof: "likely", because: phase };
}

/** Permanent only where every code says so. */
function isPermanent({ code, enhanced }: SmtpReply): boolean {
  if (code !== null && code < 500) return false;
  return enhanced === null ? code !== null : enhanced.startsWith("5.");
}

type Evidence = JudgedRefusal &
  Pick<CodeRow, "weight"> & {
    /** An enhanced code says that it is about the recipient's mailbox (RFC 3463 §3.3). */
    isOfMailbox: boolean;
    /** An enhanced code says that it is a policy (RFC 3463 §3.8), which may be one about senders. */
    isOfPolicy: boolean;
  };

/** What the codes prove. A text that quotes another code is about that one, too: then nothing is proven. */
function evidenceOf(phase: RefusalPhase, reply: SmtpReply): Evidence {
  const isFinal = isPermanent(reply);
  const codes = [reply.enhanced, ...enhancedCodesIn(reply.text)].filter((code) => code !== null);
  const rows = codes.map((code) => codeRow(code) ?? null);
  const isUnanimous = codes.every((code, n) => code.startsWith("5.") && rows[n]?.proof === "proven");
  const decisive = rows.find((found) => found && found.proof !== "proven") ?? rows[0];
  const bareRow = REPLY_ROWS.find(
    ({ replies, phases }) => replies.includes(reply.code ?? 0) && phases.includes(phase),
  );
  // x.2.0 says that it is the mailbox, and 552 what of it.
  const isFiller = bareRow?.means === "mailbox full" && codes.every((code) => code.slice(1) === ".2.0");
  const found = decisive && decisive.whose !== "unknown" && !isFiller ? decisive : (bareRow ?? decisive);
  const isOfMailbox = found?.whose === "recipient" && codes.some((code) => code.slice(1).startsWith(".2."));
  const isOfPolicy = codes.some((code) => code.slice(1).startsWith(".7."));
  const about = { isOfMailbox, isOfPolicy };
  if (!found)
    return { whose: "unknown", lasting: isFinal, proof: "none", because: "no decisive code", ...about };
  const lasting = isFinal && found.lasting === "class";
  const proof = found.proof === "proven" && !(lasting && isUnanimous) ? "likely" : found.proof;
  return { whose: found.whose, lasting, proof, because: found.means, weight: found.weight, ...about };
}

/** The row of an enhanced code: of the exact code, else of its subject. x.0.0 and unknown subjects have none. */
function codeRow(enhanced: string | null): CodeRow | undefined {
  if (enhanced === null || !hasDetail(enhanced)) return undefined;
  const [, subject = "", detail = ""] = enhanced.split(".");
  const exact = CODE_ROWS.find(({ codes }) => codes.some((code) => covers(code, subject, Number(detail))));
  return exact ?? CODE_ROWS.find(({ codes }) => codes.includes(subject));
}

function covers(code: string, subject: string, detail: number): boolean {
  const [from = "", to = from] = code.split("-");
  const [first, low] = from.split(".");
  const [, high] = to.split(".");
  return first === subject && low !== undefined && Number(low) <= detail && detail <= Number(high);
}

/** Our signed envelope sender, which a server names only when it is about us. */
const RETURN_PATH = /bounces\+[0-9a-f]{32}\./i;

/** The first topic that the text has a phrase of. */
function topicOf(text: string): Topic | null {
  if (RETURN_PATH.test(text)) return "us";
  const plain = withoutAddresses(text).toLowerCase();
  // Each line of a reply repeats its codes.
  const words = plain
    .replace(/(^|\n)[2-5]\d\d[ -](?:[245]\.\d{1,3}\.\d{1,3})?/g, " ")
    .replace(/[^\p{L}\p{N}]+/gu, " ");
  const padded = ` ${words} `;
  const found = WORD_ROWS.find(({ phrases }) => phrases.some((phrase) => padded.includes(` ${phrase} `)));
  return found?.topic ?? null;
}

/** Words take a proof away, or say whom an ambiguous code means. They never add a proof. */
function byWords(evidence: Evidence, topic: Topic | null, isFinal: boolean): JudgedRefusal {
  const { weight, isOfMailbox, isOfPolicy, ...refusal } = evidence;
  if (topic === null || weight === "firm") return refusal;
  const isOpen = refusal.whose === "unknown" || weight === "protocol";
  const by = (whose: Whose, lasting = isFinal): JudgedRefusal => ({
    whose,
    lasting,
    proof: whose === "unknown" ? "none" : "likely",
    because: `words: ${topic}`,
  });
  switch (topic) {
    case "our-limit":
      return by("relay", false);
    case "us":
      return by("relay");
    case "relaying":
      return by("unknown");
    case "system":
      return isOfMailbox ? byDoubt(refusal) : by("unknown", false);
    case "later":
      return refusal.whose === "relay" || isFinal ? byDoubt(refusal) : by("recipient", false);
    case "quota":
      // Whose quota it is, only a code about the mailbox says; a policy may count what a sender sends.
      if (isOfPolicy) return refusal.whose === "relay" ? refusal : by("unknown", false);
      return refusal.whose === "relay" && !isOpen ? refusal : by("recipient", false);
    case "full":
      return refusal.whose === "relay" && !isOpen ? refusal : by("recipient", false);
    case "recipient":
      return isOpen ? by("recipient") : refusal;
    case "content":
      return isOpen ? by("message") : byDoubt(refusal);
  }
}

const byDoubt = (refusal: JudgedRefusal): JudgedRefusal =>
  refusal.proof === "proven" ? { ...refusal, proof: "likely" } : refusal;

/** A relay that takes others' mails isn't failing; one that refuses everybody says nothing about anybody's address. */
function besideOthers(
  phase: RefusalPhase,
  refusal: JudgedRefusal,
  topic: Topic | null,
  lately: RelayLately,
): JudgedRefusal {
  const { whose, lasting } = refusal;
  if (lately === "refuses-everybody" && (whose === "unknown" || (whose === "recipient" && lasting)))
    return {
      whose: "relay",
      lasting,
      proof: "likely",
      because: "several recipients and domains are refused",
    };
  if (lately !== "accepts-others") return refusal;
  if (whose === "relay")
    return { whose: "unknown", lasting, proof: "none", because: `${refusal.because}; others are accepted` };
  const isOfRecipient = whose === "unknown" && (phase === "rcpt-to" || topic === "relaying");
  return isOfRecipient
    ? { whose: "recipient", lasting, proof: "likely", because: "others are accepted" }
    : refusal;
}

/** Only this calls an address bad: proof about this very recipient, for good. */
export const provesBadAddress = ({ whose, lasting, proof }: JudgedRefusal): boolean =>
  whose === "recipient" && lasting && proof === "proven";

/** Whether a refusal of the recipient says that the mailbox is full. */
export const isMailboxFull = ({ because }: JudgedRefusal): boolean =>
  ["mailbox full", "words: full", "words: quota"].includes(because);
