import { visibleText } from "./hidden-characters";

/**
 * Text from outside as Markdown that shows just that text, in one line: no link, no picture, no HTML, and
 * nobody is mentioned. Addresses of people are left out, because an issue may be public.
 */
export function markdownText(text: string): string {
  return visibleText(text)
    .replace(/[^\s<>"'()]+@[^\s<>"'()]+/g, "(address)")
    .replaceAll("@", "(at)")
    .replace(/[\\`*_{}[\]<>#|~!&]/g, "\\$&");
}
