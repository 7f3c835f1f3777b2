import { statementsOf } from "@/lib/infra/statement";
import { DUE_AT, DUE_NOW, HAS_EARLIER, IS_DUE, IS_FIRST_OF_ITS_ORDER, NOW } from "./due";
import { IS_HELD, RELAY_SETTINGS, STILL_BAD } from "./held";
import type { Types } from "./statement-types";

// The outbox's statements. Each is one statement, so that it happens whole or not at all, and each asks the database's clock.

const statement = statementsOf<Types>();

/**
 * A mail makes older ones that it has to wait for due: it is urgent, and a deferral of theirs may have an hour to go.
 * A mail that is refused from the first calls its address bad, so that the chain says so.
 */
export const ENQUEUE = statement("ENQUEUE")`
  WITH new AS (
    SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bytea[], $9::bytea[],
      $11::text[])
    WITH ORDINALITY AS new (id, tenant_id, kind, recipient, thread_id, order_key, message_id, raw, raw_text_only, refused, place)
  ), health AS (
    INSERT INTO address_health (tenant_id, recipient, bad_since, reason, settings)
    SELECT DISTINCT ON (tenant_id, recipient) tenant_id, recipient, now(), refused, ${RELAY_SETTINGS} FROM new WHERE refused IS NOT NULL
    ${STILL_BAD}
  ), hastened AS (
    UPDATE mail earlier SET due_at = now() FROM new
    WHERE earlier.order_key = new.order_key AND earlier.thread_id IS NOT DISTINCT FROM new.thread_id AND earlier.state = 'queued'
      AND earlier.due_at > now() AND earlier.facts IS NULL AND earlier.id <> new.id
  )
  INSERT INTO mail (id, tenant_id, kind, recipient, thread_id, order_key, message_id, raw, raw_text_only, give_up_at, state)
  SELECT id, tenant_id, kind, recipient, thread_id, order_key, message_id, raw, raw_text_only, now() + $10 * interval '1 ms',
    CASE WHEN refused IS NOT NULL OR (kind <> 'test' AND ${IS_HELD}) THEN 'held' ELSE 'queued' END::mail_state
  FROM new ORDER BY place
  ON CONFLICT (id) DO NOTHING
  RETURNING id, state`;

/** Only mails that no relay can have: never tried, or refused in so many words each time. */
export const CANCEL_UNSENT = statement("CANCEL_UNSENT")`
  UPDATE mail SET state = 'cancelled', finished_at = now(), facts = NULL, render_until = NULL
  FROM unnest($1::text[], $2::text[]) AS thread (tenant_id, id)
  WHERE mail.tenant_id = thread.tenant_id AND mail.thread_id = thread.id AND mail.state IN ('queued', 'held') AND mail.ambiguous = 0
  RETURNING mail.id, mail.kind, mail.recipient`;

const leaseInOrderOf = (order: string, whose = "true") => `
  WITH chosen AS (
    SELECT id, facts IS NOT NULL AS is_short FROM mail m
    WHERE m.state IN ('queued', 'sending') AND m.due_at <= ${NOW}
      AND (m.state = 'queued' OR m.lease_until <= now() OR m.lease_until > now() + interval '15 minutes')
      AND ${whose} AND NOT ${HAS_EARLIER}
    ORDER BY ${order}
    LIMIT $1
    FOR UPDATE SKIP LOCKED
  )
  UPDATE mail SET state = 'sending', attempts = attempts + 1, last_tried_at = now(), facts = NULL, render_until = NULL,
    ambiguous = ambiguous + (CASE WHEN state = 'sending' THEN 1 ELSE 0 END),
    lease_token = gen_random_uuid(), lease_until = now() + $2 * interval '1 s'
  FROM chosen WHERE mail.id = chosen.id
  RETURNING mail.id, tenant_id, kind, recipient, thread_id, attempts, lease_token, is_short,
    recipient IS DISTINCT FROM (SELECT t.contact_address FROM tenant t WHERE t.id = mail.tenant_id) AS is_misaddressed,
    CASE WHEN text_only THEN raw_text_only ELSE raw END AS raw`;

const LEASED_NOT_NULL = ["lease_token", "is_misaddressed", "raw", "is_short"];
const BY_DUE_INDEX =
  "SELECT set_config('enable_sort', 'off', true) AS sort, set_config('enable_bitmapscan', 'off', true) AS bitmap";

/**
 * The oldest open mail of each order key and thread that is due, or whose lease has run out; then it may have been sent, and counts as
 * ambiguous. A draft that nobody rendered in time leaves as it is, and from then on nobody renders it.
 * A row that another worker is leasing at this moment is skipped, not awaited. No lease is as long as 15 minutes:
 * one that seems to be was taken before the database's clock jumped back.
 *
 * The settings keep the planner to the index of due mails: by the statistics of a quiet day, the ten thousand mails of a bad one
 * would be read and sorted whole for each lease of a few. Values: how many, and for how many seconds.
 */
export const LEASE_DUE = statement("LEASE_DUE", {
  settings: BY_DUE_INDEX,
  notNull: LEASED_NOT_NULL,
})`${leaseInOrderOf("m.due_at, m.seq")}`;

/** As LEASE_DUE, without the mails of these tenants ($3) and to these domains ($4). It needs KEEP_TO_DUE_INDEX before it. */
export const LEASE_OTHERS = statement("LEASE_OTHERS", { notNull: LEASED_NOT_NULL })`
  ${leaseInOrderOf(
    "m.due_at, m.seq",
    "m.tenant_id <> ALL($3::text[]) AND lower(substring(m.recipient FROM '[^@]*$')) <> ALL($4::text[])",
  )}`;

/** The settings of LEASE_DUE, for the rest of a transaction: values that are no numbers can't stand in a text beside settings. */
export const KEEP_TO_DUE_INDEX = statement("KEEP_TO_DUE_INDEX")`${BY_DUE_INDEX}`;

/** A probe takes what hasn't failed: a refused mail says little about the relay. Next best is what only the relay has put off. */
export const LEASE_PROBE = statement("LEASE_PROBE", { notNull: LEASED_NOT_NULL })`
  ${leaseInOrderOf(`CASE WHEN m.last_class IS NULL THEN 0 WHEN m.last_class IN ('transport', 'ambiguous') THEN 1 ELSE 2 END,
    m.last_tried_at NULLS FIRST, m.seq`)}`;

/** From here on the tenant's mails to this address are held: all that wait, save tests, which may prove the address good. */
const CALL_BAD = (from: string, condition: string, reason: string) => `
  health AS (
    INSERT INTO address_health (tenant_id, recipient, bad_since, reason, settings)
    SELECT tenant_id, recipient, now(), ${reason}, ${RELAY_SETTINGS} FROM ${from} WHERE ${condition}
    ${STILL_BAD}
    RETURNING tenant_id, recipient
  ), holding AS (
    UPDATE mail SET state = 'held' FROM health
    WHERE mail.tenant_id = health.tenant_id AND mail.recipient = health.recipient AND mail.state = 'queued'
      AND mail.kind <> 'test' AND mail.id <> $1
  )`;

/** Nothing but a proof about the address ends a mail before its horizon. One that a held address was tried with is held again. */
export const COMPLETE = statement("COMPLETE")`
  WITH judged AS (
    SELECT id, CASE
        WHEN now() >= give_up_at THEN 'failed'
        WHEN $3 = 'bad-address' AND kind <> 'test' AND EXISTS (SELECT FROM address_health h
          WHERE h.tenant_id = mail.tenant_id AND h.recipient = mail.recipient AND h.cleared_at IS NULL) THEN 'held'
        WHEN $3 = 'bad-address' THEN 'failed'
        ELSE 'queued'
      END::mail_state AS next
    FROM mail WHERE id = $1 AND lease_token = $2 FOR UPDATE
  ), done AS (
    UPDATE mail SET state = next, lease_token = NULL, lease_until = NULL, last_class = $3, last_reply = $4,
      ambiguous = ambiguous + (CASE WHEN $3 = 'ambiguous' THEN 1 ELSE 0 END),
      text_only = text_only OR ($3 = 'policy' AND raw_text_only IS NOT NULL),
      due_at = CASE WHEN next = 'queued' THEN least(now() + $5 * interval '1 ms', give_up_at) ELSE due_at END,
      finished_at = CASE WHEN next = 'failed' THEN now() END
    FROM judged WHERE mail.id = judged.id
    RETURNING mail.id, tenant_id, recipient, state
  ), ${CALL_BAD("done", "$3 = 'bad-address'", "$4")}
  SELECT state FROM done`;

/** An acceptance counts under any lease: recording it saves the recipient a further copy. */
export const ACCEPT = statement("ACCEPT", { prepared: "accept", nullable: [3] })`
  UPDATE mail SET state = 'accepted', lease_token = NULL, lease_until = NULL, last_class = 'accepted', last_reply = words,
    accepted_at = now(), finished_at = now(), accepted_settings = $3
  FROM unnest($1::uuid[], $2::text[]) AS taken (id, words)
  WHERE mail.id = taken.id AND state <> 'accepted'`;

/** A lease given back before its mail was tried. */
export const RELEASE = statement("RELEASE")`
  UPDATE mail SET state = 'queued', attempts = attempts - 1, lease_token = NULL, lease_until = NULL
  WHERE lease_token = ANY($1::uuid[])`;

export const RETRY_TRANSPORT_NOW = statement("RETRY_TRANSPORT_NOW")`
  UPDATE mail SET due_at = now() WHERE state = 'queued' AND last_class = 'transport' AND due_at > now()`;

/**
 * No delay is as long as 90 minutes (smtp/backoff.ts), and no draft waits to be rendered for 15: what seems to wait for longer was put
 * off by a clock that ran ahead.
 */
export const BRING_FORWARD = statement("BRING_FORWARD")`
  UPDATE mail SET due_at = now()
  WHERE state = 'queued' AND due_at > now() + CASE WHEN facts IS NULL THEN interval '90 minutes' ELSE interval '15 minutes' END`;

/** After a change of the relay's settings: what the old ones may have been refused for. */
export const RETRY_UNDER_NEW_SETTINGS = statement("RETRY_UNDER_NEW_SETTINGS")`
  UPDATE mail SET due_at = now()
  WHERE state = 'queued' AND due_at > now() AND ${RELAY_SETTINGS} IS DISTINCT FROM $1
    AND last_class IN ('transport', 'relay-refuses', 'unclear', 'recipient-refused', 'address-unsupported', 'policy')`;

/** Whose contact address isn't written in ASCII. */
export const OUTSIDE_ASCII = statement("OUTSIDE_ASCII")`
  SELECT id, contact_address FROM tenant
  WHERE state <> 'ended' AND octet_length(contact_address) > char_length(contact_address) ORDER BY id`;

export const RECIPIENT = statement("RECIPIENT")`SELECT recipient FROM mail WHERE id = $1`;

/** So many characters naming who failed behind an address are enough to go on with. */
const PART_WORDS = 300;
const ALSO_SAID = (before: string) => `left(${before} || '; ' || $4, 500)`;

/** What says more of a mail than what was known of it. */
const BOUNCE_ORDER = "ARRAY['delayed', 'part', 'unreadable', 'came-back', 'failed']";

/**
 * One row per thing said; what was said before changes nothing, and a delay after a failure is outdated. Each report of another
 * recipient behind the address adds whom it names: a relay reports each when it fails. The head of an unreadable report is kept
 * (value 6; value 7 is the size of the whole), three for each mail: all who got the mail can write to its return path.
 */
export const MARK_BOUNCE = statement("MARK_BOUNCE", { notNull: ["known", "fresh"], nullable: [6] })`
  WITH target AS (
    SELECT id, tenant_id, recipient FROM mail WHERE id = $1 FOR UPDATE
  ), fresh AS (
    INSERT INTO bounce (mail_id, action, status, detail) SELECT id, $2, $3, $4 FROM target
    ON CONFLICT (mail_id, action, status) DO UPDATE SET detail = ${ALSO_SAID("bounce.detail")}
      WHERE bounce.action = 'part' AND strpos(bounce.detail, $4) = 0 AND length(bounce.detail) < ${PART_WORDS}
    RETURNING mail_id
  ), kept AS (
    INSERT INTO unread_bounce (tenant_id, mail_id, reason, size, head, digest)
    SELECT tenant_id, id, $4, $7, $6::bytea, encode(sha256($6::bytea), 'hex') FROM target
    WHERE $6::bytea IS NOT NULL AND (SELECT count(*) FROM unread_bounce WHERE mail_id = $1) < 3
    ON CONFLICT (mail_id, digest) DO NOTHING
  ), marked AS (
    UPDATE mail SET bounced_at = now(), bounce_status = $3,
      bounce_detail = CASE WHEN $2 = 'part' AND bounce_note = 'part' THEN ${ALSO_SAID("bounce_detail")} ELSE $4 END,
      bounce_action = CASE WHEN $2 = 'failed' THEN 'failed' ELSE 'delayed' END,
      bounce_note = CASE WHEN $2 IN ('failed', 'delayed') THEN NULL ELSE $2 END,
      state = CASE WHEN state = 'queued' AND $2 = 'failed' THEN 'failed' ELSE state END,
      finished_at = CASE WHEN state = 'queued' AND $2 = 'failed' THEN now() ELSE finished_at END
    FROM fresh
    WHERE mail.id = fresh.mail_id AND array_position(${BOUNCE_ORDER}, $2) >= coalesce(array_position(${BOUNCE_ORDER},
      CASE WHEN bounce_action = 'delayed' THEN coalesce(bounce_note, 'delayed') ELSE bounce_action END), 0)
    RETURNING tenant_id, mail.recipient
  ), ${CALL_BAD("marked", "$5", "$4")}
  SELECT (SELECT count(*)::int FROM target) AS known, (SELECT count(*)::int FROM fresh) AS fresh`;

const RELEASE_HELD = `
  released AS (
    UPDATE mail SET state = CASE WHEN now() >= give_up_at THEN 'failed' ELSE 'queued' END::mail_state,
      ${DUE_NOW},
      finished_at = CASE WHEN now() >= give_up_at THEN now() END
    FROM cleared
    WHERE mail.tenant_id = cleared.tenant_id AND mail.recipient = cleared.recipient AND mail.state = 'held'
  )`;

/**
 * Once a day, and under other settings of the relay, the oldest held mail of a bad address is tried: nothing else shows that the address
 * is good again. What nobody can write to ($2) is left alone. Two workers with different settings take turns no faster than this.
 */
export const TRY_HELD = statement("TRY_HELD")`
  WITH tried AS (
    UPDATE address_health h SET tried_at = now(), settings = $1
    WHERE cleared_at IS NULL AND reason <> $2 AND (coalesce(tried_at, bad_since) <= now() - interval '24 hours'
      OR (settings IS DISTINCT FROM $1 AND coalesce(tried_at, bad_since) <= now() - interval '10 minutes'))
    RETURNING tenant_id, recipient
  )
  UPDATE mail SET state = 'queued', ${DUE_NOW}
  WHERE id IN (SELECT DISTINCT ON (m.tenant_id, m.recipient) m.id FROM mail m
    JOIN tried ON m.tenant_id = tried.tenant_id AND m.recipient = tried.recipient
    WHERE m.state = 'held' AND m.give_up_at > now() AND m.dismissed_at IS NULL
    ORDER BY m.tenant_id, m.recipient, m.seq)`;

/** The relay refuses everybody: what it said of these addresses since its last acceptance proves nothing. */
export const WITHDRAW_BAD = statement("WITHDRAW_BAD")`
  WITH cleared AS (
    UPDATE address_health SET cleared_at = now()
    WHERE recipient = ANY($1::text[]) AND cleared_at IS NULL AND bad_since > now() - interval '2 hours'
    RETURNING tenant_id, recipient
  ), revived AS (
    UPDATE mail SET state = 'queued', finished_at = NULL FROM cleared
    WHERE mail.tenant_id = cleared.tenant_id AND mail.recipient = cleared.recipient AND mail.state = 'failed'
      AND mail.last_class = 'bad-address' AND mail.give_up_at > now()
  )
  UPDATE mail SET state = CASE WHEN now() >= give_up_at THEN 'failed' ELSE 'queued' END::mail_state, ${DUE_NOW},
    finished_at = CASE WHEN now() >= give_up_at THEN now() END
  FROM cleared
  WHERE mail.tenant_id = cleared.tenant_id AND mail.recipient = cleared.recipient AND mail.state = 'held'`;

/**
 * Whose mails wait though the relay has accepted others' since they were written: the cause is theirs alone. A mail of the same
 * recipient proves nothing about others; the two newest recipients suffice.
 */
export const REFUSED_BESIDE_OTHERS = statement("REFUSED_BESIDE_OTHERS")`
  WITH accepted AS (
    SELECT recipient, max(accepted_at) AS at FROM mail WHERE accepted_at IS NOT NULL GROUP BY recipient ORDER BY at DESC LIMIT 2
  )
  SELECT DISTINCT m.recipient FROM mail m
  WHERE m.state IN ('queued', 'sending') AND m.last_class IS NOT NULL AND m.last_class NOT IN ('transport', 'ambiguous')
    AND EXISTS (SELECT FROM accepted a WHERE a.recipient <> m.recipient AND a.at > m.created_at)
  LIMIT 1000`;

/** Proof: a mail accepted since, and no bounce of it for a while. One of a recipient behind the address says that it takes mail. */
export const CLEAR_PROVEN = statement("CLEAR_PROVEN")`
  WITH cleared AS (
    UPDATE address_health h SET cleared_at = now()
    WHERE cleared_at IS NULL AND EXISTS (SELECT FROM mail m
      WHERE m.tenant_id = h.tenant_id AND m.recipient = h.recipient AND m.accepted_at > h.bad_since
        AND m.accepted_at <= now() - $1 * interval '1 ms' AND (m.bounced_at IS NULL OR m.bounce_note = 'part'))
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

/**
 * For all tenants, by the database's clock: how many mails are due, how long the oldest of them is, and how long ago the oldest
 * was written that no recipient puts off. A failing relay puts that one off again and again, so that it is hardly ever due.
 */
export const OLDEST_DUE = statement("OLDEST_DUE", { notNull: ["due"] })`
  SELECT count(*) FILTER (WHERE ${IS_DUE})::int AS due,
    (extract(epoch FROM now() - min(${DUE_AT}) FILTER (WHERE ${IS_DUE})) * 1000)::float8 AS waited_ms,
    (extract(epoch FROM now() - min(created_at) FILTER (WHERE ${IS_FIRST_OF_ITS_ORDER}
      AND (last_class IS NULL OR last_class IN ('transport', 'ambiguous', 'relay-refuses')))) * 1000)::float8 AS undelivered_ms
  FROM mail m WHERE state IN ('queued', 'sending')`;

/** Whether the relay of these settings ($2) accepted a mail of any worker's within the last so many milliseconds. */
export const ACCEPTED_WITHIN = statement("ACCEPTED_WITHIN", { notNull: ["accepted"] })`
  SELECT EXISTS (SELECT FROM mail WHERE accepted_settings = $2 AND accepted_at > now() - $1 * interval '1 ms') AS accepted`;

export const RECORD_RELAY = statement("RECORD_RELAY", {
  nullable: [3, 5],
})`INSERT INTO relay_check (relay, ok, reason, breaker, settings) VALUES ($1, $2, $3, $4, $5)`;
export const PRUNE_RELAY = statement(
  "PRUNE_RELAY",
)`DELETE FROM relay_check WHERE at < now() - interval '30 days'`;
export const RELAY_STATES = statement("RELAY_STATES")`
  SELECT DISTINCT ON (relay) relay, at, ok, reason, breaker FROM relay_check
  WHERE at > now() - interval '30 days' ORDER BY relay, at DESC, id DESC`;
