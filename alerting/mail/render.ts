import type { MailFacts, RenderedMail } from "@/lib/alerts/mail-facts";
import { log } from "@/lib/infra/log";
import { chartSvg } from "./chart";
import { composeDocument } from "./compose";
import type { Block, MailDocument } from "./document";
import { htmlOf } from "./html";
import { composeMigration, type MigrationMailContent } from "./migration";
import { pngOf } from "./png";
import { textOf } from "./text";

/**
 * Renders a mail, once: every try to send it sends these words and pictures.
 *
 * It never fails for a name, a value or a picture: an incomplete alert is worth more than none.
 */
export const renderMail = (content: MailFacts): Promise<RenderedMail> =>
  renderDocument(composeDocument(content), content.kind);

/** The same for a mail about a migration. */
export const renderMigrationMail = (content: MigrationMailContent): Promise<RenderedMail> =>
  renderDocument(composeMigration(content), content.kind);

async function renderDocument(document: MailDocument, kind: string): Promise<RenderedMail> {
  const drawn = new Map<Block, { cid: string; png: Buffer }>();
  for (const block of document.blocks) {
    if (block.kind !== "picture") continue;
    try {
      drawn.set(block, { cid: `chart-${drawn.size + 1}@watchpost`, png: await pngOf(chartSvg(block.chart)) });
    } catch (error) {
      log.warn({ err: error, kind }, "A mail's picture could not be drawn; it goes without");
    }
  }
  return {
    subject: document.subject,
    text: textOf(document),
    html: htmlOf(document, drawn),
    images: [...drawn.values()],
  };
}
