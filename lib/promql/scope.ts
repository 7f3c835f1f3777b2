import { LRUCache } from "lru-cache";
import { TENANT_ID } from "@/lib/tenant/scope";
import { assertLabelName } from "./placeholders";
import { readQuery } from "./syntax";
import { UnscopableQueryError } from "./unscopable";

export { UnscopableQueryError } from "./unscopable";

// A page view scopes some thirty texts, always the same ones. Bounded by length, so that it can't outgrow the process.
const scoped = new LRUCache<string, string>({
  maxSize: 4_000_000,
  sizeCalculation: (text, key) => text.length + key.length,
});

/**
 * Confines a query to one tenant: every selector gets the matcher `label="value"` beside those it has, since matchers AND.
 *
 * What can't be proven is refused: the result is read again and must bear the matcher on every selector, wherever it stands.
 * @param promql a query without placeholders
 * @throws UnscopableQueryError with the reason
 */
export function scopeToTenant(promql: string, { label, value }: { label: string; value: string }): string {
  assertLabelName(label);
  if (typeof value !== "string" || !TENANT_ID.test(value)) {
    throw new UnscopableQueryError(
      "value",
      "The query can't be confined: what it was given is not a tenant id.",
    );
  }
  // Neither a label nor an id holds a newline, so no two questions share a key.
  const key = `${label}\n${value}\n${promql}`;
  const known = scoped.get(key);
  if (known !== undefined) return known;
  const confinement = { label, value };
  const result = write(promql, confinement);
  const unconfined = readQuery(result, confinement).selectors.some((selector) => !selector.confined);
  if (unconfined) {
    throw new UnscopableQueryError("unproven", "The query could not be shown to stay with one tenant.");
  }
  scoped.set(key, result);
  return result;
}

function write(promql: string, confinement: { label: string; value: string }): string {
  const matcher = `${confinement.label}="${confinement.value}"`;
  let result = "";
  let from = 0;
  for (const { insertAt, before, after, confined } of readQuery(promql, confinement).selectors) {
    if (confined) continue;
    result += promql.slice(from, insertAt) + before + matcher + after;
    from = insertAt;
  }
  return result + promql.slice(from);
}
