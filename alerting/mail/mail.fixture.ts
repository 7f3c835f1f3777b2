import { parse } from "parse5";
import { expect } from "vitest";
import type { MailFacts } from "@/lib/alerts/mail-facts";
import { EXAMPLES } from "./examples.fixture";
import { renderMail } from "./render";

/** The facts of an example, by its name. */
export const example = (name: string): MailFacts => {
  const found = EXAMPLES[name];
  if (!found) throw new Error(`There is no example named ${name}.`);
  return found;
};
export const renderedExample = (name: string) => renderMail(example(name));

/** Expects the parts in this order, in whatever case, each behind the one before, whatever stands between them. */
export function expectInOrder(text: string, parts: string[]) {
  let from = 0;
  const flat = text.replace(/\s+/g, " ").toLowerCase();
  for (const part of parts) {
    const at = flat.indexOf(part.toLowerCase(), from);
    expect(
      at,
      `"${part}" after "${flat.slice(Math.max(0, from - 60), from)}" in:\n${text}`,
    ).toBeGreaterThanOrEqual(0);
    from = at + part.length;
  }
}

/** What the HTML says, its elements, its attributes, and every fault that a browser's parser had to forgive. */
export function readHtml(html: string) {
  const faults: string[] = [];
  const words: string[] = [];
  const elements = new Set<string>();
  const attributes = new Set<string>();
  const visit = (node: object) => {
    if ("tagName" in node) elements.add(String(node.tagName));
    if ("attrs" in node && Array.isArray(node.attrs)) for (const { name } of node.attrs) attributes.add(name);
    if ("nodeName" in node && (node.nodeName === "style" || node.nodeName === "title")) return;
    if ("value" in node && typeof node.value === "string") words.push(node.value);
    if ("childNodes" in node && Array.isArray(node.childNodes)) node.childNodes.forEach(visit);
  };
  visit(parse(html, { onParseError: (error) => faults.push(`${error.code} in line ${error.startLine}`) }));
  return {
    text: words.join(" ").replace(/\s+/g, " "),
    elements: [...elements].sort(),
    attributes: [...attributes].sort(),
    faults,
  };
}
