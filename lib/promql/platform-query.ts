import { answerLabelsProblem } from "./answer-labels";
import { fillPlaceholders } from "./placeholders";
import { outsideTenants } from "./scope";

declare const proof: unique symbol;

/**
 * A query about the platform itself, of the operator's own definitions: its answer is the same for everybody, none of its series
 * can have the tenant's label or any other that isn't named here, and no selector of it reads what a tenant exposes. Made only here.
 */
export type PlatformQuery = {
  readonly promql: string;
  /** The labels that a series of the answer may have. */
  readonly only: readonly string[];
  readonly [proof]: "platform";
};

/** A query about the platform whose answer could show whose a series is. The message is the sentence of `answerLabelsProblem`. */
export class RevealingQueryError extends Error {
  override name = "RevealingQueryError";
}

/**
 * Fills in a definition's placeholders and proves that nothing of the answer is any tenant's: neither its labels, nor what it
 * was read from.
 * @param template PromQL with `$tenant` and `$window`
 * @param windowSeconds the length that `$window` stands for, a positive whole number
 * @param only the labels that the answer may have
 * @param canary the operator's own tenant, whose series may be read by a matcher that names it; null: none may
 * @throws RevealingQueryError where it could have another
 * @throws UnscopableQueryError for what isn't provably understood; RangeError when the window isn't one
 */
export function platformQuery(
  template: string,
  {
    label,
    windowSeconds,
    only,
    canary,
  }: { label: string; windowSeconds: number; only: readonly string[]; canary: string | null },
): PlatformQuery {
  const filled = fillPlaceholders(template, { label, windowSeconds });
  const promql = outsideTenants(filled, { label, except: canary });
  const problem = answerLabelsProblem(promql, { only, tenantLabel: label });
  if (problem) throw new RevealingQueryError(problem);
  return Object.freeze({ promql, only: Object.freeze([...only]) }) as PlatformQuery;
}
