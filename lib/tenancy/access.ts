import type { Eviction } from "@/lib/catalogue/eviction";
import { type DeletionNotice, deletionNoticeOf } from "@/lib/eviction/deletion-notice";
import { CLAIMS_COUNT_MS } from "./claim-age";

/** Why a signed-in person gets no data. Each has a page that says what to do. */
export type Refusal =
  | { reason: "no-tenant" | "unknown-tenant" | "not-yet-live" | "ended" }
  /** Its 30 days are over: its data is deleted, and the portal's own with it. */
  | { reason: "deleted"; deletionNotice: DeletionNotice };

/** The session's row, as far as access depends on it. Times are milliseconds since the epoch. */
export type SessionFacts = {
  tenantId: string | null;
  expiresAtMs: number;
  endedAtMs: number | null;
  /** When the provider last gave the claims; null where it isn't asked again. */
  claimsReadAtMs: number | null;
};

export type TenantFacts = {
  id: string;
  state: "onboarding" | "live" | "ended";
  timeZone: string;
  eviction: Eviction | null;
};

export type Decision =
  | { kind: "signed-out"; reason: "no-session" | "ended" | "expired" | "unconfirmed" }
  | ({ kind: "refused" } & Refusal)
  | { kind: "choose"; tenantIds: string[] }
  /** The one live tenant of the claim: the session is to be bound to it, and then asked again. */
  | { kind: "bind"; tenantId: string }
  | { kind: "granted"; tenantId: string };

/**
 * What a session may see now, from the rows as they stand now.
 * @param session the session's row, or null where there is none
 * @param candidates the tenants that the claim named at sign-in
 * @param tenants the rows of those candidates, in any order; a candidate without a row has departed, or is
 * unknown
 * @param departures the deletion notices of candidates without a row, by id
 */
export function decideAccess(
  session: SessionFacts | null,
  candidates: readonly string[],
  tenants: readonly TenantFacts[],
  departures: ReadonlyMap<string, DeletionNotice>,
  nowMs: number,
): Decision {
  if (!session) return { kind: "signed-out", reason: "no-session" };
  if (session.endedAtMs !== null) return { kind: "signed-out", reason: "ended" };
  if (session.expiresAtMs <= nowMs) return { kind: "signed-out", reason: "expired" };
  if (session.claimsReadAtMs !== null && nowMs - session.claimsReadAtMs >= CLAIMS_COUNT_MS)
    return { kind: "signed-out", reason: "unconfirmed" };

  const rows = new Map(tenants.map((tenant) => [tenant.id, tenant]));
  const refusalFor = (id: string) => refusalOf(rows.get(id), departures.get(id), nowMs);
  if (session.tenantId !== null) {
    // Bound to what the claim did not name: no path writes that, so it proves nothing.
    if (!candidates.includes(session.tenantId)) return { kind: "refused", reason: "unknown-tenant" };
    const refusal = refusalFor(session.tenantId);
    return refusal ? { kind: "refused", ...refusal } : { kind: "granted", tenantId: session.tenantId };
  }

  if (candidates.length === 0) return { kind: "refused", reason: "no-tenant" };
  const live = candidates.filter((id) => refusalFor(id) === null);
  const [first, ...others] = live;
  if (first === undefined) return { kind: "refused", ...nearest(candidates.map(refusalFor)) };
  return others.length === 0 ? { kind: "bind", tenantId: first } : { kind: "choose", tenantIds: live };
}

function refusalOf(
  row: TenantFacts | undefined,
  departure: DeletionNotice | undefined,
  nowMs: number,
): Refusal | null {
  // Before its state: what is deleted is so, whatever else the definitions say of it.
  const deletionNotice = row ? deletionNoticeOf(row, nowMs) : departure;
  if (deletionNotice) return { reason: "deleted", deletionNotice };
  if (!row) return { reason: "unknown-tenant" };
  if (row.state === "onboarding") return { reason: "not-yet-live" };
  return row.state === "ended" ? { reason: "ended" } : null;
}

/**
 * From the nearest to a way in to the farthest. Among those that can't be entered any more, the one with more
 * to show comes first.
 */
const NEARNESS = ["not-yet-live", "deleted", "ended", "unknown-tenant"] as const;

/**
 * Among several tenants, none live, the reason that is nearest to a way in; among several deleted ones, the
 * newest.
 */
function nearest(refusals: readonly (Refusal | null)[]): Refusal {
  const newest = refusals
    .flatMap((refusal) => (refusal?.reason === "deleted" ? [refusal] : []))
    .sort((a, b) => b.deletionNotice.overAtMs - a.deletionNotice.overAtMs);
  const found = NEARNESS.flatMap((reason) =>
    reason === "deleted" ? newest : refusals.filter((refusal) => refusal?.reason === reason),
  );
  return found[0] ?? { reason: "unknown-tenant" };
}

/** The page that somebody belongs on who has this access; null for the portal itself. */
export function pageFor(
  kind: "granted" | "signed-out" | "choose" | "refused",
): "/sign-in" | "/choose" | "/no-access" | null {
  if (kind === "signed-out") return "/sign-in";
  if (kind === "choose") return "/choose";
  return kind === "refused" ? "/no-access" : null;
}
