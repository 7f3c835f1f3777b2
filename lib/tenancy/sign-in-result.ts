import { decideAccess, type Refusal, type TenantFacts } from "./access";
import { SIGN_IN_FAILURES, type SignInFailureCode } from "./failure";

const REFUSALS = [
  "no-tenant",
  "unknown-tenant",
  "not-yet-live",
  "ended",
  "deleted",
] as const satisfies Refusal["reason"][];

/**
 * The outcome of a try to sign in. `signed-in`: led to a tenant. `to-choose`: led to several, and none has
 * been chosen yet. A refusal: who it was is proven, and they get no data. A failure: it isn't proven who it
 * was.
 */
export const SIGN_IN_RESULTS = ["signed-in", "to-choose", ...REFUSALS, ...SIGN_IN_FAILURES] as const;
export type SignInResult = "signed-in" | "to-choose" | Refusal["reason"] | SignInFailureCode;

/**
 * The result of a sign-in whose claim named these tenants. One that was deleted is unknown once
 * its row has gone: the access log doesn't hold whose it was.
 * @param tenants the rows of those that are known
 * @returns the tenant where it is one alone
 */
export function resultOf(
  candidates: readonly string[],
  tenants: readonly TenantFacts[],
  nowMs: number,
): { result: SignInResult; tenantId: string | null } {
  const fresh = {
    tenantId: null,
    endedAtMs: null,
    expiresAtMs: Number.POSITIVE_INFINITY,
    claimsReadAtMs: null,
  };
  const decision = decideAccess(fresh, candidates, tenants, new Map(), nowMs);
  if (decision.kind === "bind") return { result: "signed-in", tenantId: decision.tenantId };
  const only = tenants.length === 1 ? (tenants[0]?.id ?? null) : null;
  return decision.kind === "refused"
    ? { result: decision.reason, tenantId: only }
    : { result: "to-choose", tenantId: null };
}
