import { randomUUID } from "node:crypto";
import addressparser from "nodemailer/lib/addressparser";
import MailComposer, { type MailComposerOptions } from "nodemailer/lib/mail-composer";
import { encodeWord } from "nodemailer/lib/mime-funcs";
import { visibleText } from "@/lib/infra/hidden-characters";
import { envelopeAddress, isMailAddress, needsSmtpUtf8 } from "@/lib/infra/mail-address";
import { plainWords } from "./smtp/outcome";

/** The mail can't be composed. The message is a sentence that names the part at fault. */
export class MessageContentError extends Error {
  override name = "MailContentError";
}

export type MessageContent = {
  /** MAIL_FROM, as "Watchpost <alerts@example.org>" or a bare address. */
  from: string;
  /** One bare address: one mail, one envelope, one recipient. null: none can be written to yet, so it can't be sent as it is. */
  to: string | null;
  subject: string;
  /** What messageIdOf() made. Every try has the same. */
  messageId: string;
  date: Date;
  /** What threadRootOf() made for the alert; null for a mail that belongs to none. */
  threadRoot: string | null;
  text: string;
  html?: string;
  /** Pictures that the HTML shows by `cid:`. */
  images?: { cid: string; filename: string; contentType: string; content: Buffer }[];
};

/** RFC 5322 bytes, made once and sent as they are on every try. */
export type ComposedMail = {
  raw: Buffer;
  /** The same mail without HTML and pictures, for the one retry after a policy refusal; null where it is plain text anyway. */
  rawTextOnly: Buffer | null;
};

const SUBJECT_LIMIT = 200;
/** The length of an encoded word; RFC 2047 §2 allows 75. */
const ENCODED_WORD_OCTETS = 52;
/** RFC 5256 §2.1: what it takes off a subject's beginning before two are compared. */
const LEADING_BRACKETS = /^(?:\[[^[\]]*\]\s*)+(?=\S)/;

/** Why a mail is refused from the first. */
export const NOT_AN_ADDRESS = "It is not an address that mail can be written to.";

/**
 * Parses a sender such as MAIL_FROM.
 * @returns its address with the domain in its xn-- form, as Message-IDs and envelopes need it
 * @throws MailContentError when it isn't exactly one address, or one that only some servers can answer
 */
export function parseSender(text: string): { name: string; address: string; domain: string } {
  const [only, ...more] = addressparser(text, { flatten: true });
  if (!only?.address || more.length > 0 || !isMailAddress(only.address)) {
    throw new MessageContentError(
      'The sender is not one mail address such as "Watchpost <alerts@example.org>".',
    );
  }
  if (needsSmtpUtf8(only.address))
    throw new MessageContentError(
      "The sender has letters outside ASCII before its @. Then only relays that know SMTPUTF8 could take a mail.",
    );
  const address = envelopeAddress(only.address);
  return {
    name: plainWords(only.name, 100),
    address,
    domain: address.slice(address.lastIndexOf("@") + 1),
  };
}

/** A new Message-ID. The domain is the sender's, so that it is unique in the world (RFC 5322 §3.6.4). */
export const newMessageId = (domain: string) => `<${randomUUID()}@${domain}>`;

/**
 * The root of an alert's thread. No mail has it as its own id: clients thread by it even where the first mail never left.
 * @param threadId a word of letters, digits, "-", "_" and "."
 */
export function threadRootOf(threadId: string, domain: string): string {
  if (!/^[A-Za-z0-9._-]{1,200}$/.test(threadId))
    throw new MessageContentError("The episode's key is not a word.");
  return `<episode.${threadId}@${domain}>`;
}

/**
 * Composes a mail and its plain-text variant. Names and labels in it may hold anything: what isn't printable is
 * dropped from headers, and no content is ever read from a path or a URL.
 * @throws MailContentError when an address or an id isn't one
 */
export async function composeMail(content: MessageContent): Promise<ComposedMail> {
  if (content.to !== null && !isMailAddress(content.to))
    throw new MessageContentError("The recipient is not one mail address.");
  for (const id of [content.messageId, content.threadRoot]) {
    if (id !== null && !/^<[\x21-\x3b\x3d\x3f-\x7e]+@[A-Za-z0-9.-]+>$/.test(id)) {
      throw new MessageContentError("A Message-ID of the mail is malformed.");
    }
  }
  if (Number.isNaN(content.date.getTime())) throw new MessageContentError("The mail's date is not a time.");
  const { name, address } = parseSender(content.from);
  const subject = subjectWords(content.subject);
  const plain: MailComposerOptions = {
    from: { name, address },
    ...(content.to !== null && { to: { name: "", address: content.to } }),
    subject: encodedIfMistakable(subject),
    messageId: content.messageId,
    date: content.date,
    ...(content.threadRoot === null ? {} : { inReplyTo: content.threadRoot, references: content.threadRoot }),
    headers: {
      "Auto-Submitted": "auto-generated", // RFC 3834: keeps out-of-office replies away
      // MS-OXCMAIL 2.2.3.2.7: what Outlook calls the conversation, whatever the subject's brackets say.
      ...(content.threadRoot !== null && {
        "Thread-Topic": encodedIfMistakable(subject.replace(LEADING_BRACKETS, "")),
      }),
      // The same for Exchange (MS-OXCMAIL). Its "All" would keep the bounces away, too.
      "X-Auto-Response-Suppress": "OOF, AutoReply, RN, NRN",
    },
    text: content.text,
    newline: "win",
    disableFileAccess: true,
    disableUrlAccess: true,
  };
  if (content.html === undefined) return { raw: await build(plain), rawTextOnly: null };
  const attachments = content.images?.map((image) => ({ ...image, contentDisposition: "inline" }));
  return { raw: await build({ ...plain, html: content.html, attachments }), rawTextOnly: await build(plain) };
}

function subjectWords(text: string): string {
  const characters = Array.from(visibleText(text));
  if (characters.length <= SUBJECT_LIMIT) return characters.join("");
  return `${characters
    .slice(0, SUBJECT_LIMIT - 1)
    .join("")
    .trimEnd()}…`;
}

/** A mail client would decode a name such as "=?utf-8?q?x?="; encoded (RFC 2047), it reads as it is. */
const encodedIfMistakable = (text: string): string =>
  text.includes("=?") ? encodeWord(text, "Q", ENCODED_WORD_OCTETS) : text;

const build = (options: MailComposerOptions): Promise<Buffer> => new MailComposer(options).compile().build();
