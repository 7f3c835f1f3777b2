import { randomUUID } from "node:crypto";
import { storedEviction } from "@/lib/catalogue/eviction";
import { type Database, database } from "@/lib/infra/db";
import type { SessionFacts } from "./access";
import type { SignInFailureCode } from "./failure";
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

/** Sessions and sign-ins in a database. */
export function createTenancyStore(db: Database = database) {
  /**
   * Writes down a sign-in, not bound to a tenant yet.
   * @param signIn.candidates the tenants that the claim named
   * @returns the session's id
   */
  async function startSession(
    signIn: { issuer: string; subject: string; expiresAtMs: number; candidates: readonly string[] },
    nowMs: number,
  ): Promise<string> {
    const { issuer, subject, expiresAtMs, candidates } = signIn;
    const rows = await db.rows(sql.CANDIDATES, candidates);
    const tenants = rows.map(({ leaving, ...row }) => ({
      ...row,
      eviction: storedEviction(leaving).eviction ?? null,
    }));
    const { result, tenantId } = resultOf(candidates, tenants, nowMs);
    const id = randomUUID();
    await db.run(
      sql.START_SESSION,
      id,
      issuer,
      subject,
      new Date(nowMs),
      new Date(expiresAtMs),
      tenantId,
      result,
    );
    return id;
  }

  /** Writes down a try to sign in that failed. Who it was isn't proven, so nobody is named. */
  async function recordFailedSignIn(issuer: string, result: SignInFailureCode, nowMs: number): Promise<void> {
    const data = { id: randomUUID(), at: new Date(nowMs), issuer, result };
    await db.prisma.signIn.create({ data, select: { id: true } });
  }

  /**
   * What a request's access depends on: the session's row, null where there is none, and with it the rows of these tenants. A
   * tenant that nobody defined has none. One statement, because every request waits for it before it may ask for anything.
   * @param sessionId a UUID
   */
  async function readAccessRows(
    sessionId: string,
    tenantIds: readonly string[],
  ): Promise<{ session: SessionFacts | null; tenants: TenantRow[] }> {
    const rows = await db.rows(sql.ACCESS_ROWS, sessionId, tenantIds);
    const [first] = rows;
    if (!first) return { session: null, tenants: [] };
    return {
      session: {
        tenantId: first.boundTo,
        expiresAtMs: first.expiresAt.getTime(),
        endedAtMs: first.endedAt?.getTime() ?? null,
      },
      tenants: rows.filter((row): row is typeof row & TenantRow => row.id !== null),
    };
  }

  /**
   * Binds a session to a live tenant, once: of two attempts at the same time one wins, and no later one changes it.
   * The tenant's row is locked meanwhile, so that it can't be offboarded in between. The access log learns where the sign-in led.
   * @returns whether this call bound it
   */
  async function bindSession(id: string, tenantId: string, nowMs: number): Promise<boolean> {
    return (await db.run(sql.BIND_SESSION, id, tenantId, new Date(nowMs))) === 1;
  }

  /** Ends a session; one that ended before keeps its time. */
  async function endSession(id: string, nowMs: number): Promise<void> {
    await db.prisma.session.updateMany({
      where: { id, endedAt: null },
      data: { endedAt: new Date(nowMs) },
    });
  }

  return { startSession, recordFailedSignIn, readAccessRows, bindSession, endSession };
}

/** Of this process. */
export const tenancyStore = createTenancyStore();
