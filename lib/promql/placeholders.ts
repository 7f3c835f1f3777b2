import { plainText } from "./plain-text";
import { UnscopableQueryError } from "./unscopable";

const LABEL_NAME = /^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$/;

/**
 * Refuses a tenant label that Prometheus would not take, or that it keeps for itself.
 * @throws UnscopableQueryError
 */
export function assertLabelName(label: string): void {
  if (typeof label === "string" && LABEL_NAME.test(label)) return;
  throw new UnscopableQueryError("label", "The tenant label's name is not a Prometheus label name.");
}

/**
 * Fills in a bundle query's placeholders: `$tenant`, the tenant label's name, and `$window`, a duration. Comments become spaces.
 *
 * Any other `$` stays as it is: in a string it belongs to PromQL (`"$1"`), elsewhere the query is refused when it is read.
 * @param windowSeconds what `$window` stands for, a positive whole number
 * @throws UnscopableQueryError when the label isn't one
 * @throws RangeError when the window isn't one
 */
export function fillPlaceholders(
  template: string,
  { label, windowSeconds }: { label: string; windowSeconds: number },
): string {
  assertLabelName(label);
  if (!Number.isSafeInteger(windowSeconds) || windowSeconds <= 0) {
    throw new RangeError("A query's window must be a positive whole number of seconds.");
  }
  const filled = template.replace(/\$(tenant|window)\b/g, (_, name) =>
    name === "tenant" ? label : `${windowSeconds}s`,
  );
  return plainText(filled);
}
