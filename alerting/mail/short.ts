import type { MailFacts } from "@/lib/alerts/mail-facts";
import { nameInWords } from "./names";
import { mailSectionsOf } from "./sections";
import { subjectOf } from "./subject";
import { firstTopic } from "./topics";

/**
 * A mail in a few words, for where nobody renders it in time: its subject as it would be, what happened, why it is sent, and the page.
 * @param page where there is more
 */
export function shortMail(content: MailFacts, page: string): { subject: string; text: string } {
  const { state, topics, also } = mailSectionsOf(content);
  const about = firstTopic(topics);
  const words = `${state.word.toUpperCase()}: ${nameInWords(content.capability.name, 80)}.${about === null ? "" : ` ${about}.`}`;
  return {
    subject: subjectOf(state, content.capability.name, { topics, also }),
    text: `${words}\n\n${content.reason}\n\n${page}\n`.replaceAll("\u00a0", " "),
  };
}
