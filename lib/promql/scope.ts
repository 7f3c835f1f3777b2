import { LRUCache } from "lru-cache";
import { TENANT_ID } from "@/lib/tenant/scope";
import { assertLabelName } from "./placeholders";
import { readQuery, type Selector } from "./syntax";
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
 * What can't be proven is refused: the result is read again and must have the matcher on every selector, wherever it stands.
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
  const { text, selectors } = readQuery(promql, confinement);
  const unconfinedBefore = selectors.filter((selector) => !selector.confined);
  const result = write(text, `${label}="${value}"`, unconfinedBefore);
  const unconfined = readQuery(result, confinement).selectors.some((selector) => !selector.confined);
  if (unconfined) {
    throw new UnscopableQueryError("unproven", "The query could not be shown to stay with one tenant.");
  }
  scoped.set(key, result);
  return result;
}

/**
 * The selectors of a query that also read what tenants expose: those without the matcher `label=""`.
 * @param except a tenant whose series may be read, by its own matcher
 * @returns each as it is written
 * @throws UnscopableQueryError for what isn't provably understood
 */
export function tenantReaders(
  promql: string,
  { label, except }: { label: string; except: string | null },
): string[] {
  return unconfinedTo(promql, { label, except }).map(({ from, to }) => promql.slice(from, to));
}

/**
 * Confines a query to what has no tenant: every selector gets the matcher `label=""`, save one that names the tenant excepted.
 *
 * The definitions' check wants it written; a definition that was stored before it did is asked with it all the same.
 * @throws UnscopableQueryError with the reason
 */
export function outsideTenants(promql: string, options: { label: string; except: string | null }): string {
  assertLabelName(options.label);
  const { text } = readQuery(promql, { label: options.label, value: null });
  const result = write(text, `${options.label}=""`, unconfinedTo(promql, options));
  if (unconfinedTo(result, options).length > 0)
    throw new UnscopableQueryError("unproven", "The query could not be shown to leave out the tenants.");
  return result;
}

/**
 * Narrows a query to some tenants, so that its answer is no longer than they make it: every selector gets the matcher
 * `label=~"a|b"`. Nobody's confinement rests on it: what is answered of others is not read.
 * @throws UnscopableQueryError for what isn't a tenant id, and where the query becomes too long
 */
export function narrowedTo(promql: string, label: string, tenantIds: readonly string[]): string {
  assertLabelName(label);
  if (tenantIds.length === 0 || !tenantIds.every((id) => TENANT_ID.test(id)))
    throw new UnscopableQueryError("value", "The query can't be narrowed: a name isn't a tenant id.");
  const { text, selectors } = readQuery(promql, { label, value: null });
  const result = write(text, `${label}=~"${tenantIds.join("|")}"`, selectors);
  readQuery(result, { label, value: null });
  return result;
}

function unconfinedTo(promql: string, { label, except }: { label: string; except: string | null }) {
  const { selectors } = readQuery(promql, { label, value: "" });
  const excepted = except === null ? [] : readQuery(promql, { label, value: except }).selectors;
  return selectors.filter(({ confined }, nth) => !confined && !excepted[nth]?.confined);
}

function write(promql: string, matcher: string, selectors: readonly Selector[]): string {
  let result = "";
  let from = 0;
  for (const { insertAt, before, after } of selectors) {
    result += promql.slice(from, insertAt) + before + matcher + after;
    from = insertAt;
  }
  return result + promql.slice(from);
}
