import { TENANT_ID, type TenantScope } from "./scope";

/**
 * Makes the proof. The boundaries check lets only the session and the evaluator import this file.
 * @throws TypeError when the id is not a tenant id
 */
export function mintTenantScope(tenantId: string): TenantScope {
  if (!TENANT_ID.test(tenantId)) throw new TypeError("A tenant scope needs a valid tenant id.");
  return Object.freeze({ tenantId }) as TenantScope;
}
