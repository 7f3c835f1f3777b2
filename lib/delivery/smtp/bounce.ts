import PostalMime, { type Email } from "postal-mime";
import { isAutomaticReply } from "./automatic-reply";
import { type RecipientReport, readDeliveryStatus } from "./dsn";

/** What came back to the return path of a mail. */
export type Bounce =
  /** Fields for programs: a delivery status notification. `failed` are the addresses of X-Failed-Recipients (Exim, Gmail). */
  | { kind: "report"; recipients: RecipientReport[]; failed: string[]; words: BounceWords }
  /** Words for people only. */
  | { kind: "words"; failed: string[]; words: BounceWords }
  /** Says nothing about the mail's delivery: an automatic reply, a read receipt, a report of abuse. */
  | { kind: "not-a-bounce"; reason: string }
  | { kind: "unreadable"; reason: string };

export type BounceWords = { subject: string; text: string };

class Unreadable extends Error {}

/** Each line costs the parser tens of microseconds. Fields and words come first, and the original after them may be cut. */
const LINES_LIMIT = 20_000;
const STATUS_LIMIT = 256 * 1024;
const TEXT_LIMIT = 64 * 1024;
const FAILED_LIMIT = 200;
const STATUS_TYPES = ["message/delivery-status", "message/global-delivery-status"];
/** RFC 5965, RFC 8098, RFC 8460: reports about something else than delivery. */
const OTHER_REPORTS = /^(?:feedback-report|disposition-notification|tlsrpt)$/i;
const OTHER_PARTS = /^message\/(?:feedback-report|(?:global-)?disposition-notification)$/;

/**
 * Reads what came back to a return path. Fields for programs count wherever in the message they stand (OpenSMTPD puts them into
 * multipart/mixed), except within a forwarded message.
 * @param raw the message as received
 */
export async function readBounce(raw: Uint8Array): Promise<Bounce> {
  try {
    const mail = await parseMail(raw);
    const parts = mail.attachments.filter(({ mimeType }) => STATUS_TYPES.includes(mimeType));
    const recipients = readDeliveryStatus(textOf(parts.map(({ content }) => content)));
    if (recipients === null) throw new Unreadable("its delivery-status part names too many recipients");
    const words = { subject: mail.subject ?? "", text: bodyOf(mail) };
    const failed = failedRecipients(mail);
    if (recipients.length > 0) return { kind: "report", recipients, failed, words };
    const other = otherReport(mail);
    if (other) return { kind: "not-a-bounce", reason: other };
    if (failed.length === 0 && isAutomaticReply(mail.headers, words.subject))
      return { kind: "not-a-bounce", reason: "an automatic reply" };
    if (words.text.trim() === "" && failed.length === 0) throw new Unreadable("it has no text");
    return { kind: "words", failed, words };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { kind: "unreadable", reason: error.message };
  }
}

/** Anybody may write to a return path, so whatever parsing throws says that the message is broken. Its settings are ours. */
async function parseMail(raw: Uint8Array): Promise<Email> {
  const parser = new PostalMime({
    forceRfc822Attachments: true, // a report inside a forwarded message isn't a report about our mail
    maxNestingDepth: 10,
    maxHeadersSize: 256 * 1024,
  });
  try {
    return await parser.parse(firstLines(raw));
  } catch {
    throw new Unreadable("its MIME structure is broken");
  }
}

function firstLines(raw: Uint8Array): Uint8Array {
  let end = -1;
  for (let lines = 0; lines < LINES_LIMIT; lines += 1) {
    end = raw.indexOf(0x0a, end + 1);
    if (end < 0) return raw;
  }
  return raw.subarray(0, end + 1);
}

function textOf(contents: readonly (string | ArrayBuffer | Uint8Array)[]): string {
  const texts = contents.map((content) => (typeof content === "string" ? content : decode(content)));
  if (texts.reduce((sum, { length }) => sum + length, 0) > STATUS_LIMIT)
    throw new Unreadable("its delivery-status part is too long");
  return texts.join("\n\n");
}

/** UTF-8 (RFC 6533), or what else bytes can be: the charset of such a part is hardly ever said. */
function decode(content: ArrayBuffer | Uint8Array): string {
  const bytes = new Uint8Array(content);
  const isWide = bytes.subarray(0, 200).filter((byte) => byte === 0).length > 20;
  if (isWide)
    return new TextDecoder(bytes[0] === 0 || bytes[0] === 0xfe ? "utf-16be" : "utf-16le").decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

/** The text for people; a message that has only markup gives what is left without it. */
function bodyOf({ text, html }: Email): string {
  if (text) return text.slice(0, TEXT_LIMIT);
  return (html ?? "")
    .slice(0, 4 * TEXT_LIMIT)
    .replace(/<(?:br|\/p|\/div|\/tr|\/li|\/h\d)\b[^<>]*>/gi, "\n")
    .replace(/<[^<>]*>/g, " ")
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&nbsp;/g, " ")
    .slice(0, TEXT_LIMIT);
}

const headerOf = (mail: Email, key: string) =>
  mail.headers.filter((header) => header.key === key).map(({ value }) => value);

function otherReport(mail: Email): string | null {
  const [type = ""] = headerOf(mail, "content-type");
  const report = /;\s*report-type\s*=\s*"?([\w-]+)/i.exec(type)?.[1] ?? "";
  const isOther =
    OTHER_REPORTS.test(report) || mail.attachments.some(({ mimeType }) => OTHER_PARTS.test(mimeType));
  return isOther ? `a report about something else than delivery (${report || "by its parts"})` : null;
}

const failedRecipients = (mail: Email): string[] =>
  headerOf(mail, "x-failed-recipients")
    .flatMap((value) => value.split(","))
    .map((address) => address.trim())
    .filter((address) => address.includes("@"))
    .slice(0, FAILED_LIMIT);
