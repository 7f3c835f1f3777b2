import { randomUUID } from "node:crypto";
import { storedEviction } from "@/lib/catalogue/eviction";
import { connectionPool, database, type Prepared } from "@/lib/infra/db";
import type { SessionFacts, TenantFacts } from "./access";
import type { SignInFailureCode } from "./failure";
import { resultOf } from "./sign-in-result";

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

/** The session and its line in the access log: neither without the other. A tenant that is deleted at this moment isn't named. */
const START_SESSION = `
  WITH session AS (
    INSERT INTO session (id, issuer, subject, started_at, expires_at) VALUES ($1, $2, $3, $4, $5)
  )
  INSERT INTO sign_in (id, at, issuer, subject, tenant_id, result)
  VALUES ($1, $4, $2, $3, (SELECT id FROM tenant WHERE id = $6 FOR KEY SHARE), $7)`;

/**
 * Writes down a sign-in, not bound to a tenant yet.
 * @param signIn.candidates the tenants that the claim named
 * @returns the session's id
 */
export async function startSession(
  signIn: { issuer: string; subject: string; expiresAtMs: number; candidates: readonly string[] },
  nowMs: number,
): Promise<string> {
  const { issuer, subject, expiresAtMs, candidates } = signIn;
  const { rows } = await connectionPool().query<Omit<TenantFacts, "eviction"> & { leaving: unknown }>(
    'SELECT id, state::text, time_zone AS "timeZone", leaving FROM tenant WHERE id = ANY($1)',
    [candidates],
  );
  const tenants = rows.map(({ leaving, ...row }) => ({
    ...row,
    eviction: storedEviction(leaving).eviction ?? null,
  }));
  const { result, tenantId } = resultOf(candidates, tenants, nowMs);
  const id = randomUUID();
  await connectionPool().query(START_SESSION, [
    id,
    issuer,
    subject,
    new Date(nowMs),
    new Date(expiresAtMs),
    tenantId,
    result,
  ]);
  return id;
}

/** Writes down a try to sign in that failed. Who it was isn't proven, so nobody is named. */
export async function recordFailedSignIn(
  issuer: string,
  result: SignInFailureCode,
  nowMs: number,
): Promise<void> {
  await connectionPool().query("INSERT INTO sign_in (id, at, issuer, result) VALUES ($1, $2, $3, $4)", [
    randomUUID(),
    new Date(nowMs),
    issuer,
    result,
  ]);
}

type AccessRow = {
  boundTo: string | null;
  expiresAt: Date;
  endedAt: Date | null;
} & (TenantRow | { id: null });

// Plain SQL: every request begins with it, and through Prisma's client it took three times the processor time.
const ACCESS_ROWS: Prepared = {
  name: "access_rows",
  text: `
  SELECT session.tenant_id AS "boundTo", session.expires_at AS "expiresAt", session.ended_at AS "endedAt",
    tenant.id, tenant.name, tenant.state::text, tenant.time_zone AS "timeZone",
    tenant.contact_address AS "contactAddress", tenant.onboarding_issue_url AS "onboardingIssueUrl",
    tenant.without, tenant.leaving, tenant.links
  FROM session LEFT JOIN tenant ON tenant.id = ANY($2::text[])
  WHERE session.id = $1::uuid`,
};

/**
 * What a request's access depends on: the session's row, null where there is none, and with it the rows of these tenants. A
 * tenant that nobody defined has none. One statement, because every request waits for it before it may ask for anything.
 * @param sessionId a UUID
 */
export async function readAccessRows(
  sessionId: string,
  tenantIds: readonly string[],
): Promise<{ session: SessionFacts | null; tenants: TenantRow[] }> {
  const { rows } = await connectionPool().query<AccessRow>({
    ...ACCESS_ROWS,
    values: [sessionId, [...tenantIds]],
  });
  const [first] = rows;
  if (!first) return { session: null, tenants: [] };
  return {
    session: {
      tenantId: first.boundTo,
      expiresAtMs: first.expiresAt.getTime(),
      endedAtMs: first.endedAt?.getTime() ?? null,
    },
    tenants: rows.filter((row) => row.id !== null),
  };
}

/**
 * Binds a session to a live tenant, once: of two attempts at the same time one wins, and no later one changes it.
 * The tenant's row is locked meanwhile, so that it can't be offboarded in between. The access log learns where the sign-in led.
 * @returns whether this call bound it
 */
export async function bindSession(id: string, tenantId: string, nowMs: number): Promise<boolean> {
  const bound = await database().$queryRaw<unknown[]>`
    WITH chosen AS (SELECT id FROM tenant WHERE id = ${tenantId} AND state = 'live' FOR SHARE),
    bound AS (
      UPDATE session SET tenant_id = chosen.id FROM chosen
      WHERE session.id = ${id}::uuid AND session.tenant_id IS NULL
        AND session.ended_at IS NULL AND session.expires_at > ${new Date(nowMs)}
      RETURNING session.id, session.tenant_id
    ), logged AS (
      UPDATE sign_in SET tenant_id = bound.tenant_id, result = 'signed-in' FROM bound WHERE sign_in.id = bound.id
    )
    SELECT FROM bound`;
  return bound.length === 1;
}

/** Ends a session; one that ended before keeps its time. */
export async function endSession(id: string, nowMs: number): Promise<void> {
  await database().session.updateMany({
    where: { id, endedAt: null },
    data: { endedAt: new Date(nowMs) },
  });
}
