import type { MailContent, MailLine, RenderedMail } from "@/lib/episodes/mail-content";
import { inSentence, thresholdInWords, valueInWords } from "@/lib/signals/wording";

const HEADINGS: Record<MailContent["kind"], string> = {
  firing: "Alert",
  joined: "More signals joined",
  reminder: "Still firing",
  recovered: "Recovered",
  "fired-and-recovered": "Fired and recovered",
  flapping: "Going back and forth",
  "data-missing": "No data",
  cancelled: "Ended: no longer watched",
  expired: "Ended: no data for a day",
  test: "Test alert",
};

/** Renders a mail once; every try to send it will send these words. */
export async function renderMail(content: MailContent): Promise<RenderedMail> {
  const subject = [content.capability.name, stemOf(content)].filter(Boolean).join(": ");
  const text = [
    `${HEADINGS[content.kind]}: ${content.capability.name}`,
    content.reason,
    ...content.lines.map(paragraph),
    ...(content.alsoFiring.length > 0 ? ["Also firing:", ...content.alsoFiring.map(paragraph)] : []),
    content.links.health,
  ].join("\n\n");
  return { subject, text: `${text}\n`, html: `<pre>${escapeMarkup(text)}</pre>`, images: [] };
}

function stemOf({ thread }: MailContent): string {
  return thread ? inSentence(thread.signalTitle) : "test alert";
}

function paragraph({ signalTitle, lineLabel, threshold, worse, unit, value }: MailLine): string {
  const now = value === null ? "no data" : valueInWords(value, unit);
  return `${signalTitle}, ${lineLabel}: ${now}. Alerts ${thresholdInWords(threshold, worse, unit)}.`;
}

const escapeMarkup = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
