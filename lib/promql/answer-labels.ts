import type { SyntaxNode } from "@lezer/common";
import { isRange } from "./grouping";
import { labelNamesIn, readQuery, unwrapped } from "./syntax";

/** The labels that a series of the answer may have; "any" where the query alone doesn't show that. */
export type AnswerLabels = ReadonlySet<string> | "any";

const NONE: AnswerLabels = new Set();
const KEEPS_SERIES = new Set(["Topk", "Bottomk", "LimitK", "LimitRatio"]);
/** Reads no labels of what it is given. */
const UNLABELLED = new Set(["Time", "Pi", "Scalar", "Vector"]);
const WRITES_LABEL = new Set(["LabelReplace", "LabelJoin"]);

/**
 * Says why the answer to a query could have a label beside those named.
 *
 * Only aggregations and literals settle which labels there are; whatever else a query does is taken to keep what it is given.
 * @param promql a query without placeholders
 * @param tenantLabel may never be among those named; a query that writes it is refused as well
 * @returns one sentence, or null when it can't
 * @throws UnscopableQueryError for what isn't provably understood
 */
export function answerLabelsProblem(
  promql: string,
  { only, tenantLabel }: { only: readonly string[]; tenantLabel: string },
): string | null {
  if (only.includes(tenantLabel))
    return `The query may not have the label ${tenantLabel}, which says whose a series is.`;
  const { tree } = readQuery(promql, { label: tenantLabel, value: null });
  const top = tree.topNode.firstChild;
  if (!top) return "The query is empty.";
  if (isRange(top)) return "The query gives a range of values; it must give one value for each series.";
  const stray = strayLabels(top, promql, only);
  const named = only.length === 0 ? "no label" : `no label but ${only.join(", ")}`;
  if (stray === null)
    return `The labels of the answer can't be determined, and it may have ${named}: write min(…), or min by (label) (…), around it.`;
  return stray.length === 0
    ? null
    : `The answer would have the label ${stray.join(", ")}, and it may have ${named}.`;
}

/** The labels that the series of an expression may have beside those named; null where the query doesn't show that. */
export function strayLabels(node: SyntaxNode, promql: string, only: readonly string[]): string[] | null {
  const possible = possibleLabels(node, promql);
  return possible === "any" ? null : [...possible].filter((label) => !only.includes(label));
}

/** The labels that the series of an expression may have. */
export function possibleLabels(node: SyntaxNode, promql: string): AnswerLabels {
  const text = ({ from, to }: SyntaxNode) => promql.slice(from, to);
  const of = (inner: SyntaxNode) => possibleLabels(inner, promql);
  switch (node.name) {
    case "NumberDurationLiteral":
    case "StringLiteral":
      return NONE;
    case "VectorSelector":
      return "any";
    case "AggregateExpr": {
      const parts = node.getChild("FunctionCallBody")?.getChildren("Expr") ?? [];
      const over = parts.at(-1);
      const operator = node.getChild("AggregateOp")?.firstChild?.name ?? "";
      const inner = over ? of(over) : "any";
      if (KEEPS_SERIES.has(operator)) return inner;
      const modifier = node.getChild("AggregateModifier");
      const labels = labelNamesIn(modifier?.getChild("GroupingLabels"), promql);
      const kept = modifier && !modifier.getChild("By") ? without(inner, labels) : new Set(labels);
      const counter = operator === "CountValues" ? unwrapped(parts[0]) : undefined;
      const counted = counter ? [text(counter).slice(1, -1)] : [];
      return union(kept, new Set(counted));
    }
    case "FunctionCall": {
      const name = node.getChild("FunctionIdentifier")?.firstChild?.name ?? "";
      if (UNLABELLED.has(name)) return NONE;
      const parts = node.getChild("FunctionCallBody")?.getChildren("Expr") ?? [];
      // absent() gives the labels of its matchers, which could be anybody's.
      if (name === "Absent" || name === "AbsentOverTime") return "any";
      if (name === "HistogramQuantile") return without(parts.map(of).reduce(union, NONE), ["le"]);
      const target = WRITES_LABEL.has(name) ? unwrapped(parts[1]) : undefined;
      const written = target ? [text(target).slice(1, -1)] : [];
      return parts.map(of).reduce(union, new Set(written));
    }
    case "BinaryExpr":
      return node
        .getChildren("Expr")
        .map(of)
        .reduce(union, new Set(labelNamesIn(includedBy(node), promql)));
    default: {
      const inner = node.getChild("Expr");
      return inner ? of(inner) : "any";
    }
  }
}

/** group_left and group_right bring labels of the other side, which are among those of the sides anyway. */
const includedBy = (node: SyntaxNode) =>
  node.getChild("MatchingModifierClause")?.getChildren("GroupingLabels")[1];

function union(a: AnswerLabels, b: AnswerLabels): AnswerLabels {
  return a === "any" || b === "any" ? "any" : new Set([...a, ...b]);
}

function without(possible: AnswerLabels, labels: readonly string[]): AnswerLabels {
  return possible === "any" ? "any" : new Set([...possible].filter((label) => !labels.includes(label)));
}
