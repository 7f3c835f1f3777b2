import { statementsOf } from "@/lib/infra/statement";
import { DUE_AT, IS_DUE } from "../due";
import type { Types } from "./statement-types";

// What one tenant reads of its mails, and puts away.

const statement = statementsOf<Types>();

const NOT_RECEIVED = `dismissed_at IS NULL AND (state IN ('failed', 'held') OR bounce_action = 'failed')`;

const DELIVERY = `
  SELECT id, kind, recipient, thread_id, state, created_at, due_at, attempts, ambiguous, last_class, last_reply, last_tried_at,
    accepted_at, finished_at, bounce_action, bounce_status, bounce_detail, bounce_note, bounced_at, got_it_at
  FROM mail WHERE tenant_id = $1`;
export const MAILS_OF_ALERT = statement("MAILS_OF_ALERT")`${DELIVERY} AND thread_id = $2 ORDER BY seq`;
export const MAILS_OF_ALERTS = statement(
  "MAILS_OF_ALERTS",
)`${DELIVERY} AND thread_id = ANY($2::text[]) ORDER BY seq`;
/** Tests, and mails outside of any alert: about data that went missing while nothing fired. */
export const MAILS_OF_NO_ALERT = statement("MAILS_OF_NO_ALERT")`${DELIVERY} AND NOT EXISTS (
    SELECT FROM episode e WHERE e.tenant_id = mail.tenant_id AND e.thread_id::text = mail.thread_id)
  ORDER BY created_at DESC, seq DESC LIMIT $2`;
export const MAIL_BY_ID = statement("MAIL_BY_ID")`${DELIVERY} AND id = $2`;
export const MAILS_NOT_RECEIVED = statement(
  "MAILS_NOT_RECEIVED",
)`${DELIVERY} AND ${NOT_RECEIVED} ORDER BY seq DESC LIMIT 100`;
export const DISMISS = statement(
  "DISMISS",
)`UPDATE mail SET dismissed_at = now(), dismissed_by = $3 WHERE tenant_id = $1 AND id = ANY($2::uuid[]) AND ${NOT_RECEIVED}`;

export const QUEUE_SUMMARY = statement("QUEUE_SUMMARY", {
  notNull: ["queued", "sending", "held", "not_received"],
})`
  SELECT count(*) FILTER (WHERE state = 'queued')::int AS queued, count(*) FILTER (WHERE state = 'sending')::int AS sending,
    count(*) FILTER (WHERE state = 'held')::int AS held, count(*) FILTER (WHERE ${NOT_RECEIVED})::int AS not_received,
    min(${DUE_AT}) FILTER (WHERE ${IS_DUE}) AS oldest_due,
    min(created_at) FILTER (WHERE state IN ('queued', 'sending')) AS oldest_open, max(accepted_at) AS last_accepted
  FROM mail m WHERE tenant_id = $1`;
export const LAST_TRIED = statement("LAST_TRIED")`
  SELECT last_class, last_reply, last_tried_at FROM mail
  WHERE tenant_id = $1 AND last_class IS NOT NULL ORDER BY last_tried_at DESC LIMIT 1`;

export const ADDRESS_HEALTH = statement("ADDRESS_HEALTH")`
  SELECT recipient, bad_since, reason FROM address_health WHERE tenant_id = $1 AND cleared_at IS NULL ORDER BY bad_since`;

/** The newest alert mail that a relay took. Tests prove the chain, not that nothing was wrong; migrations are no alerts. */
export const LAST_ALERT_MAIL = statement("LAST_ALERT_MAIL")`
  SELECT accepted_at FROM mail WHERE tenant_id = $1 AND kind <> 'test' AND kind NOT LIKE 'migration-%' AND accepted_at IS NOT NULL
  ORDER BY created_at DESC LIMIT 1`;
