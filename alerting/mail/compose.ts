import type { MailFacts } from "@/lib/alerts/mail-facts";
import { changesOf } from "./changes";
import type { Block, Link, MailDocument } from "./document";
import { heldLine } from "./held";
import { alsoFiring, attributionBlocks, linesOf, listsChanges, verdictLine, whatComesNext } from "./kinds";
import { nameInWords } from "./names";
import { mailSectionsOf } from "./sections";
import { subjectOf } from "./subject";
import { firstTopic, otherTopics } from "./topics";

/** A picture is some 15 kB; more than these few would only be scrolled past. */
const MOST_PICTURES = 3;

/** A test is about no signal. */
const TEST_TOPIC = "your alerts reach this address";

/** What T4 of the requirements asks to be said wherever alerting is. */
export const SOURCE_OF_TRUTH =
  "Your capability's page is the source of truth; e-mail is a best-effort nudge.";

/** A mail's words, from its facts. Pure: the same content gives the same words. */
export function composeDocument(content: MailFacts): MailDocument {
  const sections = mailSectionsOf(content);
  const next = whatComesNext(content);
  const { state, topics, also, more } = sections;
  const blocks: Block[] = [
    ...verdictLine(content),
    ...(sections.openFirst ? alsoFiring(content, "Still alerting") : []),
    ...sections.lead.map((text) => ({ kind: "paragraph", text }) as const),
    ...heldLine(content),
    ...linesOf(content, sections, MOST_PICTURES),
    ...(sections.openFirst ? [] : alsoFiring(content, "Also alerting")),
    ...(listsChanges(content.kind) ? changesOf(content) : []),
    ...attributionBlocks(content),
    ...(next ? [{ kind: "paragraph", text: next } as const] : []),
  ];
  return {
    subject: subjectOf(state, content.capability.name, { topics, also }),
    state,
    topic: firstTopic(topics) ?? TEST_TOPIC,
    capability: nameInWords(content.capability.name, 80),
    more: [otherTopics(topics), more].filter((words) => words !== null),
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
