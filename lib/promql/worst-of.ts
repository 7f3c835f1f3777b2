import type { SyntaxNode } from "@lezer/common";
import { labelNamesIn, readQuery, unwrapped } from "./syntax";
import { UnscopableQueryError } from "./unscopable";

/** An aggregation by labels: of what, and how. */
type Aggregation = { op: string; by: readonly string[]; body: string };

/**
 * Whether a query is by construction the worst, or the mean, of what another one gives for each part: the one is an aggregation of
 * the other, or both are the same aggregation of the same expression. Where it is, a line can't breach without a part that does.
 * @param query the line's value, by the tenant's label; without placeholders, as is `parts`
 * @param parts the value of each part, by the tenant's label and those of `by`
 * @returns true also where one of the two can't be read: whoever asks has said so already
 */
export function isWorstOf(
  query: string,
  parts: string,
  { label, by, worse }: { label: string; by: readonly string[]; worse: "higher" | "lower" },
): boolean {
  try {
    const [ofLine, ofParts] = [topOf(query, label), topOf(parts, label)];
    const worst = worse === "higher" ? "Max" : "Min";
    if (!ofLine.aggregation || !sameNames(ofLine.aggregation.by, [label])) return false;
    const { op, body } = ofLine.aggregation;
    if (op !== worst && op !== "Avg") return false;
    if (body === ofParts.text) return true;
    const other = ofParts.aggregation;
    return op === worst && other?.op === op && sameNames(other.by, [label, ...by]) && body === other.body;
  } catch (error) {
    if (error instanceof UnscopableQueryError) return true;
    throw error;
  }
}

function topOf(promql: string, label: string): { text: string; aggregation: Aggregation | null } {
  const { text, tree } = readQuery(promql, { label, value: null });
  const top = unwrapped(tree.topNode.firstChild ?? undefined);
  return { text: top ? wordsOf(top, text) : "", aggregation: top ? aggregationOf(top, text) : null };
}

function aggregationOf(node: SyntaxNode, text: string): Aggregation | null {
  const modifier = node.getChild("AggregateModifier");
  const op = node.getChild("AggregateOp")?.firstChild?.name;
  const body = unwrapped(node.getChild("FunctionCallBody")?.getChild("Expr") ?? undefined);
  if (node.name !== "AggregateExpr" || !op || !body || !modifier?.getChild("By")) return null;
  return { op, by: labelNamesIn(modifier.getChild("GroupingLabels"), text), body: wordsOf(body, text) };
}

const sameNames = (some: readonly string[], others: readonly string[]) =>
  JSON.stringify(some.toSorted()) === JSON.stringify(others.toSorted());

const STRING_OR_SPACE = /"(?:[^"\\\n]|\\[^\n])*"|'(?:[^'\\\n]|\\[^\n])*'|`[^`]*`|\s*[^\w\s"'`]\s*|\s+/g;

/** An expression's text without the spaces that mean nothing. Strings stay as they are. */
function wordsOf({ from, to }: SyntaxNode, text: string): string {
  return text
    .slice(from, to)
    .replace(STRING_OR_SPACE, (found) => (/^["'`]/.test(found) ? found : found.trim() || " "));
}
