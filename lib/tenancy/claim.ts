import { TENANT_ID } from "@/lib/tenant/scope";

/** More tenants than anybody owns; a claim beyond it is cut, so that a cookie can't grow without bound. */
export const MAX_CANDIDATES = 50;

/**
 * The tenants that a claim names: a string, or an array of strings.
 *
 * Anything else counts as no tenant, a list inside one string too: a separator that one provider uses and another
 * doesn't is a guess, and a guess must never open a door.
 * @returns valid tenant ids, each once, in the claim's order
 */
export function tenantsFromClaim(value: unknown): string[] {
  const named = Array.isArray(value) ? value : [value];
  const valid = named.filter((id): id is string => typeof id === "string" && TENANT_ID.test(id));
  return [...new Set(valid)].slice(0, MAX_CANDIDATES);
}
