import PostalMime, { type Email } from "postal-mime";
import { plainWords } from "./outcome";

const ACTIONS = ["failed", "delayed", "delivered", "relayed", "expanded"] as const;
export type DeliveryAction = (typeof ACTIONS)[number];

/** What a delivery status notification (RFC 3464) says about one recipient. */
export type RecipientReport = {
  action: DeliveryAction;
  /** RFC 3463, as "5.1.1". */
  status: string;
  /** The text of Diagnostic-Code, in the words of the server that gave it; null where there is none. */
  diagnostic: string | null;
};

export type DeliveryReport =
  | { kind: "report"; recipients: RecipientReport[] }
  | { kind: "unreadable"; reason: string };

/** What a report means for the mail it is about. */
export type BounceOutcome = {
  /** failed is final, delayed is not; informational changes nothing; unreadable is kept and shown, and changes nothing either. */
  action: "failed" | "delayed" | "informational" | "unreadable";
  status: string | null;
  detail: string;
  /** Whether it proves that the address takes no mail at all. A full mailbox, a policy or an expired retry doesn't. */
  addressIsBad: boolean;
};

class Unreadable extends Error {}

const RECIPIENTS_LIMIT = 50;
const STATUS_BYTES_LIMIT = 64 * 1024;

/**
 * Reads a bounce by RFC 3464 and nothing else: a report without its machine-readable part is unreadable, whatever its text says.
 * @param raw the message as received
 */
export async function readDeliveryReport(raw: Uint8Array): Promise<DeliveryReport> {
  try {
    const mail = await parseMail(raw);
    const type = mail.headers.filter((header) => header.key === "content-type");
    if (type.length !== 1 || !/^multipart\/report\s*;/i.test(type[0]?.value.trim() ?? "")) {
      throw new Unreadable("it isn't a delivery report");
    }
    const parts = mail.attachments.filter(({ mimeType }) =>
      ["message/delivery-status", "message/global-delivery-status"].includes(mimeType),
    );
    if (parts.length !== 1 || parts[0] === undefined) {
      throw new Unreadable(`it has ${parts.length} delivery-status parts instead of one`);
    }
    return { kind: "report", recipients: readStatus(textOf(parts[0].content)) };
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
    return await parser.parse(raw);
  } catch {
    throw new Unreadable("its MIME structure is broken");
  }
}

function textOf(content: string | ArrayBuffer | Uint8Array): string {
  const text = typeof content === "string" ? content : new TextDecoder().decode(content);
  if (text.length > STATUS_BYTES_LIMIT) throw new Unreadable("its delivery-status part is too long");
  return text;
}

/** Groups of fields, parted by blank lines: the first is about the message, each other one about a recipient (RFC 3464 §2.1). */
function readStatus(text: string): RecipientReport[] {
  const groups = text
    .replace(/\r\n?/g, "\n")
    .replace(/\n[ \t]+(?=\S)/g, " ")
    .split(/\n[ \t]*\n+/)
    .map((group) => group.trim())
    .filter((group) => group !== "")
    .map(readFields);
  const [message, ...recipients] = groups;
  if (!message?.has("reporting-mta")) throw new Unreadable("its delivery-status part has no Reporting-MTA");
  if (recipients.length === 0) throw new Unreadable("its delivery-status part names no recipient");
  if (recipients.length > RECIPIENTS_LIMIT)
    throw new Unreadable("its delivery-status part names too many recipients");
  return recipients.map(readRecipient);
}

function readFields(group: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const line of group.split("\n")) {
    const [, name, value] = /^([!-9;-~]+)[ \t]*:(.*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined)
      throw new Unreadable("its delivery-status part has a broken field");
    const key = name.toLowerCase();
    if (fields.has(key)) throw new Unreadable(`its delivery-status part repeats ${name}`);
    fields.set(key, value.trim());
  }
  return fields;
}

function readRecipient(fields: Map<string, string>): RecipientReport {
  if (!fields.has("final-recipient")) throw new Unreadable("a recipient of it has no Final-Recipient");
  const action = ACTIONS.find((known) => known === withoutComment(fields.get("action")).toLowerCase());
  if (action === undefined) throw new Unreadable("a recipient of it has no known Action");
  const status = withoutComment(fields.get("status"));
  if (!/^[245]\.\d{1,3}\.\d{1,3}$/.test(status))
    throw new Unreadable("a recipient of it has no valid Status");
  if (action === "failed" && status.startsWith("2."))
    throw new Unreadable("its Action and its Status contradict each other");
  const diagnostic = fields.get("diagnostic-code")?.replace(/^[^;]*;/, "");
  return { action, status, diagnostic: diagnostic === undefined ? null : plainWords(diagnostic) || null };
}

/** Structured fields may carry comments in parentheses (RFC 822 §3.4.3); ours never nest. */
const withoutComment = (value: string | undefined) => (value ?? "").replace(/\([^()]*\)/g, "").trim();

/**
 * Sums a report up. Our envelopes have one recipient; several appear where the address is a list, and then
 * one member's failure is no failure of the list.
 */
export function bounceOutcomeOf(report: DeliveryReport): BounceOutcome {
  if (report.kind === "unreadable") {
    const detail = `A reply came to this mail's return path that can't be read: ${report.reason}.`;
    return { action: "unreadable", status: null, detail, addressIsBad: false };
  }
  const failed = report.recipients.filter(({ action }) => action === "failed");
  const delayed = report.recipients.find(({ action }) => action === "delayed");
  const all = failed.length === report.recipients.length;
  const first = failed[0] ?? delayed ?? report.recipients[0];
  const detail = first?.diagnostic ?? `status ${first?.status}`;
  const action = all ? "failed" : failed.length > 0 || delayed ? "delayed" : "informational";
  const addressIsBad = all && failed.every(({ status }) => provesBadAddress(status));
  return { action, status: first?.status ?? null, detail, addressIsBad };
}

/** 5.1.x, a disabled mailbox, or a bare 5.0.0; 5.1.7 and 5.1.8 are about the sender. */
const provesBadAddress = (status: string) => /^5\.(1\.(?!7$|8$)\d+|2\.[14]|0\.0)$/.test(status);
