import { randomUUID } from "node:crypto";
import { database } from "@/lib/db";
import type { SessionFacts } from "./access";

const FORGOTTEN_AFTER_MS = 30 * 24 * 60 * 60 * 1000;

/** A tenant's row as a signed-in page needs it. `links` is parsed by the reader. */
export type TenantRow = {
  id: string;
  name: string;
  state: "onboarding" | "live" | "ended";
  timeZone: string;
  contactAddress: string;
  onboardingIssueUrl: string | null;
  without: string[];
  links: unknown;
};

/**
 * Writes down a sign-in, not bound to a tenant yet, and forgets a few rows that ended long ago.
 * @returns the session's id
 */
export async function startSession(
  signIn: { issuer: string; subject: string; expiresAtMs: number },
  nowMs: number,
): Promise<string> {
  const id = randomUUID();
  await database().session.create({
    data: {
      id,
      issuer: signIn.issuer,
      subject: signIn.subject,
      startedAt: new Date(nowMs),
      expiresAt: new Date(signIn.expiresAtMs),
    },
    select: { id: true },
  });
  await database().session.deleteMany({
    where: { expiresAt: { lt: new Date(nowMs - FORGOTTEN_AFTER_MS) } },
    limit: 100,
  });
  return id;
}

/** The session's row, or null where there is none. */
export async function readSession(id: string): Promise<SessionFacts | null> {
  const row = await database().session.findUnique({
    where: { id },
    select: { tenantId: true, expiresAt: true, endedAt: true },
  });
  return (
    row && {
      tenantId: row.tenantId,
      expiresAtMs: row.expiresAt.getTime(),
      endedAtMs: row.endedAt?.getTime() ?? null,
    }
  );
}

/** The rows of these tenants; a tenant that nobody defined has none. */
export async function readTenants(ids: readonly string[]): Promise<TenantRow[]> {
  if (ids.length === 0) return [];
  return database().tenant.findMany({
    where: { id: { in: [...ids] } },
    select: {
      id: true,
      name: true,
      state: true,
      timeZone: true,
      contactAddress: true,
      onboardingIssueUrl: true,
      without: true,
      links: true,
    },
  });
}

/**
 * Binds a session to a live tenant, once: of two attempts at the same time one wins, and no later one changes it.
 * The tenant's row is locked meanwhile, so that it can't be offboarded in between.
 * @returns whether this call bound it
 */
export async function bindSession(id: string, tenantId: string, nowMs: number): Promise<boolean> {
  const bound = await database().$executeRaw`
    WITH chosen AS (SELECT id FROM tenant WHERE id = ${tenantId} AND state = 'live' FOR SHARE)
    UPDATE session SET tenant_id = chosen.id FROM chosen
    WHERE session.id = ${id}::uuid AND session.tenant_id IS NULL
      AND session.ended_at IS NULL AND session.expires_at > ${new Date(nowMs)}`;
  return bound === 1;
}

/** Ends a session; one that ended before keeps its time. */
export async function endSession(id: string, nowMs: number): Promise<void> {
  await database().session.updateMany({
    where: { id, endedAt: null },
    data: { endedAt: new Date(nowMs) },
  });
}
