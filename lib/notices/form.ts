import type { SyntaxNodeRef, Tree } from "@lezer/common";
import { type BlockContext, type Line, parser, TaskList } from "@lezer/markdown";

/** GitHub writes this where a field of an issue form was left empty. */
const NO_RESPONSE = /^_no response_$/i;

/** Deeper than any list that a person writes. Without a limit a line of bullets takes time with the square of its length. */
const MOST_DEPTH = 20;

/** A line at that depth is text, whatever it holds. */
function takeAsText(cx: BlockContext, line: Line): boolean {
  if (cx.depth < MOST_DEPTH) return false;
  cx.addElement(cx.elt("Paragraph", cx.lineStart + line.pos, cx.lineStart + line.text.length));
  cx.nextLine();
  return true;
}

/**
 * Blocks alone: what is emphasised or linked within a line doesn't matter here. A line that is underlined is no heading, because
 * forms don't write such headings and authors underline by mistake.
 */
const BLOCKS = parser.configure([
  TaskList,
  { parseBlock: [{ name: "TooDeep", parse: takeAsText, before: "LinkReference" }] },
  {
    remove: [
      "SetextHeading",
      "LinkReference",
      "Escape",
      "Entity",
      "InlineCode",
      "HTMLTag",
      "Emphasis",
      "HardBreak",
      "Link",
      "Image",
    ],
  },
]);

const markdownOf = (text: string): Tree => BLOCKS.parse(text);

/** "What changes?" and "what changes" are the same field. */
export const fieldName = (heading: string): string =>
  heading
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();

/** One kind of line end, and no mark of byte order, before which a heading is none. */
const plainLines = (body: string) => body.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");

/**
 * The fields of an issue form, by name: "### Tenant", then the author's text up to the next heading. Empty ones are left out; of
 * a field that stands twice the first counts. A heading within code, a quotation, a list or a comment is text.
 */
export function formFields(body: string): Map<string, string> {
  const fields = new Map<string, string>();
  const whole = plainLines(body);
  const headings = headingsOf(whole);
  for (const [at, { from, to }] of headings.entries()) {
    const name = fieldName(whole.slice(from, to));
    const text = whole.slice(to, headings[at + 1]?.from).trim();
    if (name !== "" && text !== "" && !NO_RESPONSE.test(text) && !fields.has(name)) fields.set(name, text);
  }
  return fields;
}

/** Those of the document itself. */
function headingsOf(text: string): { from: number; to: number }[] {
  const headings: { from: number; to: number }[] = [];
  const cursor = markdownOf(text).cursor();
  if (!cursor.firstChild()) return headings;
  do {
    if (cursor.name.startsWith("ATXHeading")) headings.push({ from: cursor.from, to: cursor.to });
  } while (cursor.nextSibling());
  return headings;
}

/** An item of a task list: "- [x] photos". */
export type Task = { done: boolean; text: string };

/** The tasks of a field, each with its first line. */
export function tasksOf(text: string): Task[] {
  const tasks: Task[] = [];
  markdownOf(text).iterate({
    enter: ({ name, from, to }) => {
      if (name !== "Task") return;
      const mark = from + TICK.length;
      const [line = ""] = text.slice(mark, to).split("\n", 1);
      if (line.trim() !== "") tasks.push({ done: text.slice(from, mark) !== TICK, text: line.trim() });
    },
  });
  return tasks;
}

/** As long as every mark of a task. */
const TICK = "[ ]";

/** The items of a field that holds a list: one a line, or separated by commas. Bullets, ticks, back-ticks and comments don't count. */
export function itemsOf(text: string): string[] {
  const items: string[] = [];
  markdownOf(text).iterate({
    enter: (node) => {
      const words = wordsOf(node, text);
      if (words === null) return true;
      for (const part of words.split(/[\n,;]/)) items.push(part.replace(/`/g, "").trim());
      return false;
    },
  });
  return items.filter((item) => item !== "");
}

/** @returns null for a block that holds others */
function wordsOf({ name, from, to }: SyntaxNodeRef, text: string): string | null {
  switch (name) {
    case "Task":
      return text.slice(from + TICK.length, to);
    case "CommentBlock":
      return text.slice(from, to).replace(/<!--.*?(?:-->|$)/gs, "");
    case "Paragraph":
    case "CodeText":
    case "HTMLBlock":
    case "ProcessingInstructionBlock":
      return text.slice(from, to);
    default:
      return name.startsWith("ATXHeading") ? text.slice(from, to).replace(/^#+/, "") : null;
  }
}
