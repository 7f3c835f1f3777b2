import { statementsOf } from "@/lib/infra/statement";
import type { Types } from "./statement-types";

const statement = statementsOf<Types>();

export const CANDIDATES = statement("CANDIDATES")`
  SELECT id, state, time_zone AS "timeZone", leaving FROM tenant WHERE id = ANY($1)`;

export const KNOWN_TENANTS = statement("KNOWN_TENANTS")`SELECT id FROM tenant WHERE id = ANY($1)`;

/** Tenants whose definition lists a subject or an address. */
export const TENANTS_NAMING = statement("TENANTS_NAMING", { nullable: [2] })`
  SELECT id, owners FROM tenant
  WHERE owners @> jsonb_build_array(jsonb_build_object('subject', $1::text))
    OR owners @> jsonb_build_array(jsonb_build_object('email', $2::text))
  ORDER BY id`;

/**
 * The session and its line in the access log: neither without the other. A tenant that is deleted at this
 * moment isn't named. Claims that can be asked for again ($9) are due in so many milliseconds ($10).
 */
export const START_SESSION = statement("START_SESSION", { nullable: [6, 8, 9] })`
  WITH session AS (
    INSERT INTO session (id, issuer, subject, started_at, expires_at, provider_sid,
      provider_tokens, claims_read_at, claims_due_at)
    VALUES ($1, $2, $3, $4, $5, $8, $9, CASE WHEN $9::text IS NOT NULL THEN now() END,
      CASE WHEN $9::text IS NOT NULL THEN now() + $10 * interval '1 ms' END)
  )
  INSERT INTO sign_in (id, at, issuer, subject, tenant_id, result)
  VALUES ($1, $4, $2, $3, (SELECT id FROM tenant WHERE id = $6 FOR KEY SHARE), $7)`;

// Plain SQL: every request begins with it, and through Prisma's client it took three times the processor
// time.
export const ACCESS_ROWS = statement("ACCESS_ROWS", { prepared: "access_rows", notNull: ["expiresAt"] })`
  SELECT session.tenant_id AS "boundTo", session.expires_at AS "expiresAt", session.ended_at AS "endedAt",
    session.claims_read_at AS "claimsReadAt", session.claims_due_at AS "claimsDueAt",
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

/**
 * Ends what a logout token names, unless it was taken before. A session whose provider session isn't known
 * ends with its person's. Tokens that are too old to count are removed on the way.
 */
export const END_BY_PROVIDER = statement("END_BY_PROVIDER", {
  nullable: [5, 6],
  notNull: ["taken", "ended"],
})`
  WITH removed AS (DELETE FROM logout_token WHERE expires_at < $3),
  taken AS (
    INSERT INTO logout_token (digest, expires_at) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING digest
  ), ended AS (
    UPDATE session SET ended_at = $3, provider_tokens = NULL FROM taken
    WHERE session.issuer = $4 AND session.ended_at IS NULL AND session.expires_at > $3
      AND ($5::text IS NULL OR session.subject = $5)
      AND ($6::text IS NULL OR session.provider_sid = $6 OR (session.provider_sid IS NULL AND $5 IS NOT NULL))
    RETURNING session.id
  )
  SELECT (SELECT count(*)::int FROM taken) AS taken, (SELECT count(*)::int FROM ended) AS ended`;

/** Ends what belongs to these sessions ($2) of the provider. */
export const END_OF_SIDS = statement("END_OF_SIDS", { notNull: ["sid", "ended"] })`
  WITH ended AS (
    UPDATE session SET ended_at = now(), provider_tokens = NULL
    WHERE issuer = $1 AND provider_sid = ANY($2::text[]) AND ended_at IS NULL AND expires_at > now()
    RETURNING provider_sid
  )
  SELECT provider_sid AS sid, count(*)::int AS ended FROM ended GROUP BY provider_sid`;

// The lease and what is due are the database's time: the clocks of two web processes may be apart by more than
// a lease outlasts a question.

/** No lease is as long: one that seems to be was taken before the database's clock jumped back. */
const LONGEST_LEASE = "interval '15 minutes'";

/**
 * Gives one process the provider's tokens of a session whose claims are due, for $2 milliseconds. Whoever
 * comes meanwhile gets none: a refresh token may count once.
 */
export const LEASE_TOKENS = statement("LEASE_TOKENS", { notNull: ["tokens", "leaseUntil"] })`
  UPDATE session SET claims_lease_until = now() + $2 * interval '1 ms'
  WHERE id = $1 AND provider_tokens IS NOT NULL AND claims_due_at <= now()
    AND (claims_lease_until IS NULL OR claims_lease_until <= now()
      OR claims_lease_until > now() + ${LONGEST_LEASE})
    AND ended_at IS NULL AND expires_at > now()
  RETURNING provider_tokens AS tokens, issuer, subject, tenant_id AS "tenantId",
    claims_lease_until AS "leaseUntil"`;

/** Whether some process asks for the claims of a session now. */
export const IS_LEASED = statement("IS_LEASED")`
  SELECT id FROM session
  WHERE id = $1 AND claims_lease_until > now() AND claims_lease_until <= now() + ${LONGEST_LEASE}
    AND ended_at IS NULL`;

/**
 * What the provider answered; nothing where the lease has passed to another process, or the session is over.
 * The claims are due again in $4 milliseconds, or no more. $5: whether it gave them.
 */
export const SETTLE_CLAIMS = statement("SETTLE_CLAIMS", { nullable: [3, 4] })`
  UPDATE session SET claims_lease_until = NULL, provider_tokens = $3,
    claims_due_at = now() + $4 * interval '1 ms',
    claims_read_at = CASE WHEN $5 THEN now() ELSE claims_read_at END
  WHERE id = $1 AND claims_lease_until = $2 AND ended_at IS NULL`;

/**
 * Ends a session whose claims the provider withdrew; nothing where the lease has passed to another process.
 */
export const END_LEASED = statement("END_LEASED")`
  UPDATE session SET ended_at = now(), provider_tokens = NULL, claims_lease_until = NULL
  WHERE id = $1 AND claims_lease_until = $2 AND ended_at IS NULL`;
