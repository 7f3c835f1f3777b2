import { statementsOf } from "@/lib/infra/statement";
import type { Types } from "./statement-types";

// What is removed, a batch at a time, by the database's clock. docs/privacy.md says how long each thing is kept.

const statement = statementsOf<Types>();

/** The worker that gets the row does the job. A clock that was put back must not keep all waiting until it catches up. */
export const CLAIM = statement("CLAIM")`
  INSERT INTO housekeeping (job, begun_at) VALUES ('forget', now())
  ON CONFLICT (job) DO UPDATE SET begun_at = now()
    WHERE housekeeping.begun_at <= now() - interval '1 hour' OR housekeeping.begun_at > now() + interval '1 minute'
  RETURNING job`;

/** The retry horizon is 72 hours: after a month nothing sends these bytes any more. The record of the mail stays. */
const MAIL_BYTES = statement("MAIL_BYTES")`
  UPDATE mail SET raw = ''::bytea, raw_text_only = NULL, facts = NULL WHERE id IN (
    SELECT id FROM mail WHERE octet_length(raw) > 0 AND created_at < now() - interval '30 days'
      AND (state IN ('accepted', 'failed', 'cancelled') OR (state = 'held' AND give_up_at < now()))
    ORDER BY created_at LIMIT $1 FOR UPDATE SKIP LOCKED)`;

/**
 * Tests with their mails. One stays where it is the tenant's newest, because the page shows it and the chain may rest on it; where its
 * mail could still be sent; and where its owner has not put away that it never arrived.
 */
const TESTS = statement("TESTS")`
  WITH old AS (
    SELECT t.id FROM test_alert t WHERE t.requested_at < now() - interval '90 days'
      AND EXISTS (SELECT FROM test_alert newer JOIN mail m ON m.id = newer.id
        WHERE newer.tenant_id = t.tenant_id AND newer.requested_at > t.requested_at AND m.state IN ('accepted', 'failed'))
      AND NOT EXISTS (SELECT FROM mail m WHERE m.id = t.id AND (m.state IN ('queued', 'sending')
        OR (m.dismissed_at IS NULL AND (m.state IN ('failed', 'held') OR m.bounce_action = 'failed'))))
    LIMIT $1 FOR UPDATE SKIP LOCKED
  ), mails AS (DELETE FROM mail USING old WHERE mail.id = old.id)
  DELETE FROM test_alert USING old WHERE test_alert.id = old.id`;

/** Silence is proven for a month back, and a little. */
const CYCLES = statement("CYCLES")`
  DELETE FROM cycle WHERE id IN (SELECT id FROM cycle WHERE slot < now() - interval '35 days' LIMIT $1)`;

const WORKERS = statement("WORKERS")`
  DELETE FROM worker_heartbeat WHERE id IN (
    SELECT id FROM worker_heartbeat WHERE seen_at < now() - interval '7 days' LIMIT $1)`;

/** A year of deletion notices: by then all who sign in have seen it, and the operator's files no longer name the tenant. */
const DEPARTURES = statement("DEPARTURES")`
  DELETE FROM departure WHERE id_digest IN (
    SELECT id_digest FROM departure WHERE deleted_at < now() - interval '1 year' AND receipt_at IS NOT NULL LIMIT $1)`;

/** No run of a migration is looked at for longer than the 30 days that a page shows. */
const REPORTED_RUNS = statement("REPORTED_RUNS")`
  DELETE FROM migration_told WHERE (tenant_id, run_id, what) IN (
    SELECT tenant_id, run_id, what FROM migration_told WHERE at < now() - interval '90 days' LIMIT $1)`;

/** A session that ends loses them at once; one that expires, or that an older build ends, here. */
const PROVIDER_TOKENS = statement("PROVIDER_TOKENS")`
  UPDATE session SET provider_tokens = NULL WHERE id IN (
    SELECT id FROM session WHERE provider_tokens IS NOT NULL AND (ended_at IS NOT NULL OR expires_at < now()) LIMIT $1)`;

const SESSIONS = statement("SESSIONS")`
  DELETE FROM session WHERE id IN (
    SELECT id FROM session WHERE expires_at < now() - interval '30 days' LIMIT $1)`;

/** A quarter of a year: long enough to look back after something was found out, no longer. */
const SIGN_INS = statement("SIGN_INS")`
  DELETE FROM sign_in WHERE id IN (SELECT id FROM sign_in WHERE at < now() - interval '90 days' LIMIT $1)`;

/** What came back and could not be read may quote a mail, so it is kept as long as a mail's own bytes. */
const UNREAD_BOUNCES = statement("UNREAD_BOUNCES")`
  DELETE FROM unread_bounce WHERE id IN (
    SELECT id FROM unread_bounce WHERE received_at < now() - interval '30 days' ORDER BY received_at LIMIT $1)`;

export const REMOVALS = {
  mailBytes: MAIL_BYTES,
  tests: TESTS,
  cycles: CYCLES,
  workers: WORKERS,
  departures: DEPARTURES,
  runsReported: REPORTED_RUNS,
  providerTokens: PROVIDER_TOKENS,
  sessions: SESSIONS,
  signIns: SIGN_INS,
  unreadBounces: UNREAD_BOUNCES,
};
