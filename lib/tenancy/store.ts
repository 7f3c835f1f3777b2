import { randomUUID } from "node:crypto";
import { storedEviction } from "@/lib/catalogue/eviction";
import { type CapabilityOwner, ownersSchema } from "@/lib/catalogue/identity";
import { type Database, database } from "@/lib/infra/db";
import type { SessionFacts } from "./access";
import { ASK_AGAIN_MS } from "./claim-age";
import type { SignInFailureCode } from "./failure";
import type { Logout } from "./logout-token";
import { resultOf } from "./sign-in-result";
import * as sql from "./statements";

/** A tenant's row as a signed-in page needs it. `links` and `leaving` are parsed by the reader. */
export type TenantRow = {
  id: string;
  name: string;
  state: "onboarding" | "live" | "ended";
  timeZone: string;
  contactAddress: string;
  onboardingIssueUrl: string | null;
  without: string[];
  leaving: unknown;
  links: unknown;
};

/** `claimsDueAtMs`: from when on the provider is to be asked again; null: no more. */
export type StoredSession = SessionFacts & { claimsDueAtMs: number | null };

/** A session whose claims one process may ask for, until then by the database's clock. `tokens` are sealed. */
export type Leased = {
  tokens: string;
  issuer: string;
  subject: string;
  tenantId: string | null;
  /** Names the lease. */
  leaseUntil: Date;
};

export type EndedSessions = {
  ofSubject: number;
  withoutTenant: number;
  ofTenant: number;
  undecided: number;
};

/** Sessions and sign-ins in a database. */
export function createTenancyStore(db: Database = database) {
  /**
   * Writes down a sign-in, not bound to a tenant yet.
   * @param signIn.candidates the tenants that the claim named
   * @param signIn.id a new UUID; made here if there is none
   * @returns the session's id
   */
  async function startSession(
    signIn: {
      id?: string;
      issuer: string;
      subject: string;
      expiresAtMs: number;
      candidates: readonly string[];
      providerSid?: string | null;
      /** By which the provider is asked again, sealed; null where it can't be. */
      providerTokens?: string | null;
    },
    nowMs: number,
  ): Promise<string> {
    const { issuer, subject, expiresAtMs, candidates } = signIn;
    const rows = await db.rows(sql.CANDIDATES, candidates);
    const tenants = rows.map(({ leaving, ...row }) => ({
      ...row,
      eviction: storedEviction(leaving).eviction ?? null,
    }));
    const { result, tenantId } = resultOf(candidates, tenants, nowMs);
    const { id = randomUUID(), providerTokens = null } = signIn;
    await db.run(
      sql.START_SESSION,
      id,
      issuer,
      subject,
      new Date(nowMs),
      new Date(expiresAtMs),
      tenantId,
      result,
      signIn.providerSid ?? null,
      providerTokens,
      ASK_AGAIN_MS,
    );
    return id;
  }

  /** Those of these ids that have a row. */
  async function readKnownTenants(ids: readonly string[]): Promise<string[]> {
    return (await db.rows(sql.KNOWN_TENANTS, ids)).map(({ id }) => id);
  }

  /**
   * The tenants whose definition lists a person, in the order of their ids.
   * @param email in small letters; null where there is none
   */
  async function readTenantsNaming(
    subject: string,
    email: string | null,
  ): Promise<{ id: string; owners: CapabilityOwner[] }[]> {
    const rows = await db.rows(sql.TENANTS_NAMING, subject, email);
    return rows.map(({ id, owners }) => ({ id, owners: ownersSchema.catch([]).parse(owners) }));
  }

  /** Writes down a try to sign in that failed. Who it was isn't proven, so nobody is named. */
  async function recordFailedSignIn(issuer: string, result: SignInFailureCode, nowMs: number): Promise<void> {
    const data = { id: randomUUID(), at: new Date(nowMs), issuer, result };
    await db.prisma.signIn.create({ data, select: { id: true } });
  }

  /**
   * What a request's access depends on: the session's row, null where there is none, and with it the rows of
   * these tenants. A tenant that nobody defined has none. One statement, because every request waits for it
   * before it may ask for anything.
   * @param sessionId a UUID
   */
  async function readAccessRows(
    sessionId: string,
    tenantIds: readonly string[],
  ): Promise<{ session: StoredSession | null; tenants: TenantRow[] }> {
    const rows = await db.rows(sql.ACCESS_ROWS, sessionId, tenantIds);
    const [first] = rows;
    if (!first) return { session: null, tenants: [] };
    return {
      session: {
        tenantId: first.boundTo,
        expiresAtMs: first.expiresAt.getTime(),
        endedAtMs: first.endedAt?.getTime() ?? null,
        claimsReadAtMs: first.claimsReadAt?.getTime() ?? null,
        claimsDueAtMs: first.claimsDueAt?.getTime() ?? null,
      },
      tenants: rows.filter((row): row is typeof row & TenantRow => row.id !== null),
    };
  }

  /**
   * Binds a session to a live tenant, once: one of two simultaneous attempts wins, and no later one
   * changes it. The tenant's row is locked meanwhile, so that it can't be offboarded in between. The access
   * log records where the sign-in led.
   * @returns whether this call bound it
   */
  async function bindSession(id: string, tenantId: string, nowMs: number): Promise<boolean> {
    return (await db.run(sql.BIND_SESSION, id, tenantId, new Date(nowMs))) === 1;
  }

  /** Ends a session; one that ended before keeps its time. */
  async function endSession(id: string, nowMs: number): Promise<void> {
    await db.prisma.session.updateMany({
      where: { id, endedAt: null },
      data: { endedAt: new Date(nowMs), providerTokens: null },
    });
  }

  /**
   * Ends every session that is open, of a person by the provider's name for them, or of a tenant: those bound
   * to it, and those bound to none, because which tenants they may choose stands in their cookies alone.
   * @returns how many of each. `withoutTenant`: of the person, bound to no tenant; `undecided`: of others,
   * bound to none
   */
  async function endSessionsOf(name: string, nowMs: number): Promise<EndedSessions> {
    const open = { endedAt: null, expiresAt: { gt: new Date(nowMs) } };
    const end = async (of: { subject?: string; tenantId?: string | null }) => {
      const data = { endedAt: new Date(nowMs), providerTokens: null };
      return (await db.prisma.session.updateMany({ where: { ...open, ...of }, data })).count;
    };
    const withoutTenant = await end({ subject: name, tenantId: null });
    const ofSubject = withoutTenant + (await end({ subject: name }));
    const isTenant = (await db.rows(sql.KNOWN_TENANTS, [name])).length > 0;
    // These first, so that none of them becomes the tenant's in between.
    const undecided = isTenant ? await end({ tenantId: null }) : 0;
    const ofTenant = isTenant ? await end({ tenantId: name }) : 0;
    return { ofSubject, withoutTenant, ofTenant, undecided };
  }

  /**
   * Ends the open sessions that a logout token of the provider names, once for each token.
   * @returns how many; null for a token that was taken before, which ends nothing
   */
  async function endSessionsByProvider(
    issuer: string,
    { digest, subject, sid }: Logout,
    { nowMs, rememberUntilMs }: { nowMs: number; rememberUntilMs: number },
  ): Promise<number | null> {
    const times = [new Date(rememberUntilMs), new Date(nowMs)] as const;
    const [row] = await db.rows(sql.END_BY_PROVIDER, digest, ...times, issuer, subject, sid);
    return row && row.taken > 0 ? row.ended : null;
  }

  /** Ends the open sessions of some sessions of the provider. @returns how many of each; those without any are left out */
  async function endSessionsOfSids(
    issuer: string,
    sids: readonly string[],
  ): Promise<ReadonlyMap<string, number>> {
    const rows = await db.rows(sql.END_OF_SIDS, issuer, sids);
    return new Map(rows.map(({ sid, ended }) => [sid, ended]));
  }

  /**
   * Gives this process alone the provider's tokens of a session whose claims are due, by the database's clock.
   * @param leaseMs less than 15 minutes
   * @returns null where they aren't due, another process asks, or the session is over
   */
  async function leaseTokens(id: string, leaseMs: number): Promise<Leased | null> {
    const [row] = await db.rows(sql.LEASE_TOKENS, id, leaseMs);
    return row ?? null;
  }

  /** Whether some process asks for a session's claims at this moment, by the database's clock. */
  async function isLeased(id: string): Promise<boolean> {
    return (await db.rows(sql.IS_LEASED, id)).length > 0;
  }

  /**
   * Writes down what asking came to, and gives up the lease.
   * @param settled.tokens sealed; null: the provider isn't asked any more
   * @param settled.dueInMs when it is asked again; null: no more
   * @param settled.isRead whether it gave claims
   * @returns false where the lease has passed to another process, or the session is over
   */
  async function settleClaims(
    id: string,
    { leaseUntil }: Pick<Leased, "leaseUntil">,
    { tokens, dueInMs, isRead }: { tokens: string | null; dueInMs: number | null; isRead: boolean },
  ): Promise<boolean> {
    return (await db.run(sql.SETTLE_CLAIMS, id, leaseUntil, tokens, dueInMs, isRead)) === 1;
  }

  /** Ends a session whose claims are withdrawn. @returns false as `settleClaims` */
  async function endLeased(id: string, { leaseUntil }: Pick<Leased, "leaseUntil">): Promise<boolean> {
    return (await db.run(sql.END_LEASED, id, leaseUntil)) === 1;
  }

  return {
    startSession,
    leaseTokens,
    isLeased,
    settleClaims,
    endLeased,
    readKnownTenants,
    readTenantsNaming,
    recordFailedSignIn,
    readAccessRows,
    bindSession,
    endSession,
    endSessionsOf,
    endSessionsByProvider,
    endSessionsOfSids,
    close: db.close,
  };
}

/** This process's instance. */
export const tenancyStore = createTenancyStore();
