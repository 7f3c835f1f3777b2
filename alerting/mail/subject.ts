import { inSentence } from "@/lib/wording/sentence";
import { nameInWords } from "./names";
import type { SubjectTopic } from "./topics";

/** As much as a lock screen shows. State, signal and value stand within it. */
export const SUBJECT_SEEN = 60;

/** Clients take a bracket away as a whole, so there is none within one. Isolates hide in a header. */
const plain = (text: string) =>
  text
    .replaceAll("[", "(")
    .replaceAll("]", ")")
    .replace(/[\u2068\u2069]/g, "")
    .replaceAll("\u00a0", " ");

/**
 * The subject: "[Watchpost: alert] [error rate 8.4 %] Photo Library".
 *
 * What changes from mail to mail stands in brackets, and what remains without them is the same for all mails of a thread: RFC
 * 5256 §2.1 takes leading brackets away before it compares subjects. docs/alerting.md has what is known of each client.
 * @param topics what the mail is about, the weightiest first; empty: it is about no signal
 * @param also what is said as well where there is room for it
 */
export function subjectOf(
  { word }: { word: string },
  capability: string,
  { topics, also }: { topics: readonly SubjectTopic[]; also: string | null },
): string {
  const state = `[Watchpost: ${inSentence(word)}]`;
  const room = SUBJECT_SEEN - state.length - " []".length;
  const [first, ...others] = topics;
  const more = others.length > 0 ? ` and ${others.length} more` : "";
  const about = first ? [` [${inRoom(first, more, also, room)}]`] : [];
  return [state, ...about, ` ${plain(nameInWords(capability, 60))}`].join("");
}

/** The name gives way to the value, and what is said as well to both. */
function inRoom({ name, how }: SubjectTopic, more: string, also: string | null, room: number): string {
  const whole = plain(`${name}${how}${more}`);
  const withAlso = also === null ? whole : `${whole}; ${plain(also)}`;
  if (withAlso.length <= room) return withAlso;
  if (whole.length <= room) return whole;
  const rest = plain(`${how}${more}`);
  return `${plain(nameInWords(name, Math.max(4, room - rest.length)))}${rest}`;
}
