/** Why a signed-in person gets no data. Each has a page that says what to do. */
export const REFUSALS = ["no-tenant", "unknown-tenant", "not-yet-live", "ended"] as const;
export type Refusal = (typeof REFUSALS)[number];

/** The session's row, as far as access depends on it. Times are milliseconds since the epoch. */
export type SessionFacts = { tenantId: string | null; expiresAtMs: number; endedAtMs: number | null };

export type TenantFacts = { id: string; state: "onboarding" | "live" | "ended" };

export type Decision =
  | { kind: "signed-out"; reason: "no-session" | "ended" | "expired" }
  | { kind: "refused"; reason: Refusal }
  | { kind: "choose"; tenantIds: string[] }
  /** The one live tenant of the claim: the session is to be bound to it, and then asked again. */
  | { kind: "bind"; tenantId: string }
  | { kind: "granted"; tenantId: string };

/**
 * What a session may see now, from the rows as they stand now.
 * @param session the session's row, or null where there is none
 * @param candidates the tenants that the claim named at sign-in
 * @param tenants the rows of those candidates, in any order; a candidate without a row is unknown
 */
export function decideAccess(
  session: SessionFacts | null,
  candidates: readonly string[],
  tenants: readonly TenantFacts[],
  nowMs: number,
): Decision {
  if (!session) return { kind: "signed-out", reason: "no-session" };
  if (session.endedAtMs !== null) return { kind: "signed-out", reason: "ended" };
  if (session.expiresAtMs <= nowMs) return { kind: "signed-out", reason: "expired" };

  const states = new Map(tenants.map((tenant) => [tenant.id, tenant.state]));
  if (session.tenantId !== null) {
    // Bound to what the claim did not name: no path writes that, so it proves nothing.
    if (!candidates.includes(session.tenantId)) return { kind: "refused", reason: "unknown-tenant" };
    const reason = refusalOf(states.get(session.tenantId));
    return reason ? { kind: "refused", reason } : { kind: "granted", tenantId: session.tenantId };
  }

  if (candidates.length === 0) return { kind: "refused", reason: "no-tenant" };
  const live = candidates.filter((id) => states.get(id) === "live");
  const [first, ...others] = live;
  if (first === undefined) return { kind: "refused", reason: nearestRefusal(candidates, states) };
  return others.length === 0 ? { kind: "bind", tenantId: first } : { kind: "choose", tenantIds: live };
}

function refusalOf(state: TenantFacts["state"] | undefined): Refusal | null {
  if (state === undefined) return "unknown-tenant";
  if (state === "onboarding") return "not-yet-live";
  return state === "ended" ? "ended" : null;
}

/** Of several tenants, none live, the reason that is nearest to a way in. */
function nearestRefusal(
  candidates: readonly string[],
  states: ReadonlyMap<string, TenantFacts["state"]>,
): Refusal {
  const reasons = new Set(candidates.map((id) => refusalOf(states.get(id))));
  if (reasons.has("not-yet-live")) return "not-yet-live";
  return reasons.has("ended") ? "ended" : "unknown-tenant";
}

/** The page that somebody belongs on who has this access; null for the portal itself. */
export function pageFor(kind: "granted" | "signed-out" | "choose" | "refused"): string | null {
  if (kind === "signed-out") return "/sign-in";
  if (kind === "choose") return "/choose";
  return kind === "refused" ? "/no-access" : null;
}
