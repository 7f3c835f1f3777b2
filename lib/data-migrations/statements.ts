import { statementsOf } from "@/lib/infra/statement";
import type { Types } from "./statement-types";

// What is kept of the mails about migrations. Every time is the database's.

const statement = statementsOf<Types>();

/** The worker that gets the row looks. A clock that was put back must not keep all waiting until it catches up. */
export const CLAIM_LOOK = statement("CLAIM_LOOK", { notNull: ["now_ms", "clocks_apart"] })`
  INSERT INTO housekeeping (job, begun_at) VALUES ('migration-mails', now())
  ON CONFLICT (job) DO UPDATE SET begun_at = now()
    WHERE housekeeping.begun_at <= now() - interval '45 seconds' OR housekeeping.begun_at > now() + interval '1 minute'
  RETURNING begun_at, (extract(epoch FROM now()) * 1000)::float8 AS now_ms,
    EXISTS (SELECT FROM cycle WHERE reason = 'clock' AND slot > now() - interval '3 minutes') AS clocks_apart`;

/** Whether the turn that began then is still the newest. Nobody takes the next one before the transaction ends. */
export const IN_TURN = statement("IN_TURN")`
  SELECT begun_at FROM housekeeping WHERE job = 'migration-mails' AND begun_at = $1 FOR SHARE`;

export const WATCHED = statement("WATCHED", { notNull: ["id", "name", "contact_address", "time_zone"] })`
  SELECT t.id, t.name, t.contact_address, t.time_zone, t.links, t.migrations, t.leaving,
    (extract(epoch FROM s.updated_at) * 1000)::float8 AS wanted_since_ms
  FROM tenant t LEFT JOIN migration_mail_setting s ON s.tenant_id = t.id
  WHERE t.state = 'live' AND t.migrations <> '[]' AND coalesce(s.enabled, true) ORDER BY t.id`;

export const REPORTS_OF = statement("REPORTS_OF", { notNull: ["at_ms"] })`
  SELECT run_id, what, (extract(epoch FROM at) * 1000)::float8 AS at_ms FROM migration_told WHERE tenant_id = $1`;

// The tenant's row is the lock: its foreign keys can be checked meanwhile.
export const LOCK_TENANT = statement("LOCK_TENANT", {
  notNull: ["live"],
})`SELECT state = 'live' AS live FROM tenant WHERE id = $1 FOR NO KEY UPDATE`;

export const IS_WANTED = statement("IS_WANTED", { notNull: ["enabled"] })`
  SELECT coalesce((SELECT enabled FROM migration_mail_setting WHERE tenant_id = $1), true) AS enabled`;

/** $5: a standstill, at most one a day for each run. */
export const INSERT_REPORT = statement("INSERT_REPORT", { nullable: [4, 5] })`
  INSERT INTO migration_told (tenant_id, run_id, what, mail_id)
  SELECT $1::text, $2::text, $3::text, $4::uuid WHERE NOT EXISTS (SELECT FROM migration_told
    WHERE $5::text IS NOT NULL AND tenant_id = $1 AND run_id = $2 AND what LIKE $5 AND at > now() - interval '24 hours')
  ON CONFLICT (tenant_id, run_id, what) DO NOTHING
  RETURNING what`;

/** A setting that stays as it was keeps its time, and so does one that nobody changed: later ends are mailed. */
export const SET_WANTED = statement("SET_WANTED")`
  INSERT INTO migration_mail_setting (tenant_id, enabled, updated_by)
  SELECT $1::text, $2::boolean, $3::text WHERE NOT $2 OR EXISTS (SELECT FROM migration_mail_setting WHERE tenant_id = $1)
  ON CONFLICT (tenant_id) DO UPDATE SET enabled = $2, updated_at = now(), updated_by = $3
    WHERE migration_mail_setting.enabled <> $2`;
