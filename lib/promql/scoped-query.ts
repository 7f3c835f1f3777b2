import type { TenantScope } from "@/lib/tenant/scope";
import { fillPlaceholders } from "./placeholders";
import { scopeToTenant } from "./scope";

declare const proof: unique symbol;

/** A query with one tenant's matcher on every selector. Made only here; the only thing that lib/prometheus asks for an owner. */
export type ScopedQuery = {
  readonly promql: string;
  /** The label and value that a series of the answer has; one without the label is nobody's. */
  readonly label: string;
  readonly tenantId: string;
  readonly [proof]: "scoped";
};

/**
 * Fills in a bundle query's placeholders and confines it to the scope's tenant.
 * @param template PromQL with `$tenant` and `$window`
 * @param windowSeconds the length that `$window` stands for, a positive whole number
 * @throws UnscopableQueryError where confinement can't be proven
 * @throws RangeError when the window isn't one
 */
export function scopeQuery(
  scope: TenantScope,
  template: string,
  { label, windowSeconds }: { label: string; windowSeconds: number },
): ScopedQuery {
  const filled = fillPlaceholders(template, { label, windowSeconds });
  const promql = scopeToTenant(filled, { label, value: scope.tenantId });
  return Object.freeze({ promql, label, tenantId: scope.tenantId }) as ScopedQuery;
}
