import { readQuery } from "./syntax";

/**
 * The metrics that a query names, each once, in their order.
 * @param promql a query without placeholders
 * @throws UnscopableQueryError for what isn't provably understood
 */
export function metricNamesIn(promql: string, label: string): string[] {
  const { selectors } = readQuery(promql, { label, value: null });
  const names = selectors.flatMap(({ from, to }) => {
    const text = promql.slice(from, to);
    const quoted = /[{,]\s*__name__\s*=\s*["'`]([^"'`]+)/.exec(text)?.[1];
    const plain = /^[a-zA-Z_:][\w:]*/.exec(text)?.[0];
    return plain ?? quoted ?? [];
  });
  return [...new Set(names)];
}
