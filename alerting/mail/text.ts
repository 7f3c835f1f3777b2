import { linkTarget } from "./compose";
import type { Block, MailDocument } from "./document";

const COLUMNS = 78;
const LABEL_COLUMNS = 15;
const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\uff00-\uff60]/u;

/** How many columns a text takes in a terminal or a client with a fixed-width font. */
export function textColumnsOf(text: string): number {
  let columns = 0;
  for (const character of text) {
    if (!/[\p{M}\p{Cf}]/u.test(character)) columns += WIDE.test(character) ? 2 : 1;
  }
  return columns;
}

/**
 * Breaks a text into lines. A non-breaking space holds a number and its unit together, and becomes a plain one in the end.
 * @param indent what every line but the first begins with; the first line's own beginning is `first`
 */
function wrapped(text: string, first: string, indent: string): string {
  const lines: string[] = [];
  let line = first;
  for (const word of text.split(" ").flatMap(pieces)) {
    const bare = line === first || line === indent;
    const joined = bare ? line + word : `${line} ${word}`;
    if (textColumnsOf(joined) <= COLUMNS || bare) line = joined;
    else {
      lines.push(line);
      line = indent + word;
    }
  }
  return [...lines, line].join("\n").replaceAll("\u00a0", " ");
}

/** A word longer than any line is cut, or it would push everything out of sight. */
function pieces(word: string): string[] {
  const most = COLUMNS - LABEL_COLUMNS - 6;
  if (textColumnsOf(word) <= most) return [word];
  const parts: string[] = [""];
  for (const character of word) {
    if (textColumnsOf(parts.at(-1) + character) > most) parts.push("");
    parts[parts.length - 1] += character;
  }
  return parts;
}

function blockText(block: Block): string | null {
  switch (block.kind) {
    case "paragraph":
      return wrapped(block.text, "", "");
    case "heading":
      return wrapped(block.text, "", "").toUpperCase();
    case "facts":
      return block.facts
        .map(([label, value]) =>
          wrapped(value, `  ${label.padEnd(LABEL_COLUMNS)}`, " ".repeat(LABEL_COLUMNS + 2)),
        )
        .join("\n");
    case "list":
      return block.items.map((item) => wrapped(item, "  - ", "    ")).join("\n");
    case "link":
      return `${block.label}:\n${linkTarget(block.url) ?? "(no address)"}`;
    case "picture":
      return null;
  }
}

/**
 * The first line, which clients show beside the subject: state, signal, value, capability.
 * @param word the state's
 */
export function firstLine({ topic, capability, more }: MailDocument, word: string): string {
  return `${word}: ${topic}, ${capability}.${more.map((sentence) => ` ${sentence}.`).join("")}`;
}

/**
 * The mail as plain text, complete by itself: lines of at most 78 columns, but for addresses, which stand alone and whole.
 */
export function textOf(document: MailDocument): string {
  const { blocks, view, foot } = document;
  const parts = [wrapped(firstLine(document, document.state.word.toUpperCase()), "", "")];
  for (const [index, block] of blocks.entries()) {
    const text = blockText(block);
    if (text === null) continue;
    // What a heading names stands right below it.
    parts.push(`${blocks[index - 1]?.kind === "heading" ? "\n" : "\n\n"}${text}`);
  }
  parts.push(`\n\n${blockText({ kind: "link", ...view })}`);
  parts.push("\n\n--");
  for (const item of foot) {
    if (typeof item === "string") parts.push(`\n${wrapped(item, "", "")}`);
    else {
      const target = linkTarget(item.url);
      if (target) parts.push(`\n${item.label}: ${target}`);
    }
  }
  return `${parts.join("")}\n`;
}
