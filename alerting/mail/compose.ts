import type { MailFacts } from "@/lib/alerts/mail-facts";
import { changesOf } from "./changes";
import type { Block, Link, MailDocument } from "./document";
import { heldLine } from "./held";
import { alsoFiring, attributionBlocks, linesOf, tellsChanges, verdictLine, whatComesNext } from "./kinds";
import { mailLineName, nameInWords } from "./names";
import { isFollowUp, mailSectionsOf } from "./sections";

/** A picture is some 15 kB; more than these few would only be scrolled past. */
const MOST_PICTURES = 3;

/** What T4 of the requirements asks to be said wherever alerting is. */
export const SOURCE_OF_TRUTH =
  "Your capability's page is the source of truth; e-mail is a best-effort nudge.";

/**
 * The subject. Its stem is the same for all mails of a thread, because clients such as Gmail split a thread where the subject
 * changes; what happened stands in the first words of the mail, which clients show beside the subject.
 */
export function subjectOf(content: MailFacts): string {
  const { thread, capability } = content;
  const topic = thread ? mailLineName(thread) : "test alert";
  const name = nameInWords(capability.name, 60).replace(/[\u2068\u2069]/g, "");
  return `${isFollowUp(content) ? "Re: " : ""}[Watchpost] ${name}: ${topic}`.replaceAll("\u00a0", " ");
}

/** A mail's words, from its facts. Pure: the same content gives the same words. */
export function composeDocument(content: MailFacts): MailDocument {
  const sections = mailSectionsOf(content);
  const next = whatComesNext(content);
  const blocks: Block[] = [
    ...verdictLine(content),
    ...sections.lead.map((text) => ({ kind: "paragraph", text }) as const),
    ...heldLine(content),
    ...linesOf(content, sections, MOST_PICTURES),
    ...alsoFiring(content),
    ...(tellsChanges(content.kind) ? changesOf(content) : []),
    ...attributionBlocks(content),
    ...(next ? [{ kind: "paragraph", text: next } as const] : []),
  ];
  return {
    subject: subjectOf(content),
    state: sections.state,
    capability: nameInWords(content.capability.name, 80),
    headline: sections.headline,
    blocks,
    view: viewOf(content),
    foot: footOf(content),
  };
}

function viewOf({ kind, links }: MailFacts): Link {
  if (kind === "test") return { label: "Open the alerts page", url: links.alerts };
  if (links.alert) return { label: "Open this alert's page", url: links.alert };
  return { label: "Open the health page", url: links.health };
}

function footOf({ reason, capability, links }: MailFacts): (string | Link)[] {
  const name = nameInWords(capability.name, 80);
  return [
    SOURCE_OF_TRUTH,
    `Why you get this mail: ${nameInWords(reason, 300, "")
      .replace(/^$|(?<![.?])$/, ".")
      .replace(/^\.$/, "")} This address was recorded for ${name} when it was onboarded.`.replace(
      / {2,}/g,
      " ",
    ),
    { label: "Health now", url: links.health },
    { label: "What alerts you", url: links.thresholds },
    ...(links.modify ? [{ label: "Another address or channel", url: links.modify }] : []),
  ];
}

/** An address that may stand in a mail as a link: http or https, written out safely; null for any other. */
export function linkTarget(url: string): string | null {
  if (!URL.canParse(url)) return null;
  const { protocol, href } = new URL(url);
  return protocol === "https:" || protocol === "http:" ? href : null;
}
