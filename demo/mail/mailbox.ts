import { randomUUID } from "node:crypto";
import PostalMime, { type Attachment } from "postal-mime";

export type Message = {
  id: string;
  receivedAtMs: number;
  /** The envelope's sender: where a bounce would go. Empty for a bounce itself. */
  envelopeFrom: string;
  /** The envelope's recipients, as the relay received them. */
  envelopeTo: string[];
  from: string;
  to: string;
  subject: string;
  text: string;
  /** As the sender wrote it, with pictures of the message itself put in; null when there is none. */
  html: string | null;
  headers: { name: string; value: string }[];
  attachments: { filename: string; mimeType: string; sizeBytes: number }[];
  sizeBytes: number;
  raw: Buffer;
};

export type DemoMailbox = {
  receive(raw: Buffer, envelope: { from: string; to: string[] }, nowMs: number): Promise<Message>;
  /** Newest first. */
  list(): Message[];
  find(id: string): Message | undefined;
  clear(): void;
};

const addresses = (list: { name?: string; address?: string }[] | undefined): string =>
  (list ?? []).map(({ name, address }) => (name ? `${name} <${address ?? ""}>` : (address ?? ""))).join(", ");

/** A picture that the mail carries is shown without asking anybody for it. */
export function withPictures(html: string, attachments: Attachment[]): string {
  return attachments.reduce((text, { contentId, mimeType, content }) => {
    if (!contentId || !/^image\/(png|jpeg|gif|webp)$/.test(mimeType)) return text;
    const data = Buffer.from(content as ArrayBuffer).toString("base64");
    return text.replaceAll(`cid:${contentId.replace(/^<|>$/g, "")}`, `data:${mimeType};base64,${data}`);
  }, html);
}

/**
 * Mails in memory, newest first; the oldest are let go beyond either limit.
 * @param limits how many messages and how many bytes of source are kept
 */
export function createMailbox(limits: { messages: number; bytes: number }): DemoMailbox {
  let kept: Message[] = [];
  return {
    async receive(raw, envelope, nowMs) {
      const mail = await PostalMime.parse(raw);
      const message: Message = {
        id: randomUUID(),
        receivedAtMs: nowMs,
        envelopeFrom: envelope.from,
        envelopeTo: envelope.to,
        from: addresses(mail.from ? [mail.from] : []),
        to: addresses(mail.to),
        subject: mail.subject ?? "",
        text: mail.text ?? "",
        html: mail.html ? withPictures(mail.html, mail.attachments) : null,
        headers: mail.headers.map(({ originalKey, value }) => ({ name: originalKey, value })),
        attachments: mail.attachments.map(({ filename, mimeType, content }) => ({
          filename: filename ?? "unnamed",
          mimeType,
          sizeBytes: (content as ArrayBuffer).byteLength,
        })),
        sizeBytes: raw.byteLength,
        raw,
      };
      kept.unshift(message);
      let bytes = 0;
      kept = kept.filter((one, index) => {
        bytes += one.sizeBytes;
        return index === 0 || (index < limits.messages && bytes <= limits.bytes);
      });
      return message;
    },
    list: () => kept,
    find: (id) => kept.find((message) => message.id === id),
    clear() {
      kept = [];
    },
  };
}
