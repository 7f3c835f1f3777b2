import type { MailContent, RenderedMail } from "@/lib/episodes/mail-content";
import { log } from "@/lib/log";
import { chartSvg } from "./chart";
import { composeDocument } from "./compose";
import type { Block } from "./document";
import { htmlOf } from "./html";
import { pngOf } from "./png";
import { textOf } from "./text";

/**
 * Renders a mail, once: every try to send it sends these words and pictures.
 *
 * It never fails for a name, a value or a picture: an alert with a hole in it is worth more than none.
 */
export async function renderMail(content: MailContent): Promise<RenderedMail> {
  const document = composeDocument(content);
  const drawn = new Map<Block, { cid: string; png: Buffer }>();
  for (const block of document.blocks) {
    if (block.kind !== "picture") continue;
    try {
      drawn.set(block, { cid: `chart-${drawn.size + 1}@watchpost`, png: await pngOf(chartSvg(block.chart)) });
    } catch (error) {
      log.warn({ error, kind: content.kind }, "A mail's picture could not be drawn; it goes without");
    }
  }
  return {
    subject: document.subject,
    text: textOf(document),
    html: htmlOf(document, drawn),
    images: [...drawn.values()],
  };
}
