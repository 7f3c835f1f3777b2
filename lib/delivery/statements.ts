import { statementsOf } from "@/lib/infra/statement";
import type { Types } from "./statement-types";

// The outbox's statements. Each is one statement, so that it happens whole or not at all, and each asks the database's clock.

const statement = statementsOf<Types>();

/** An address that is called bad now, for this mail's tenant and recipient. */
const IS_HELD = `EXISTS (SELECT FROM address_health h
  WHERE h.tenant_id = new.tenant_id AND h.recipient = new.recipient AND h.cleared_at IS NULL)`;

const STILL_BAD = `ON CONFLICT (tenant_id, recipient) DO UPDATE SET reason = excluded.reason, cleared_at = NULL,
      bad_since = CASE WHEN address_health.cleared_at IS NULL THEN address_health.bad_since ELSE excluded.bad_since END`;

/** A mail that is refused from the first calls its address bad, so that the chain says so. */
export const ENQUEUE = statement("ENQUEUE")`
  WITH new AS (
    SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bytea[], $9::bytea[],
      $11::text[])
    WITH ORDINALITY AS new (id, tenant_id, kind, recipient, thread_id, order_key, message_id, raw, raw_text_only, refused, place)
  ), health AS (
    INSERT INTO address_health (tenant_id, recipient, bad_since, reason)
    SELECT DISTINCT ON (tenant_id, recipient) tenant_id, recipient, now(), refused FROM new WHERE refused IS NOT NULL
    ${STILL_BAD}
  )
  INSERT INTO mail (id, tenant_id, kind, recipient, thread_id, order_key, message_id, raw, raw_text_only, give_up_at, state)
  SELECT id, tenant_id, kind, recipient, thread_id, order_key, message_id, raw, raw_text_only, now() + $10 * interval '1 ms',
    CASE WHEN refused IS NOT NULL OR (kind <> 'test' AND ${IS_HELD}) THEN 'held' ELSE 'queued' END::mail_state
  FROM new ORDER BY place
  ON CONFLICT (id) DO NOTHING
  RETURNING id, state`;

/** Only mails that no relay can have: never tried, or refused in so many words each time. */
export const CANCEL_UNSENT = statement("CANCEL_UNSENT")`
  UPDATE mail SET state = 'cancelled', finished_at = now()
  WHERE tenant_id = $1 AND thread_id = $2 AND state IN ('queued', 'held') AND ambiguous = 0
  RETURNING id, kind, recipient`;

/** Times are kept to the millisecond and may be rounded up: what became due a moment ago would be due a moment later. */
const NOW = "now() + interval '1 ms'";

/**
 * The oldest open mail of each order key that is due, or whose lease has run out; then it may have been sent, and counts as
 * ambiguous. A row that another worker is leasing at this moment is skipped, not awaited. No lease is as long as 15 minutes:
 * one that seems to be was taken before the database's clock jumped back.
 *
 * The settings keep the planner to the index of due mails: by the statistics of a quiet day, the ten thousand mails of a bad one
 * would be read and sorted whole for each lease of a few. Values: how many, and for how many seconds.
 */
export const LEASE_DUE = statement("LEASE_DUE", {
  settings: "SELECT set_config('enable_sort', 'off', true), set_config('enable_bitmapscan', 'off', true)",
  notNull: ["lease_token", "is_misaddressed", "raw"],
})`
  WITH chosen AS (
    SELECT id FROM mail m
    WHERE m.state IN ('queued', 'sending') AND m.due_at <= ${NOW}
      AND (m.state = 'queued' OR m.lease_until <= now() OR m.lease_until > now() + interval '15 minutes')
      AND NOT EXISTS (SELECT FROM mail elder
        WHERE elder.order_key = m.order_key AND elder.seq < m.seq AND elder.state IN ('queued', 'sending'))
    ORDER BY m.due_at, m.seq
    LIMIT $1
    FOR UPDATE SKIP LOCKED
  )
  UPDATE mail SET state = 'sending', attempts = attempts + 1, last_tried_at = now(),
    ambiguous = ambiguous + (CASE WHEN state = 'sending' THEN 1 ELSE 0 END),
    lease_token = gen_random_uuid(), lease_until = now() + $2 * interval '1 s'
  FROM chosen WHERE mail.id = chosen.id
  RETURNING mail.id, tenant_id, kind, recipient, attempts, lease_token,
    recipient IS DISTINCT FROM (SELECT t.contact_address FROM tenant t WHERE t.id = mail.tenant_id) AS is_misaddressed,
    CASE WHEN text_only THEN raw_text_only ELSE raw END AS raw`;

/** From here on the tenant's mails to this address are held: all that wait, save tests, which may prove the address good. */
const CALL_BAD = (from: string, condition: string, reason: string) => `
  health AS (
    INSERT INTO address_health (tenant_id, recipient, bad_since, reason)
    SELECT tenant_id, recipient, now(), ${reason} FROM ${from} WHERE ${condition}
    ${STILL_BAD}
    RETURNING tenant_id, recipient
  ), holding AS (
    UPDATE mail SET state = 'held' FROM health
    WHERE mail.tenant_id = health.tenant_id AND mail.recipient = health.recipient AND mail.state = 'queued'
      AND mail.kind <> 'test' AND mail.id <> $1
  )`;

export const COMPLETE = statement("COMPLETE")`
  WITH judged AS (
    SELECT id, CASE
        WHEN $3 = 'bad-address' OR now() >= give_up_at THEN 'failed'
        WHEN $3 = 'policy' AND (text_only OR raw_text_only IS NULL) THEN 'failed'
        ELSE 'queued'
      END::mail_state AS next
    FROM mail WHERE id = $1 AND lease_token = $2 FOR UPDATE
  ), done AS (
    UPDATE mail SET state = next, lease_token = NULL, lease_until = NULL, last_class = $3, last_reply = $4,
      ambiguous = ambiguous + (CASE WHEN $3 = 'ambiguous' THEN 1 ELSE 0 END),
      text_only = text_only OR ($3 = 'policy' AND next = 'queued'),
      due_at = CASE WHEN next = 'queued' THEN least(now() + $5 * interval '1 ms', give_up_at) ELSE due_at END,
      finished_at = CASE WHEN next = 'failed' THEN now() END
    FROM judged WHERE mail.id = judged.id
    RETURNING mail.id, tenant_id, recipient, state
  ), ${CALL_BAD("done", "$3 = 'bad-address'", "$4")}
  SELECT state FROM done`;

/** An acceptance is a fact, whoever holds the lease by now: recording it saves the recipient a further copy. */
export const ACCEPT = statement("ACCEPT", { prepared: "accept" })`
  UPDATE mail SET state = 'accepted', lease_token = NULL, lease_until = NULL, last_class = 'accepted', last_reply = words,
    accepted_at = now(), finished_at = now()
  FROM unnest($1::uuid[], $2::text[]) AS taken (id, words)
  WHERE mail.id = taken.id AND state <> 'accepted'`;

/** A lease given back before its mail was tried. */
export const RELEASE = statement("RELEASE")`
  UPDATE mail SET state = 'queued', attempts = attempts - 1, lease_token = NULL, lease_until = NULL
  WHERE lease_token = ANY($1::uuid[])`;

export const RETRY_TRANSPORT_NOW = statement("RETRY_TRANSPORT_NOW")`
  UPDATE mail SET due_at = now() WHERE state = 'queued' AND last_class = 'transport' AND due_at > now()`;

/** One row per thing said; what was said before changes nothing again, and a delay after a failure is old news. */
export const MARK_BOUNCE = statement("MARK_BOUNCE", { notNull: ["known", "fresh"] })`
  WITH target AS (
    SELECT id, tenant_id, recipient FROM mail WHERE id = $1 FOR UPDATE
  ), fresh AS (
    INSERT INTO bounce (mail_id, action, status, detail) SELECT id, $2, $3, $4 FROM target
    ON CONFLICT (mail_id, action, status) DO NOTHING
    RETURNING mail_id
  ), marked AS (
    UPDATE mail SET bounced_at = now(), bounce_action = $2, bounce_status = $3, bounce_detail = $4,
      state = CASE WHEN state = 'queued' AND $2 = 'failed' THEN 'failed' ELSE state END,
      finished_at = CASE WHEN state = 'queued' AND $2 = 'failed' THEN now() ELSE finished_at END
    FROM fresh
    WHERE mail.id = fresh.mail_id AND $2 IN ('failed', 'delayed') AND (bounce_action IS DISTINCT FROM 'failed' OR $2 = 'failed')
    RETURNING tenant_id, mail.recipient
  ), ${CALL_BAD("marked", "$5", "$4")}
  SELECT (SELECT count(*)::int FROM target) AS known, (SELECT count(*)::int FROM fresh) AS fresh`;

const RELEASE_HELD = `
  released AS (
    UPDATE mail SET state = CASE WHEN now() >= give_up_at THEN 'failed' ELSE 'queued' END::mail_state, due_at = now(),
      finished_at = CASE WHEN now() >= give_up_at THEN now() END
    FROM cleared
    WHERE mail.tenant_id = cleared.tenant_id AND mail.recipient = cleared.recipient AND mail.state = 'held'
  )`;

/** Proof: a mail accepted since, and no bounce of it for a while. */
export const CLEAR_PROVEN = statement("CLEAR_PROVEN")`
  WITH cleared AS (
    UPDATE address_health h SET cleared_at = now()
    WHERE cleared_at IS NULL AND EXISTS (SELECT FROM mail m
      WHERE m.tenant_id = h.tenant_id AND m.recipient = h.recipient AND m.accepted_at > h.bad_since
        AND m.accepted_at <= now() - $1 * interval '1 ms' AND m.bounced_at IS NULL)
    RETURNING tenant_id, recipient
  ), ${RELEASE_HELD}
  SELECT tenant_id, recipient FROM cleared`;

/** Proof: the owner says that this mail, accepted since, has arrived. */
export const GOT_IT = statement("GOT_IT", { notNull: ["seen"] })`
  WITH seen AS (
    UPDATE mail SET got_it_at = coalesce(got_it_at, now()) WHERE id = $1 AND tenant_id = $2 AND accepted_at IS NOT NULL
    RETURNING tenant_id, recipient, accepted_at
  ), cleared AS (
    UPDATE address_health h SET cleared_at = now() FROM seen
    WHERE h.tenant_id = seen.tenant_id AND h.recipient = seen.recipient AND h.cleared_at IS NULL AND seen.accepted_at > h.bad_since
    RETURNING h.tenant_id, h.recipient
  ), ${RELEASE_HELD}
  SELECT count(*)::int AS seen FROM seen`;

const NOT_RECEIVED = `dismissed_at IS NULL AND (state IN ('failed', 'held') OR bounce_action = 'failed')`;

const DELIVERY = `
  SELECT id, kind, recipient, thread_id, state, created_at, due_at, attempts, ambiguous, last_class, last_reply, last_tried_at,
    accepted_at, finished_at, bounce_action, bounce_status, bounce_detail, bounced_at, got_it_at
  FROM mail WHERE tenant_id = $1`;
export const MAILS_OF_ALERT = statement("MAILS_OF_ALERT")`${DELIVERY} AND thread_id = $2 ORDER BY seq`;
export const MAILS_OF_ALERTS = statement(
  "MAILS_OF_ALERTS",
)`${DELIVERY} AND thread_id = ANY($2::text[]) ORDER BY seq`;
/** Tests, and what was told outside of any alert: of data that went missing while nothing fired. */
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

const IS_FIRST_OF_ITS_ORDER = `NOT EXISTS (SELECT FROM mail elder
  WHERE elder.order_key = m.order_key AND elder.seq < m.seq AND elder.state IN ('queued', 'sending'))`;
const IS_DUE = `m.state = 'queued' AND m.due_at <= ${NOW} AND ${IS_FIRST_OF_ITS_ORDER}`;

export const QUEUE_SUMMARY = statement("QUEUE_SUMMARY", {
  notNull: ["queued", "sending", "held", "not_received"],
})`
  SELECT count(*) FILTER (WHERE state = 'queued')::int AS queued, count(*) FILTER (WHERE state = 'sending')::int AS sending,
    count(*) FILTER (WHERE state = 'held')::int AS held, count(*) FILTER (WHERE ${NOT_RECEIVED})::int AS not_received,
    min(due_at) FILTER (WHERE ${IS_DUE}) AS oldest_due,
    min(created_at) FILTER (WHERE state IN ('queued', 'sending')) AS oldest_open, max(accepted_at) AS last_accepted
  FROM mail m WHERE tenant_id = $1`;
export const LAST_TRIED = statement("LAST_TRIED")`
  SELECT last_class, last_reply, last_tried_at FROM mail
  WHERE tenant_id = $1 AND last_class IS NOT NULL ORDER BY last_tried_at DESC LIMIT 1`;

/**
 * Of everybody, by the database's clock: how many mails are due, how long the oldest of them is, and how long the oldest is written
 * that no recipient puts off. A relay in trouble puts that one off again and again, so that it is hardly ever due.
 */
export const OLDEST_DUE = statement("OLDEST_DUE", { notNull: ["due"] })`
  SELECT count(*) FILTER (WHERE ${IS_DUE})::int AS due,
    (extract(epoch FROM now() - min(due_at) FILTER (WHERE ${IS_DUE})) * 1000)::float8 AS waited_ms,
    (extract(epoch FROM now() - min(created_at) FILTER (WHERE ${IS_FIRST_OF_ITS_ORDER}
      AND (last_class IS NULL OR last_class IN ('transport', 'ambiguous')))) * 1000)::float8 AS undelivered_ms
  FROM mail m WHERE state IN ('queued', 'sending')`;

export const ADDRESS_HEALTH = statement("ADDRESS_HEALTH")`
  SELECT recipient, bad_since, reason FROM address_health WHERE tenant_id = $1 AND cleared_at IS NULL ORDER BY bad_since`;

export const RECORD_RELAY = statement("RECORD_RELAY", {
  nullable: [3],
})`INSERT INTO relay_check (relay, ok, reason, breaker) VALUES ($1, $2, $3, $4)`;
export const PRUNE_RELAY = statement(
  "PRUNE_RELAY",
)`DELETE FROM relay_check WHERE at < now() - interval '30 days'`;
export const RELAY_STATES = statement("RELAY_STATES")`
  SELECT DISTINCT ON (relay) relay, at, ok, reason, breaker FROM relay_check
  WHERE at > now() - interval '30 days' ORDER BY relay, at DESC, id DESC`;

/** The newest alert mail that a relay took. Tests prove the chain, not that there was nothing to tell; migrations are no alerts. */
export const LAST_ALERT_MAIL = statement("LAST_ALERT_MAIL")`
  SELECT accepted_at FROM mail WHERE tenant_id = $1 AND kind <> 'test' AND kind NOT LIKE 'migration-%' AND accepted_at IS NOT NULL
  ORDER BY created_at DESC LIMIT 1`;

// What readdress-mails.ts runs.

/**
 * Mails that wait for an address that isn't the tenant's any more, oldest first. What was held until the horizon stays where it
 * is, and so does what its owner has put away.
 */
export const MISADDRESSED = statement("MISADDRESSED", { notNull: ["may_have_left"] })`
  SELECT m.id, m.seq, m.tenant_id, m.ambiguous > 0 AND m.kind <> 'test' AS may_have_left, m.message_id, m.raw, m.raw_text_only,
    t.contact_address AS recipient
  FROM mail m JOIN tenant t ON t.id = m.tenant_id
  WHERE m.state IN ('queued', 'held') AND m.recipient <> t.contact_address AND m.dismissed_at IS NULL
    AND (m.state = 'queued' OR m.give_up_at > now())
  ORDER BY m.seq LIMIT $1 FOR UPDATE OF m SKIP LOCKED`;

export const CALL_REFUSED = statement("CALL_REFUSED")`
  INSERT INTO address_health (tenant_id, recipient, bad_since, reason) VALUES ($1, $2, now(), $3)
  ON CONFLICT (tenant_id, recipient) DO UPDATE SET reason = excluded.reason, cleared_at = NULL`;

const NEXT_STATE = `CASE WHEN $6 OR (kind <> 'test' AND EXISTS (SELECT FROM address_health h
  WHERE h.tenant_id = mail.tenant_id AND h.recipient = $2 AND h.cleared_at IS NULL)) THEN 'held' ELSE 'queued' END::mail_state`;

/** No relay can have it: it is the same mail, with another address on it. */
export const READDRESS = statement("READDRESS", { nullable: [5] })`
  UPDATE mail SET recipient = $2, message_id = $3, raw = $4, raw_text_only = $5, state = ${NEXT_STATE}, due_at = now()
  WHERE id = $1`;

export const CANCEL_READDRESSED = statement("CANCEL_READDRESSED")`
  UPDATE mail SET state = 'cancelled', finished_at = now(), seq = nextval(pg_get_serial_sequence('mail', 'seq')) WHERE id = $1`;
export const COPY_READDRESSED = statement("COPY_READDRESSED", { nullable: [5] })`
  INSERT INTO mail (id, seq, tenant_id, kind, recipient, thread_id, order_key, message_id, raw, raw_text_only, created_at, give_up_at,
    state)
  SELECT $7, $8, tenant_id, kind, $2, thread_id, order_key, $3, $4, $5, created_at, give_up_at, ${NEXT_STATE}
  FROM mail WHERE id = $1`;
