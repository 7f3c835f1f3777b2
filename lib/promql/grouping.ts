import type { SyntaxNode } from "@lezer/common";
import { labelNamesIn, readQuery } from "./syntax";
import { UnscopableQueryError } from "./unscopable";

/**
 * What an expression's series say about whose they are: nothing (a number; a vector without labels), or the tenant's label,
 * on series as they were scraped or on the groups of an aggregation.
 */
type Kind = "text" | "scalar" | "unlabelled" | "raw" | "grouped";

class Ungrouped extends Error {}

const VECTOR = new Set<Kind>(["unlabelled", "raw", "grouped"]);
const KEEPS_SERIES = new Set(["Topk", "Bottomk", "LimitK", "LimitRatio"]);

/**
 * Says why a query, asked once for all tenants, would not give each tenant exactly what it would get if asked alone.
 *
 * That holds when every aggregation keeps the tenant's label, every vector match goes by it, and nothing reads across tenants
 * (scalar, absent) or stands for all of them (vector). The confined query and the fleet's then agree by construction.
 * @param promql a query without placeholders
 * @returns one sentence, or null when the query is grouped as it must be
 */
export function groupingProblem(promql: string, label: string): string | null {
  try {
    const { tree } = readQuery(promql, { label, value: null });
    const top = tree.topNode.firstChild;
    if (!top) return "The query is empty.";
    const kind = new Judge(promql, label).kindOf(top);
    if (isRange(top)) return "The query gives a range of values; it must give one value for each tenant.";
    if (kind === "grouped") return null;
    if (kind === "raw")
      return `The query is not grouped by ${label}: write, say, sum by (${label}) (…) around it.`;
    return `The query has no ${label} label, so its value would belong to nobody.`;
  } catch (error) {
    if (error instanceof Ungrouped || error instanceof UnscopableQueryError) return error.message;
    throw error;
  }
}

/** Whether an expression gives a range of values rather than one each. */
export function isRange(node: SyntaxNode | null): boolean {
  if (node?.name === "MatrixSelector" || node?.name === "SubqueryExpr") return true;
  const wraps = node && ["ParenExpr", "OffsetExpr", "StepInvariantExpr"].includes(node.name);
  return wraps ? isRange(node.getChild("Expr")) : false;
}

class Judge {
  constructor(
    private readonly promql: string,
    private readonly label: string,
  ) {}

  kindOf(node: SyntaxNode): Kind {
    switch (node.name) {
      case "NumberDurationLiteral":
        return "scalar";
      case "StringLiteral":
        return "text";
      case "VectorSelector":
        return this.selector(node);
      case "AggregateExpr":
        return this.aggregation(node);
      case "FunctionCall":
        return this.call(node);
      case "BinaryExpr":
        return this.binary(node);
      default: {
        // Parentheses, signs, ranges, subqueries, offset and @ pass on what they hold.
        const inner = node.getChild("Expr");
        if (!inner) throw new Ungrouped(`The query uses "${this.text(node)}", which can't be grouped.`);
        return this.kindOf(inner);
      }
    }
  }

  private text = ({ from, to }: SyntaxNode) => this.promql.slice(from, to);

  private selector(node: SyntaxNode): Kind {
    for (const matcher of node.getChild("LabelMatchers")?.getChildren("UnquotedLabelMatcher") ?? []) {
      const name = matcher.getChild("LabelName");
      const equals = matcher.getChild("MatchOp")?.getChild("EqlSingle");
      if (equals && name && this.text(name) === this.label) {
        throw new Ungrouped(`The query names one ${this.label}; it is asked for all of them.`);
      }
    }
    return "raw";
  }

  private aggregation(node: SyntaxNode): Kind {
    const operator = node.getChild("AggregateOp");
    const name = operator ? this.text(operator) : "";
    const parts = node.getChild("FunctionCallBody")?.getChildren("Expr") ?? [];
    const kinds = parts.map((part) => this.kindOf(part));
    const over = kinds.pop();
    if (over === undefined || !VECTOR.has(over) || kinds.some((kind) => VECTOR.has(kind))) {
      throw new Ungrouped(`${name} in the query must aggregate one vector.`);
    }
    if (over === "unlabelled") return "unlabelled";
    const modifier = node.getChild("AggregateModifier");
    const labels = new Set(labelNamesIn(modifier?.getChild("GroupingLabels"), this.promql));
    const keeps = modifier?.getChild("By")
      ? labels.has(this.label)
      : modifier !== null && !labels.has(this.label);
    if (!keeps) {
      throw new Ungrouped(`${name} in the query mixes tenants: write ${name} by (${this.label}) (…).`);
    }
    return KEEPS_SERIES.has(operator?.firstChild?.name ?? "") ? over : "grouped";
  }

  private call(node: SyntaxNode): Kind {
    const called = node.getChild("FunctionIdentifier");
    const name = called?.firstChild?.name ?? "";
    const parts = node.getChild("FunctionCallBody")?.getChildren("Expr") ?? [];
    const vectors = parts.map((part) => this.kindOf(part)).filter((kind) => VECTOR.has(kind));
    if (name === "Time" || name === "Pi") return "scalar";
    const across = name === "Scalar" || name === "Absent" || name === "AbsentOverTime";
    if (across && vectors.some((kind) => kind !== "unlabelled")) {
      throw new Ungrouped(
        `${called ? this.text(called) : name} in the query reads across tenants, so it can't be asked for all at once.`,
      );
    }
    if (name === "Scalar") return "scalar";
    return vectors.length === 0 ? "unlabelled" : this.joined(vectors);
  }

  private binary(node: SyntaxNode): Kind {
    const vectors = node
      .getChildren("Expr")
      .map((side) => this.kindOf(side))
      .filter((kind) => VECTOR.has(kind));
    if (vectors.length === 0) return "scalar";
    const matching = node.getChild("MatchingModifierClause");
    const [by] = matching?.getChildren("GroupingLabels") ?? [];
    if (matching && vectors.some((kind) => kind !== "unlabelled")) {
      const labels = new Set(labelNamesIn(by, this.promql));
      const matched = matching.getChild("On") ? labels.has(this.label) : !labels.has(this.label);
      if (!matched) {
        throw new Ungrouped(
          `A match in the query doesn't go by ${this.label}: name it in on (…), or leave it out of ignoring (…).`,
        );
      }
    }
    return this.joined(vectors);
  }

  private joined(kinds: Kind[]): Kind {
    const distinct = new Set(kinds);
    if (distinct.size > 1 && distinct.has("unlabelled")) {
      throw new Ungrouped(`The query joins series with a vector that has no ${this.label} label.`);
    }
    return distinct.has("raw") ? "raw" : (kinds[0] ?? "unlabelled");
  }
}
