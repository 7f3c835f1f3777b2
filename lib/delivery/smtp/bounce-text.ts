import { readReportedAddress } from "./report-recipient";

/** What a bounce without fields for programs says beside the recipient's address. It is evidence, and never proof. */
export type TextEvidence = {
  /** The words beside the address, with the code where one is quoted; empty where there are none. */
  words: string;
  /** Whether the reporter is still trying. */
  isDelay: boolean;
};

const LINES_BESIDE = 14;
const WORDS_LINES = 3;
const LINE_LIMIT = 1_000;

/** From here on it is our own mail, which may quote codes of its own. */
const ORIGINAL = new RegExp(
  `^\\W{0,15}(?:${[
    "(?:below (?:this line )?is|this is|here is) a copy",
    "original message",
    "(?:the )?headers? of the original",
    "message headers? follows?",
    "(?:returned|undelivered) message",
    "(?:received|return-path|message-id|mime-version|dkim-signature|list-id|auto-submitted)\\s*:",
  ].join("|")})`,
  "i",
);
/** Fields of our own mail that a bounce repeats: a subject may look like a reply. */
const REPEATED = /^\s*(?:subject|to|from|cc|date|sent)\s*:/i;
const ENHANCED = /(?<![\d.])[45]\.\d{1,3}\.\d{1,3}(?!\.?\d)/;
/** At the begin of a line, or after what introduces a server's words. A bare number elsewhere is no reply. */
const REPLY =
  /(?:^[\s<>]*|[:>"“(]\s*|\b(?:said|code|responsecode|returned|error)\b[\s:]*)[45][0-57]\d(?=[\s,-])/i;
const STILL_TRYING =
  /\b(?:re-?tried|retrying|(?:keep|still) trying|try again|not need to re-?send|temporary failure report)\b/i;
const DELAYED = /\b(?:delay(?:ed)?|warning)\b/i;
/** What has been done, not what "will give up" some day. */
const GIVEN_UP = /\b(?:not going to try again|(?:given|gave|giving) up|permanent (?:error|failure|fatal))/i;

const addressesIn = (line: string): string[] =>
  (line.match(/[^\s<>"'(),;:[\]]+@[^\s<>"'(),;:[\]]+/g) ?? []).slice(0, 20);

/**
 * Looks for a recipient in the words of a bounce, and for the code beside it.
 * @param text without markup
 * @param isNamed whether a header names the recipient already: then words without a code count as well
 * @returns null where the text doesn't name the recipient, or quotes no code beside it
 */
export function readTextEvidence(
  { subject, text }: { subject: string; text: string },
  recipient: string,
  isNamed = false,
): TextEvidence | null {
  const own = readReportedAddress(recipient);
  const lines = beforeOriginal(text);
  const isOwn = (address: string) => readReportedAddress(address.replace(/[.]+$/, "")) === own;
  const isDelay = (words: string) =>
    (DELAYED.test(subject) || STILL_TRYING.test(words)) && !GIVEN_UP.test(words);
  let words: string | null = null;
  for (const [n, line] of lines.entries()) {
    if (REPEATED.test(line) || !addressesIn(line).some(isOwn)) continue;
    const beside = besides(lines, n, isOwn);
    const at = beside.findIndex((each) => ENHANCED.test(each) || REPLY.test(each));
    if (at >= 0) return { words: upToBlank(beside.slice(at)), isDelay: isDelay(lines.join(" ")) };
    words ??= upToBlank(beside.length > 1 && isOnlyAddress(beside[0] ?? "") ? beside.slice(1) : beside);
  }
  if (!isNamed) return null;
  return { words: words ?? "", isDelay: isDelay(lines.join(" ")) };
}

function beforeOriginal(text: string): string[] {
  const lines = text.split(/\r\n?|\n/).map((line) => line.slice(0, LINE_LIMIT));
  const end = lines.findIndex((line) => ORIGINAL.test(line));
  return end < 0 ? lines : lines.slice(0, end);
}

/** The line that names the recipient and those after it, up to the next recipient. */
function besides(lines: readonly string[], from: number, isOwn: (address: string) => boolean): string[] {
  const after = lines.slice(from + 1, from + 1 + LINES_BESIDE);
  const next = after.findIndex((line) => {
    const [begin] = addressesIn(line);
    return begin !== undefined && !isOwn(begin) && /^[\s<"']*$/.test(line.slice(0, line.indexOf(begin)));
  });
  const upTo = next < 0 ? after : after.slice(0, next);
  return [lines[from] ?? "", ...upTo].filter((line) => !REPEATED.test(line));
}

const isOnlyAddress = (line: string) => /^[\s<"']*\S+@\S+[\s>"':]*$/.test(line);

function upToBlank(lines: readonly string[]): string {
  const begin = lines.findIndex((line) => line.trim() !== "");
  if (begin < 0) return "";
  const rest = lines.slice(begin);
  const blank = rest.findIndex((line) => line.trim() === "");
  return rest
    .slice(0, Math.min(blank < 0 ? WORDS_LINES : blank, WORDS_LINES))
    .map((line) => line.trim())
    .join(" ");
}
