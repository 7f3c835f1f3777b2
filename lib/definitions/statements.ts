import { APPLY_LOCK } from "@/lib/catalogue/apply-lock";
import { statementsOf } from "@/lib/infra/statement";
import type { Types } from "./statement-types";

// What an apply asks and writes: one statement of each kind for many tenants, whatever their number.

const statement = statementsOf<Types>();

/** The clock by which the worker deletes: the plan and it must not differ about whose 30 days are over. */
export const CLOCK = statement("CLOCK", { notNull: ["now"] })`SELECT clock_timestamp() AS now`;

/** No statement of an apply may take longer. */
export const LIMIT_STATEMENT = statement("LIMIT_STATEMENT")`SET LOCAL statement_timeout = '60s'`;
/** For how long another apply is waited for, such as 50s. */
export const LIMIT_LOCK_WAIT = statement(
  "LIMIT_LOCK_WAIT",
)`SELECT set_config('lock_timeout', $1, true) AS "limit"`;
export const TRY_LOCK = statement("TRY_LOCK", {
  notNull: ["got"],
})`SELECT pg_try_advisory_xact_lock(${String(APPLY_LOCK)}) AS got`;
export const LOCK = statement("LOCK")`SELECT pg_advisory_xact_lock(${String(APPLY_LOCK)})`;

const TENANT =
  "id, name, contact_address, time_zone, onboarding_issue_url, state, links, without, migrations, leaving, owners";
export const TENANTS = statement("TENANTS", {
  notNull: ["without"],
})`SELECT ${TENANT} FROM tenant ORDER BY id`;
export const DOCUMENTS = statement(
  "DOCUMENTS",
)`SELECT kind, document, newer, newer_applied_at, applied_at FROM definition`;
export const DEPARTURES = statement("DEPARTURES")`SELECT id_digest, deleted_at FROM departure`;
export const REMOVE_DEPARTURES = statement(
  "REMOVE_DEPARTURES",
)`DELETE FROM departure WHERE id_digest = ANY($1::text[])`;

/** An array of arrays of different lengths is none in PostgreSQL, so `without` comes as JSON. */
const GIVEN = `
  SELECT id, name, contact_address, time_zone, onboarding_issue_url, state::tenant_state, links,
    ARRAY(SELECT jsonb_array_elements_text(without)) AS without, migrations, leaving, owners
  FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::jsonb[], $8::jsonb[], $9::jsonb[],
    $10::jsonb[], $11::jsonb[]) AS given (${TENANT})`;
export const INSERT_TENANTS = statement("INSERT_TENANTS")`
  INSERT INTO tenant (${TENANT}, applied_at) SELECT given.*, $12 FROM (${GIVEN}) AS given`;
export const UPDATE_TENANTS = statement("UPDATE_TENANTS")`
  UPDATE tenant SET name = given.name, contact_address = given.contact_address, time_zone = given.time_zone,
    onboarding_issue_url = given.onboarding_issue_url, state = given.state, links = given.links, without = given.without,
    migrations = given.migrations, leaving = given.leaving, owners = given.owners, applied_at = $12
  FROM (${GIVEN}) AS given WHERE tenant.id = given.id`;
export const END_TENANTS = statement(
  "END_TENANTS",
)`UPDATE tenant SET state = 'ended', applied_at = $2 WHERE id = ANY($1::text[])`;
export const LIVE_SINCE = statement("LIVE_SINCE")`
  UPDATE tenant SET live_since = CASE WHEN state = 'live' THEN $1::timestamptz END
  WHERE (state = 'live') = (live_since IS NULL)`;

export const UPSERT_DOCUMENT = statement("UPSERT_DOCUMENT", { nullable: [3] })`
  INSERT INTO definition (kind, document, newer, newer_applied_at, applied_at) VALUES ($1, $2, $3, $4, $4)
  ON CONFLICT (kind) DO UPDATE SET document = excluded.document, newer = excluded.newer,
    newer_applied_at = excluded.newer_applied_at, applied_at = excluded.applied_at`;

export const IDENTITY_DOCUMENT = statement(
  "IDENTITY_DOCUMENT",
)`SELECT document FROM identity_definition WHERE id = 1`;
export const UPSERT_IDENTITY = statement("UPSERT_IDENTITY")`
  INSERT INTO identity_definition (id, document, applied_at) VALUES (1, $1, $2)
  ON CONFLICT (id) DO UPDATE SET document = excluded.document, applied_at = excluded.applied_at`;
