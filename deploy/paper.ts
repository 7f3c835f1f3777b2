// What the test of the papers reads in a Markdown file.

const FENCE = /^([ \t]*)```(\w*)[^\n]*\n([\s\S]*?)^\1```[ \t]*$/gm;

/** The code of a paper: its fenced blocks, and what stands between backticks. */
export function codeIn(text: string): string {
  const blocks = [...text.matchAll(FENCE)].map(([, , , body = ""]) => body);
  const inline = [...text.replace(FENCE, "").matchAll(/`([^`]+)`/g)].map(([, body = ""]) => body);
  return [...blocks, ...inline].join("\n");
}

/** A paper without its examples of programs that aren't ours: they name variables of their own. */
export const foreignExamplesOut = (text: string): string =>
  text.replace(FENCE, (block, _indent, language) => (/^(ts|python|sh)$/.test(language) ? "" : block));

/** The targets of a paper's links and images. */
export const linksIn = (text: string): string[] =>
  [...text.replace(FENCE, "").matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target);

/** The anchors of a paper's headings, as GitHub makes them. */
export const headingAnchors = (text: string): string[] =>
  [...text.replace(FENCE, "").matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );

/** The lines that are wider than `limit`. A line without a space, such as a long address in a list, can't be broken and may be. */
export const tooWide = (text: string, limit: number): string[] =>
  text.split("\n").filter((line) => {
    const words = line.trim().replace(/^(?:[-*>]|\d+\.) +/, "");
    return [...line].length > limit && words.includes(" ");
  });
