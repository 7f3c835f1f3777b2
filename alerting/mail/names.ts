import type { MailLine } from "@/lib/alerts/mail-facts";
import { visibleText } from "@/lib/infra/hidden-characters";
import { inSentence } from "@/lib/wording/sentence";

const segmenter = new Intl.Segmenter("en");

const RIGHT_TO_LEFT = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;

/**
 * A name from outside, made fit for a line of a mail: one line, no control characters, no stacked accents, bounded.
 * A name written from right to left is isolated, so that it doesn't turn the sentence around it.
 * @param limit how many characters are kept
 * @param empty what stands for a name that has nothing left
 */
export function nameInWords(name: string, limit: number, empty = "(no name)"): string {
  const line = visibleText(name.slice(0, limit * 16)).replace(/(\p{M}{3})\p{M}+/gu, "$1");
  if (line === "") return empty;
  const characters = line.length > limit ? Array.from(segmenter.segment(line), ({ segment }) => segment) : [];
  const kept =
    characters.length > limit
      ? `${characters
          .slice(0, limit - 1)
          .join("")
          .trimEnd()}…`
      : line;
  return RIGHT_TO_LEFT.test(kept) ? `\u2068${kept}\u2069` : kept;
}

/**
 * A judged line's name within a sentence: "error rate", "memory saturation", "latency p95".
 *
 * A label of one word distinguishes lines of a signal; a longer one explains how it is measured, which a name needn't.
 */
export function mailLineName({
  signalTitle,
  lineLabel,
}: Pick<MailLine, "signalTitle" | "lineLabel">): string {
  const title = inSentence(nameInWords(signalTitle, 60));
  const label = nameInWords(lineLabel, 60, "");
  if (label === "" || label.includes(" ") || label.toLowerCase() === title.toLowerCase()) return title;
  return /\d/.test(label) ? `${title} ${label}` : `${inSentence(label)} ${title}`;
}

/** The same at the beginning of a line. */
export function lineTitle(line: Pick<MailLine, "signalTitle" | "lineLabel">): string {
  const name = mailLineName(line);
  return name.charAt(0).toUpperCase() + name.slice(1);
}
