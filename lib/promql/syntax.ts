import type { SyntaxNode, SyntaxNodeRef, Tree } from "@lezer/common";
import { parser as editorParser } from "@prometheus-io/lezer-promql";
import { LRUCache } from "lru-cache";
import { plainText } from "./plain-text";
import { UnscopableQueryError } from "./unscopable";

/** No query is longer: VictoriaMetrics takes 16 KiB, and a proxy may take less. */
export const MAX_QUERY_LENGTH = 10_000;

// The grammar is an editor's: left alone it reads on past errors. Strict, it throws at the first.
const parser = editorParser.configure({ strict: true });
// The worker reads the same texts in every slot. A tree is never changed. Bounded by length, so that it can't outgrow the process.
const trees = new LRUCache<string, Tree>({
  maxSize: 200_000,
  sizeCalculation: (_tree, text) => text.length + 1,
});

/**
 * All that a query may be made of. What isn't here is refused, so that a grammar that learns something new can't open a door.
 *
 * Left out on purpose: info() and its like, which select series by themselves; histogram_quantiles(), which writes a label
 * under any name; start(), end(), step(), range(), fill, smoothed, anchored and the trim operators, which older servers
 * read as something else. Comments end at different characters here and in Prometheus: plainText() takes them out before.
 */
const ALLOWED = new Set(
  `PromQL ParenExpr UnaryExpr UnaryOp BinaryExpr BoolModifier Bool MatchingModifierClause On Ignoring GroupLeft GroupRight
  GroupingLabels LabelName QuotedLabelName NumberDurationLiteral StringLiteral
  Pow Mul Div Mod Atan2 Add Sub Eql Neq Gte Gtr Lte Lss And Or Unless
  AggregateExpr AggregateOp AggregateModifier By Without FunctionCallBody
  Avg Bottomk Count CountValues Group Max Min Quantile LimitK LimitRatio Stddev Stdvar Sum Topk
  VectorSelector Identifier LabelMatchers UnquotedLabelMatcher QuotedLabelMatcher MatchOp EqlSingle EqlRegex NeqRegex
  MatrixSelector SubqueryExpr DurationExpr NumberDurationLiteralInDurationContext
  OffsetExpr Offset OffsetDurationExpr StepInvariantExpr At AtModifierPreprocessors AtStart AtEnd
  FunctionCall FunctionIdentifier Abs Absent AbsentOverTime Acos Acosh Asin Asinh Atan Atanh AvgOverTime Ceil Changes Clamp
  ClampMax ClampMin Cos Cosh CountOverTime DaysInMonth DayOfMonth DayOfWeek DayOfYear Deg Delta Deriv
  DoubleExponentialSmoothing Exp FirstOverTime Floor HistogramAvg HistogramCount HistogramFraction HistogramQuantile
  HistogramStdDev HistogramStdVar HistogramSum Hour Idelta Increase Irate LabelJoin LabelReplace LastOverTime Ln Log10 Log2
  MadOverTime MaxOverTime MinOverTime Minute Month Pi PredictLinear PresentOverTime QuantileOverTime Rad Rate Resets Round
  Scalar Sgn Sin Sinh Sort SortByLabel SortByLabelDesc SortDesc Sqrt StddevOverTime StdvarOverTime SumOverTime Tan Tanh Time
  Timestamp TsOfFirstOverTime TsOfLastOverTime TsOfMaxOverTime TsOfMinOverTime Vector Year`.split(/\s+/),
);
const allowedIds = new Set(parser.nodeSet.types.filter((type) => ALLOWED.has(type.name)).map(({ id }) => id));

/** Writes a label whose name is a string in the query. */
const LABEL_WRITERS = new Set(["LabelReplace", "LabelJoin", "CountValues"]);

// Tab and newline are the only control characters that the grammar and Prometheus read alike. Half a surrogate pair makes the
// grammar swallow the character after it, a closing quote say.
const UNREADABLE = /[^\P{Cc}\t\n]|\p{Surrogate}/u;
const NON_ASCII = /[^\p{ASCII}]/u;

const ESCAPE = String.raw`\\(?:[abfnrtv\\]|[0-3][0-7]{2}|x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8})`;
const quoted = (quote: string) =>
  new RegExp(String.raw`^${quote}(?:[^${quote}\\\n]|\\${quote}|${ESCAPE})*${quote}$`);
const DOUBLE_QUOTED = quoted('"');
const SINGLE_QUOTED = quoted("'");
const RAW = /^`[^`]*`$/;

/** A label name written as a plain string, which means what it says: without an escape. Prometheus 3 takes any characters. */
const PLAIN_LABEL_LITERAL = /^(["'`])([^"'`\\\n\t]+)\1$/;

/** One place where the query selects series. */
export type Selector = {
  /** Where it stands in the query. */
  from: number;
  to: number;
  /** Where a matcher can be written, and what must stand around it there. */
  insertAt: number;
  before: "{" | "," | "";
  after: "}" | "";
  /** Whether it has the tenant's matcher already. */
  confined: boolean;
};

/** `text` is what was read: the query with spaces in place of comments. Places count in either. */
export type Query = { text: string; tree: Tree; selectors: Selector[] };

/**
 * Reads a query and finds every selector in it.
 * @param confinement the tenant's matcher; a value of null reads a query that is meant for all tenants
 * @throws UnscopableQueryError for anything that isn't provably understood
 */
export function readQuery(promql: string, confinement: { label: string; value: string | null }): Query {
  if (promql.length > MAX_QUERY_LENGTH) {
    throw new UnscopableQueryError("too-long", `The query is longer than ${MAX_QUERY_LENGTH} characters.`);
  }
  const text = plainText(promql);
  const unreadable = text.search(UNREADABLE);
  if (unreadable !== -1) {
    const message = "The query contains a control character, or half of a character.";
    throw new UnscopableQueryError("characters", message, unreadable);
  }
  const tree = parse(text);
  const found = new Finder(text, confinement);
  const cursor = tree.cursor();
  do found.visit(cursor);
  while (cursor.next());
  found.refuseForeignCharacters();
  return { text, tree, selectors: found.selectors };
}

/** The labels that a grouping or a match names, quoted ones without their quotes. @param node its GroupingLabels; none names none */
export function labelNamesIn(node: SyntaxNode | null | undefined, promql: string): string[] {
  const text = ({ from, to }: SyntaxNode) => promql.slice(from, to);
  const plain = node?.getChildren("LabelName").map(text) ?? [];
  const quoted = node?.getChildren("QuotedLabelName").map((name) => text(name).slice(1, -1)) ?? [];
  return [...plain, ...quoted];
}

/** An expression without the parentheses around it: Prometheus takes a string in them for the string. */
export function unwrapped(node: SyntaxNode | undefined): SyntaxNode | undefined {
  let inner = node;
  while (inner?.name === "ParenExpr") inner = inner.getChild("Expr") ?? undefined;
  return inner;
}

function parse(promql: string): Tree {
  const known = trees.get(promql);
  if (known) return known;
  try {
    const tree = parser.parse(promql);
    trees.set(promql, tree);
    return tree;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const at = Number(/\d+$/.exec(error.message)?.[0] ?? 0);
    const where = at < promql.length ? `at character ${at + 1}` : "at its end";
    throw new UnscopableQueryError("syntax", `The query can't be read as PromQL ${where}.`, at);
  }
}

/** Collects what matters while the tree is walked once. Selectors don't nest, so the newest one is the one being walked. */
class Finder {
  readonly selectors: Selector[] = [];
  private readonly strings: { from: number; to: number }[] = [];
  private insideSelectorUntil = -1;

  constructor(
    private readonly promql: string,
    private readonly confinement: { label: string; value: string | null },
  ) {}

  visit(at: SyntaxNodeRef) {
    const { type, from, to } = at;
    const { name } = type;
    if (!allowedIds.has(type.id)) this.refuseConstruct(name, from, to);
    const selector = from < this.insideSelectorUntil ? this.selectors.at(-1) : undefined;
    switch (name) {
      case "VectorSelector":
        this.insideSelectorUntil = to;
        this.selectors.push({ from, to, insertAt: to, before: "{", after: "}", confined: false });
        if (this.promql[from] === "{" && /^\{\s*\}$/.test(this.promql.slice(from, to))) {
          throw new UnscopableQueryError(
            "empty-selector",
            "The query has a selector that selects everything.",
            from,
          );
        }
        break;
      case "LabelMatchers":
        if (selector) Object.assign(selector, { insertAt: from + 1, before: "", after: "" });
        break;
      case "UnquotedLabelMatcher":
        if (selector && this.isTheMatcher(from, to)) selector.confined = true;
        if (selector) Object.assign(selector, { insertAt: to, before: "," });
        break;
      case "QuotedLabelMatcher":
      case "QuotedLabelName":
        // The name within a quoted matcher comes after the matcher itself, and ends before it.
        if (selector && to > selector.insertAt) Object.assign(selector, { insertAt: to, before: "," });
        break;
      case "StringLiteral":
        this.strings.push({ from, to });
        this.refuseOddString(from, to);
        break;
      case "FunctionIdentifier":
      case "AggregateOp":
        this.refuseForgery(at.node);
        break;
    }
  }

  /** Outside strings, non-ASCII text is white space to one reader and an error, or a name, to another. */
  refuseForeignCharacters() {
    if (!NON_ASCII.test(this.promql)) return;
    let from = 0;
    for (const string of [...this.strings, { from: this.promql.length, to: this.promql.length }]) {
      const found = this.promql.slice(from, string.from).search(NON_ASCII);
      if (found !== -1) {
        throw new UnscopableQueryError(
          "characters",
          "The query contains a character outside a string that isn't ASCII.",
          from + found,
        );
      }
      from = string.to;
    }
  }

  private isTheMatcher(from: number, to: number): boolean {
    const { label, value } = this.confinement;
    if (value === null) return false;
    // A tenant id and a label name hold nothing that a string or a name could write in another way.
    const [, name, literal] = /^(\w+)\s*=\s*((["'`]).*\3)$/s.exec(this.promql.slice(from, to)) ?? [];
    return name === label && literal?.slice(1, -1) === value;
  }

  private refuseConstruct(name: string, from: number, to: number): never {
    const text = this.promql.slice(from, Math.min(to, from + 40)).trim() || name;
    throw new UnscopableQueryError(
      "construct",
      `The query uses "${text}", which can't be confined to a tenant.`,
      from,
    );
  }

  private refuseOddString(from: number, to: number) {
    const literal = this.promql.slice(from, to);
    const form = literal[0] === '"' ? DOUBLE_QUOTED : literal[0] === "'" ? SINGLE_QUOTED : RAW;
    if (form.test(literal)) return;
    throw new UnscopableQueryError(
      "string",
      "The query has a string that doesn't end, or an escape in it that PromQL doesn't know.",
      from,
    );
  }

  /** A query that writes the tenant label could make one tenant's values come back under another's name. */
  private refuseForgery(called: SyntaxNode) {
    const writer = called.firstChild?.name ?? "";
    if (!LABEL_WRITERS.has(writer)) return;
    const parameters = called.nextSibling?.name === "FunctionCallBody" ? called.nextSibling : undefined;
    const body = parameters ?? called.parent?.getChild("FunctionCallBody");
    const written = unwrapped(body?.getChildren("Expr")[writer === "CountValues" ? 0 : 1]);
    const literal = written?.name === "StringLiteral" ? this.promql.slice(written.from, written.to) : "";
    const name = PLAIN_LABEL_LITERAL.exec(literal)?.[2];
    const call = this.promql.slice(called.from, called.to);
    if (name === undefined) {
      const message = `The query calls ${call}() without a plain label name in quotes to write to.`;
      throw new UnscopableQueryError("forged-label", message, called.from);
    }
    if (name === this.confinement.label) {
      const message = `The query writes the label "${name}", which says whose a series is, with ${call}().`;
      throw new UnscopableQueryError("forged-label", message, called.from);
    }
  }
}
