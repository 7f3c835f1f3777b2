/**
 * The words of PromQL's own lexer, as far as they matter here: strings, names and numbers, in which nothing is changed; and comments,
 * which end at a line feed or a carriage return there.
 */
const WORDS =
  /"(?:[^"\\\n]|\\[^\n])*"|'(?:[^'\\\n]|\\[^\n])*'|`[^`]*`|[A-Za-z_:][A-Za-z0-9_:]*|\d+\.\d+|\d+\.(?:[eE][+-]?\d+)?|\d+|#[^\r\n]*|[\s\S]/gu;

/** A query in parentheses, to be part of another one: on a line of their own, since it may end in a comment. */
export const parenthesised = (promql: string): string => `(${promql}\n)`;

/** With a leading zero Prometheus reads a whole number as an octal one. */
const WHOLE_WITH_POINT = /^(0|[1-9]\d*)\.$/;
const POWER_WITH_POINT = /^(\d+)\.([eE].+)$/;

/**
 * A query in the part of PromQL that the editor's grammar reads just as Prometheus does: comments and carriage returns are spaces, and
 * `5.` is `5`. Prometheus takes a comment between any two words, also within braces. It means the same to Prometheus, and every other
 * character stays at its place. Whatever is proven is proven of this text, and this text is sent.
 */
export function plainText(promql: string): string {
  return promql.replace(WORDS, (word) => {
    if (word === "\r") return " ";
    if (word.startsWith("#")) return " ".repeat(word.length);
    if (WHOLE_WITH_POINT.test(word) || POWER_WITH_POINT.test(word)) return `${word.replace(".", "")} `;
    return word;
  });
}
