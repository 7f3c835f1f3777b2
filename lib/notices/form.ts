/** GitHub writes this where a field of an issue form was left empty. */
const NO_RESPONSE = /^_no response_$/i;
const FENCE = /^ {0,3}(`{3,}|~{3,})/;
const HEADING = /^#{1,6}[ \t]+(.+?)[ \t]*#*$/;

/** "What changes?" and "what changes" are the same field. */
export const fieldName = (heading: string): string =>
  heading
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();

/**
 * The fields of an issue form, by name: "### Tenant", then its text up to the next heading. Empty ones are left out; of a field
 * that stands twice the first counts. A heading within a fenced block is text.
 */
export function formFields(body: string): Map<string, string> {
  const fields = new Map<string, string>();
  let name: string | null = null;
  let lines: string[] = [];
  let fence: string | null = null;
  const keep = () => {
    const text = lines.join("\n").trim();
    if (name && text !== "" && !NO_RESPONSE.test(text) && !fields.has(name)) fields.set(name, text);
    lines = [];
  };
  for (const line of body.split(/\r\n|\r|\n/)) {
    const mark = FENCE.exec(line)?.[1];
    if (mark && (fence === null || mark.startsWith(fence))) fence = fence === null ? mark : null;
    const heading = fence === null ? HEADING.exec(line)?.[1] : undefined;
    if (heading === undefined) {
      lines.push(line);
      continue;
    }
    keep();
    name = fieldName(heading);
  }
  keep();
  return fields;
}

/** An item of a task list: "- [x] photos". */
export type Task = { done: boolean; text: string };

export function tasksOf(text: string): Task[] {
  return [...text.matchAll(/^[ \t]*[-*+][ \t]+\[([ xX])\][ \t]+(.+?)[ \t]*$/gm)].map(([, mark, item]) => ({
    done: mark !== " ",
    text: item ?? "",
  }));
}

/** The items of a field that holds a list: one a line, or separated by commas; bullets, ticks and back-ticks don't count. */
export function itemsOf(text: string): string[] {
  return text
    .split(/[\n,;]/)
    .map((item) =>
      item
        .replace(/^[ \t]*(?:[-*+][ \t]+)?(?:\[[ xX]\][ \t]+)?/, "")
        .replace(/`/g, "")
        .trim(),
    )
    .filter((item) => item !== "");
}
