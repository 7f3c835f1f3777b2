import { statementsOf } from "@/lib/infra/statement";
import type { Types } from "./statement-types";

const statement = statementsOf<Types>();

export const CANDIDATES = statement("CANDIDATES")`
  SELECT id, state, time_zone AS "timeZone", leaving FROM tenant WHERE id = ANY($1)`;

/** The session and its line in the access log: neither without the other. A tenant that is deleted at this moment isn't named. */
export const START_SESSION = statement("START_SESSION", { nullable: [6] })`
  WITH session AS (
    INSERT INTO session (id, issuer, subject, started_at, expires_at) VALUES ($1, $2, $3, $4, $5)
  )
  INSERT INTO sign_in (id, at, issuer, subject, tenant_id, result)
  VALUES ($1, $4, $2, $3, (SELECT id FROM tenant WHERE id = $6 FOR KEY SHARE), $7)`;

// Plain SQL: every request begins with it, and through Prisma's client it took three times the processor time.
export const ACCESS_ROWS = statement("ACCESS_ROWS", { prepared: "access_rows", notNull: ["expiresAt"] })`
  SELECT session.tenant_id AS "boundTo", session.expires_at AS "expiresAt", session.ended_at AS "endedAt",
    tenant.id, tenant.name, tenant.state, tenant.time_zone AS "timeZone",
    tenant.contact_address AS "contactAddress", tenant.onboarding_issue_url AS "onboardingIssueUrl",
    tenant.without, tenant.leaving, tenant.links
  FROM session LEFT JOIN tenant ON tenant.id = ANY($2::text[])
  WHERE session.id = $1::uuid`;

/** The tenant's row is locked meanwhile, so that it can't be offboarded in between. */
export const BIND_SESSION = statement("BIND_SESSION")`
  WITH chosen AS (SELECT id FROM tenant WHERE id = $2 AND state = 'live' FOR SHARE),
  bound AS (
    UPDATE session SET tenant_id = chosen.id FROM chosen
    WHERE session.id = $1 AND session.tenant_id IS NULL
      AND session.ended_at IS NULL AND session.expires_at > $3
    RETURNING session.id, session.tenant_id
  ), logged AS (
    UPDATE sign_in SET tenant_id = bound.tenant_id, result = 'signed-in' FROM bound WHERE sign_in.id = bound.id
  )
  SELECT FROM bound`;
