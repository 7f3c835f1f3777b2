import { composeMail, newMessageId, threadRootOf } from "@/lib/delivery/message";
import type { RenderedMail } from "@/lib/episodes/mail-content";
import { EXAMPLES } from "./examples.fixture";
import { renderMail } from "./render";

const DOMAIN = "watchpost.example";
const FROM = `Watchpost <alerts@${DOMAIN}>`;
const TO = "owner@photos.example";

/** An example as it would leave: rendered, and composed into the bytes of a mail. */
export type ExampleMail = {
  name: string;
  rendered: RenderedMail;
  envelope: { from: string; to: string[] };
  raw: Buffer;
};

/** Every kind of mail, made of the example contents in the way that a real one is made. */
export async function exampleMails(): Promise<ExampleMail[]> {
  const mails: ExampleMail[] = [];
  for (const [name, content] of Object.entries(EXAMPLES)) {
    const rendered = await renderMail(content);
    const { raw } = await composeMail({
      from: FROM,
      to: TO,
      subject: rendered.subject,
      messageId: newMessageId(DOMAIN),
      date: new Date(content.atMs),
      threadRoot: content.thread && threadRootOf(content.thread.id, DOMAIN),
      text: rendered.text,
      html: rendered.html,
      images: rendered.images.map(({ cid, png }, index) => ({
        cid,
        filename: `chart-${index + 1}.png`,
        contentType: "image/png",
        content: png,
      })),
    });
    mails.push({ name, rendered, envelope: { from: `alerts@${DOMAIN}`, to: [TO] }, raw });
  }
  return mails;
}
