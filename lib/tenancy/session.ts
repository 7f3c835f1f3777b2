import { cookies } from "next/headers";
import { cache } from "react";
import { type EvictionAndExport, storedEviction } from "@/lib/catalogue/eviction";
import { type TenantLinks, tenantSchema } from "@/lib/catalogue/tenant";
import { evictionStore } from "@/lib/eviction/store";
import { mintTenantScope } from "@/lib/tenant/mint";
import { TENANT_ID, type TenantScope } from "@/lib/tenant/scope";
import { type Decision, decideAccess, type Refusal } from "./access";
import { claimDuty } from "./claim-age";
import type { ClaimFault } from "./claim-fault";
import { askAgain, awaitClaims } from "./read-again";
import { type SignInSettings, signInSettings } from "./settings";
import { type StoredSession, type TenantRow, tenancyStore } from "./store";
import { readSessionToken, type SessionToken } from "./token";

/** What the pages show of the tenant that the session belongs to. */
export type TenantCard = {
  id: string;
  name: string;
  timeZone: string;
  contactAddress: string;
  onboardingIssueUrl: string | null;
  /** Lines of the bundle that this capability doesn't have, as signal/line. */
  without: string[];
  links: TenantLinks;
  leaving: EvictionAndExport;
};

export type Owner = { label: string };

/** What this request may see. Only `granted` carries a scope, and so any data. */
export type Access =
  | { kind: "granted"; scope: TenantScope; tenant: TenantCard; owner: Owner }
  | { kind: "signed-out" }
  | { kind: "choose"; tenants: { id: string; name: string }[]; owner: Owner }
  | ({ kind: "refused"; owner: Owner; signIn?: RefusedSignIn } & Refusal);

/** What an owner who sees nothing can send to the operator, where the provider's claims are the cause. */
export type RefusedSignIn = {
  /** As in the operator's log. */
  reference: string;
  fault: ClaimFault;
};

/** Links are an ornament: some that a newer version wrote must not keep an owner out. */
const linksSchema = tenantSchema.shape.links.catch({});

type SentCookies = readonly { name: string; value: string }[];

/**
 * What the request in flight may see, judged anew from the session's and the tenant's rows: an ended session
 * or an offboarded tenant is out with the next request. Asked once per request, however many components ask.
 * @throws when the database can't be asked: then nobody sees anything
 */
export const currentAccess = cache(
  async (): Promise<Access> => accessOf((await cookies()).getAll(), signInSettings(), Date.now()),
);

/** As `currentAccess`, for the cookies of any request. */
export async function accessOf(sent: SentCookies, settings: SignInSettings, nowMs: number): Promise<Access> {
  const token = await readSessionToken(sent, settings);
  if (!token) return { kind: "signed-out" };
  const { decision, tenants } = await decide(token, settings, nowMs);
  const owner = { label: token.label };
  switch (decision.kind) {
    case "granted": {
      const tenant = tenants.find((row) => row.id === decision.tenantId);
      if (!tenant) throw new Error("Access was granted to a tenant without a row.");
      return { kind: "granted", scope: mintTenantScope(tenant.id), tenant: cardOf(tenant), owner };
    }
    case "choose": {
      const offered = tenants.filter((row) => decision.tenantIds.includes(row.id));
      const byName = offered.toSorted((a, b) => a.name.localeCompare(b.name, "en"));
      return { kind: "choose", tenants: byName.map(({ id, name }) => ({ id, name })), owner };
    }
    case "refused":
      return { ...decision, owner, ...(token.claimFault && { signIn: signInOf(token, token.claimFault) }) };
    default:
      return { kind: "signed-out" };
  }
}

const signInOf = ({ sid }: SessionToken, fault: ClaimFault): RefusedSignIn => ({ reference: sid, fault });

type Settled = Exclude<Decision, { kind: "bind" }>;

/**
 * As the rows say now, before anything is bound, and as the provider says where its claims are due. A request
 * waits for the provider only where they are old.
 */
async function ask(token: SessionToken, settings: SignInSettings, nowMs: number) {
  const { sid, candidates } = token;
  let { session, tenants } = await tenancyStore.readAccessRows(sid, candidates);
  const duty = session ? dutyOf(session, nowMs) : "none";
  if (duty === "ask") void askAgain(token, settings, nowMs);
  if (duty === "wait") {
    await awaitClaims(token, settings, nowMs);
    ({ session, tenants } = await tenancyStore.readAccessRows(sid, candidates));
  }
  const facts = tenants.map(({ leaving, ...row }) => ({
    ...row,
    eviction: storedEviction(leaving).eviction ?? null,
  }));
  const decision = decideAccess(session, candidates, facts, new Map(), nowMs);
  const without = candidates.filter((id) => !tenants.some((row) => row.id === id));
  if (decision.kind !== "refused" || without.length === 0) return { decision, tenants };
  // Only who is refused may need a deletion notice: nobody else waits for a second query.
  const departures = await evictionStore.readDepartures(without);
  return { decision: decideAccess(session, candidates, facts, departures, nowMs), tenants };
}

function dutyOf(session: StoredSession, nowMs: number) {
  if (session.endedAtMs !== null || session.expiresAtMs <= nowMs) return "none";
  return claimDuty({ readAtMs: session.claimsReadAtMs, dueAtMs: session.claimsDueAtMs }, nowMs);
}

async function decide(
  token: SessionToken,
  settings: SignInSettings,
  nowMs: number,
): Promise<{ decision: Settled; tenants: TenantRow[] }> {
  const first = await ask(token, settings, nowMs);
  if (first.decision.kind !== "bind") return { decision: first.decision, tenants: first.tenants };
  // Whether this request or another one bound it: what counts is what the row says afterwards.
  await tenancyStore.bindSession(token.sid, first.decision.tenantId, nowMs);
  const { decision, tenants } = await ask(token, settings, nowMs);
  if (decision.kind === "bind") throw new Error("A session could not be bound to its only live tenant.");
  return { decision, tenants };
}

/** The outcome of a choice. `bound`: the session belongs to a tenant, by this choice or by one before it. */
export type Choice = "bound" | "not-offered" | "signed-out";

/** Binds the session in flight to one of the tenants that its claim named. The first choice stays. */
export async function chooseTenant(
  sent: SentCookies,
  tenantId: string,
  settings: SignInSettings = signInSettings(),
  nowMs: number = Date.now(),
): Promise<Choice> {
  const token = await readSessionToken(sent, settings);
  if (!token) return "signed-out";
  if (!TENANT_ID.test(tenantId) || !token.candidates.includes(tenantId)) return "not-offered";
  const { decision: offer } = await ask(token, settings, nowMs);
  const isOffered =
    offer.kind === "choose"
      ? offer.tenantIds.includes(tenantId)
      : offer.kind === "bind" && offer.tenantId === tenantId;
  if (isOffered && (await tenancyStore.bindSession(token.sid, tenantId, nowMs))) return "bound";
  const { decision } = await decide(token, settings, nowMs);
  if (decision.kind === "signed-out") return "signed-out";
  return decision.kind === "granted" ? "bound" : "not-offered";
}

function cardOf(row: TenantRow): TenantCard {
  return {
    id: row.id,
    name: row.name,
    timeZone: row.timeZone,
    contactAddress: row.contactAddress,
    onboardingIssueUrl: row.onboardingIssueUrl,
    without: row.without,
    links: linksSchema.parse(row.links),
    leaving: storedEviction(row.leaving),
  };
}
