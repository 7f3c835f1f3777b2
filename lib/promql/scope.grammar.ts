import fc from "fast-check";

/** A generated query, and how many selectors it was made with. */
export type GeneratedQuery = { promql: string; selectors: number };

const name = fc.constantFrom(
  "up",
  "limit",
  "job:up:sum",
  "sum",
  "by",
  "or",
  "rate",
  "offset_total",
  "tenant",
);
const labelName = fc.constantFrom("job", "tenant", "__name__", "sum", "on", "le");
const literal = fc.constantFrom(
  '"web"',
  '"photos"',
  "'tickets'",
  "`photos`",
  '".+"',
  '"a\\"}{"',
  '""',
  "'Grüße, #1'",
);
const matcher = fc
  .tuple(labelName, fc.constantFrom("=", "!=", "=~", "!~"), literal)
  .map(([label, operator, value]) => `${label}${operator}${value}`);
const matchers = fc.array(matcher, { minLength: 1, maxLength: 3 });
const comma = fc.constantFrom("", ",");
const selector: fc.Arbitrary<GeneratedQuery> = fc
  .oneof(
    name,
    fc.tuple(name, matchers, comma).map(([metric, all, end]) => `${metric}{${all.join(",")}${end}}`),
    fc.tuple(matchers, comma).map(([all, end]) => `{${all.join(",")}${end}}`),
  )
  .map((promql) => ({ promql, selectors: 1 }));
const labels = fc.array(labelName, { maxLength: 3 }).map((all) => `(${all.join(", ")})`);
const duration = fc.constantFrom("5m", "1h30m", "300s", "1d");

const wrapped = (inner: fc.Arbitrary<GeneratedQuery>) => (wrap: (promql: string) => fc.Arbitrary<string>) =>
  inner.chain(({ promql, selectors }) => wrap(promql).map((text) => ({ promql: text, selectors })));

const joined = (
  left: GeneratedQuery,
  right: GeneratedQuery,
  join: (left: string, right: string) => string,
): GeneratedQuery => ({
  promql: join(left.promql, right.promql),
  selectors: left.selectors + right.selectors,
});

const { query } = fc.letrec<{ query: GeneratedQuery }>((tie) => {
  const inner = tie("query");
  const around = wrapped(inner);
  const matching = fc.oneof(
    fc.constant(""),
    labels.map((all) => ` on ${all}`),
    labels.map((all) => ` ignoring ${all}`),
    fc.tuple(labels, labels).map(([on, include]) => ` on ${on} group_left ${include}`),
  );
  const operator = fc.constantFrom(
    "+",
    "-",
    "*",
    "/",
    "%",
    "^",
    "==",
    "!=",
    ">",
    "<=",
    "and",
    "or",
    "unless",
    "atan2",
  );
  return {
    query: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      selector,
      fc
        .constantFrom("1", "-2.5", "time()", "vector(0)", '"text"')
        .map((promql) => ({ promql, selectors: 0 })),
      wrapped(selector)((text) => duration.map((range) => `rate(${text}[${range}])`)),
      around((text) => duration.map((range) => `max_over_time((${text})[${range}:1m])`)),
      around((text) => fc.constantFrom(`(${text})`, `-${text}`, `(${text}) offset 5m`, `(${text}) @ end()`)),
      around((text) => fc.constantFrom(`absent(${text})`, `scalar(${text})`, `round(${text}, 0.1)`)),
      around((text) => fc.constant(`label_replace(${text}, "kind", "$1", "tenant", "(.*)")`)),
      fc
        .tuple(fc.constantFrom("sum", "MAX", "count"), fc.constantFrom("by", "without"), labels, inner)
        .map(([operation, grouping, by, of]) => ({
          ...of,
          promql: `${operation} ${grouping} ${by} (${of.promql})`,
        })),
      fc
        .tuple(fc.constantFrom("topk", "quantile", "bottomk"), inner, inner)
        .map(([operation, by, of]) => joined(by, of, (left, right) => `${operation}(${left}, ${right})`)),
      fc
        .tuple(inner, operator, matching, inner)
        .map(([left, sign, by, right]) => joined(left, right, (a, b) => `${a} ${sign}${by} (${b})`)),
    ),
  };
});

/** PromQL of every shape that can be scoped: well-formed, though not always well-typed. */
export const anyQuery = query;
