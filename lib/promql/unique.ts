import type { SyntaxNode } from "@lezer/common";
import { possibleLabels, strayLabels } from "./answer-labels";
import { labelNamesIn, readQuery } from "./syntax";
import { UnscopableQueryError } from "./unscopable";

/** What a query may do to series that could be alike afterwards. The message is one sentence. */
class MayCollide extends Error {}

const SET_OPERATORS = ["And", "Or", "Unless"];
const LABEL_WRITERS = ["LabelReplace", "LabelJoin"];

/**
 * Says why some series could make Prometheus refuse the whole query: two that a match can't distinguish (many-to-many), or two
 * that are alike once a label is written or a name dropped. One tenant could expose such a pair, and nobody would get an answer.
 *
 * That can't happen when each side of a match has no label but those that it is matched by, when a label is written only where
 * there is none, and when a selector whose series are changed names one metric.
 * @param promql a query without placeholders
 * @returns one sentence, or null when no series can
 */
export function collisionProblem(promql: string, label: string): string | null {
  try {
    const { tree } = readQuery(promql, { label, value: null });
    const top = tree.topNode.firstChild;
    if (top) new Collisions(promql).check(top);
    return null;
  } catch (error) {
    if (error instanceof MayCollide || error instanceof UnscopableQueryError) return error.message;
    throw error;
  }
}

/**
 * The labels that a query's answer may have beside those named.
 * @returns one sentence, or null when it has no other: then there is one series for each of their values
 */
export function strayLabelsProblem(promql: string, only: readonly string[], label: string): string | null {
  const { tree } = readQuery(promql, { label, value: null });
  const top = tree.topNode.firstChild;
  const stray = top ? strayLabels(top, promql, only) : null;
  if (stray?.length === 0) return null;
  const found = stray ? `has ${stray.join(", ")} as well` : "may have any label";
  return `A tenant would get several series, for the answer ${found}: write max by (${only.join(", ")}) (…) around it.`;
}

/**
 * The labels among those named that no series of a query's answer can have.
 * @returns one sentence, which says what it has; null when it may have each of them
 */
export function absentLabelsProblem(promql: string, named: readonly string[], label: string): string | null {
  const { tree } = readQuery(promql, { label, value: null });
  const top = tree.topNode.firstChild;
  const possible = top ? possibleLabels(top, promql) : "any";
  if (possible === "any") return null;
  const absent = named.filter((each) => !possible.has(each));
  if (absent.length === 0) return null;
  const has = [...possible].filter((each) => each !== label);
  const found = has.length === 0 ? `no label but ${label}` : has.join(", ");
  return `The answer never has ${absent.join(", ")}, which by names. It has ${found}.`;
}

class Collisions {
  constructor(private readonly promql: string) {}

  private text = ({ from, to }: SyntaxNode) => this.promql.slice(from, to);

  /** @returns whether its series are of one metric, or have no name any more */
  check(node: SyntaxNode): boolean {
    switch (node.name) {
      case "VectorSelector":
        return this.isNamed(node);
      case "AggregateExpr":
        for (const part of this.parts(node)) this.check(part);
        return true;
      case "FunctionCall":
        this.call(node);
        return true;
      case "BinaryExpr":
        this.binary(node);
        return true;
      default: {
        const inner = node.getChild("Expr");
        return inner ? this.check(inner) : true;
      }
    }
  }

  private parts = (node: SyntaxNode) => node.getChild("FunctionCallBody")?.getChildren("Expr") ?? [];

  private isNamed(node: SyntaxNode): boolean {
    return node.getChild("Identifier") !== null || /[{,]\s*__name__\s*=\s*["'`]/.test(this.text(node));
  }

  private named(node: SyntaxNode): void {
    if (this.check(node)) return;
    throw new MayCollide(
      `The query changes series of several metrics, which may be alike without their names: name one metric in ${this.text(node)}.`,
    );
  }

  private call(node: SyntaxNode): void {
    const parts = this.parts(node);
    for (const part of parts) this.named(part);
    const called = node.getChild("FunctionIdentifier");
    if (!LABEL_WRITERS.includes(called?.firstChild?.name ?? "")) return;
    const [series, written] = parts;
    const label = written ? this.text(written).slice(1, -1) : "";
    const possible = series ? possibleLabels(series, this.promql) : "any";
    if (possible !== "any" && !possible.has(label)) return;
    const name = called ? this.text(called) : "The query";
    throw new MayCollide(
      `${name} writes ${label} on series that may have it already, and two of them may be alike then: write, say, max by (…) (…) around what it is given, without ${label}.`,
    );
  }

  private binary(node: SyntaxNode): void {
    const sides = node.getChildren("Expr");
    const isSet = SET_OPERATORS.some((operator) => node.getChild(operator));
    for (const side of sides) {
      if (isSet) this.check(side);
      else this.named(side);
    }
    const [left, right] = sides;
    if (isSet || !left || !right || !this.isVector(left) || !this.isVector(right)) return;
    const matching = node.getChild("MatchingModifierClause");
    if (!matching) return; // matched by all labels, and no two series of a side have the same
    const isOn = matching.getChild("On") !== null;
    const [by, included] = matching.getChildren("GroupingLabels");
    const labels = labelNamesIn(by, this.promql);
    const isLeftMany = matching.getChild("GroupLeft") !== null;
    const isRightMany = matching.getChild("GroupRight") !== null;
    const brought = isLeftMany || isRightMany ? labelNamesIn(included, this.promql) : [];
    if (!isLeftMany) this.unique(left, labels, isOn);
    if (!isRightMany) this.unique(right, labels, isOn);
    const possible =
      isLeftMany || isRightMany ? possibleLabels(isLeftMany ? left : right, this.promql) : null;
    if (possible && brought.some((each) => possible === "any" || possible.has(each)))
      throw new MayCollide(
        `The query brings ${brought.join(", ")} to series that may have it already: write, say, max by (…) (…) around them, without it.`,
      );
  }

  /** One series at most for each of the values that it is matched by. */
  private unique(side: SyntaxNode, labels: readonly string[], isOn: boolean): void {
    const possible = possibleLabels(side, this.promql);
    const isUnique =
      possible !== "any" &&
      (isOn
        ? [...possible].every((each) => labels.includes(each))
        : !labels.some((each) => possible.has(each)));
    if (isUnique) return;
    const by = isOn ? labels.join(", ") : `all but ${labels.join(", ")}`;
    throw new MayCollide(
      `The query matches by ${by}, and "${this.text(side).slice(0, 60)}" may have several series for that: Prometheus would refuse it for everybody. Write max by (…) (…) around it, with no label that isn't matched by.`,
    );
  }

  private isVector(node: SyntaxNode): boolean {
    if (node.name === "NumberDurationLiteral") return false;
    if (node.name === "FunctionCall") {
      const called = node.getChild("FunctionIdentifier")?.firstChild?.name ?? "";
      return !["Scalar", "Time", "Pi"].includes(called);
    }
    if (node.name !== "ParenExpr" && node.name !== "UnaryExpr") return true;
    const inner = node.getChild("Expr");
    return inner ? this.isVector(inner) : false;
  }
}
