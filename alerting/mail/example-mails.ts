import type { RenderedMail } from "@/lib/alerts/mail-facts";
import { composeMail, newMessageId, threadRootOf } from "@/lib/delivery/message";
import { EXAMPLES } from "./examples.fixture";
import { MIGRATION_EXAMPLES } from "./migrations.fixture";
import { renderMail, renderMigrationMail } from "./render";

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
  const examples = [
    ...Object.entries(EXAMPLES).map(([name, content]) => {
      const { atMs, thread } = content;
      return { name, atMs, threadId: thread?.id ?? null, rendering: renderMail(content) };
    }),
    ...Object.entries(MIGRATION_EXAMPLES).map(([name, content]) => {
      const { atMs } = content;
      return { name, atMs, threadId: null, rendering: renderMigrationMail(content) };
    }),
  ];
  for (const { name, atMs, threadId, rendering } of examples) {
    const rendered = await rendering;
    const { raw } = await composeMail({
      from: FROM,
      to: TO,
      subject: rendered.subject,
      messageId: newMessageId(DOMAIN),
      date: new Date(atMs),
      threadRoot: threadId === null ? null : threadRootOf(threadId, DOMAIN),
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
