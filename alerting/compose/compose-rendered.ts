import type { RenderedMail } from "@/lib/alerts/mail-facts";
import type { NewMail } from "@/lib/delivery/mail";
import { composeMail, NOT_AN_ADDRESS, newMessageId, parseSender, threadRootOf } from "@/lib/delivery/message";
import { isMailAddress } from "@/lib/infra/mail-address";

export type ComposedEnvelope = {
  /** MAIL_FROM. */
  mailFrom: string;
  to: string;
  /** The mail's Date. */
  atMs: number;
  threadId: string | null;
  /** Where the mail has one already; else it gets a new one. */
  messageId?: string;
};

/**
 * The bytes of a rendered mail, with its Message-ID and Date: what every try sends.
 * @param rendered without HTML where the template failed
 * @param threadId null for a mail of no thread
 * @param to an address that can't be written to makes a mail that is refused from the first, so that it is seen
 * @throws MailContentError when the sender isn't an address
 */
export async function composeRendered(
  rendered: Pick<RenderedMail, "subject" | "text"> & Partial<RenderedMail>,
  { mailFrom, to, atMs, threadId, messageId: given }: ComposedEnvelope,
): Promise<Pick<NewMail, "messageId" | "raw" | "rawTextOnly" | "refused">> {
  const { domain } = parseSender(mailFrom);
  const messageId = given ?? newMessageId(domain);
  const isGood = isMailAddress(to);
  const bytes = await composeMail({
    from: mailFrom,
    to: isGood ? to : null,
    subject: rendered.subject,
    messageId,
    date: new Date(atMs),
    threadRoot: threadId === null ? null : threadRootOf(threadId, domain),
    text: rendered.text,
    ...(rendered.html !== undefined && {
      html: rendered.html,
      images: (rendered.images ?? []).map(({ cid, png }) => ({
        cid,
        filename: `${cid.replace(/[^A-Za-z0-9-]/g, "-")}.png`,
        contentType: "image/png",
        content: png,
      })),
    }),
  });
  return { messageId, ...bytes, refused: isGood ? null : NOT_AN_ADDRESS };
}
