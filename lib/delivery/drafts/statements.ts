import { statementsOf } from "@/lib/infra/statement";
import { IS_HELD, RELAY_SETTINGS, STILL_BAD } from "../held";
import { LEASED_RANK } from "./leased-rank";
import type { Types } from "./statement-types";

// The statements of drafts: rows of the outbox that have their facts and wait to be rendered.

const statement = statementsOf<Types>();

/** As ENQUEUE, with the facts in place of the rendered bytes. Elders that are drafts are rendered as soon as it is itself. */
export const ENQUEUE_DRAFTS = statement("ENQUEUE_DRAFTS")`
  WITH new AS (
    SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bytea[], $9::jsonb[],
      $10::int[], $11::text[])
    WITH ORDINALITY AS new (id, tenant_id, kind, recipient, thread_id, order_key, message_id, raw, facts, render_rank, refused, place)
  ), health AS (
    INSERT INTO address_health (tenant_id, recipient, bad_since, reason, settings)
    SELECT DISTINCT ON (tenant_id, recipient) tenant_id, recipient, now(), refused, ${RELAY_SETTINGS} FROM new WHERE refused IS NOT NULL
    ${STILL_BAD}
  ), hastened AS (
    UPDATE mail earlier SET due_at = CASE WHEN earlier.facts IS NULL THEN now() ELSE earlier.due_at END,
      render_rank = least(earlier.render_rank, new.render_rank)
    FROM new WHERE earlier.order_key = new.order_key AND earlier.thread_id IS NOT DISTINCT FROM new.thread_id AND earlier.state = 'queued'
      AND earlier.id <> new.id AND CASE WHEN earlier.facts IS NULL THEN earlier.due_at > now()
        ELSE earlier.render_rank > new.render_rank AND earlier.render_until IS NULL END
  )
  INSERT INTO mail (id, tenant_id, kind, recipient, thread_id, order_key, message_id, raw, facts, render_rank, give_up_at, due_at, state)
  SELECT id, tenant_id, kind, recipient, thread_id, order_key, message_id, raw, facts, render_rank, now() + $12 * interval '1 ms',
    now() + $13 * interval '1 ms',
    CASE WHEN refused IS NOT NULL OR ${IS_HELD} THEN 'held' ELSE 'queued' END::mail_state
  FROM new ORDER BY place
  ON CONFLICT (id) DO NOTHING`;

/** What may still be rendered: no try of it has begun, by this build or by one that knows no drafts. */
const IS_OPEN = "facts IS NOT NULL AND attempts = 0 AND state IN ('queued', 'held')";

/**
 * The drafts that are to be rendered next, of those whose facts this build can read ($3). One that was leased goes behind all others, so that what ends workers keeps nobody
 * waiting. A lease that seems to be longer than 15 minutes was taken before the database's clock jumped back.
 */
export const LEASE_DRAFTS = statement("LEASE_DRAFTS", { notNull: ["facts", "lease", "age_ms"] })`
  WITH chosen AS (
    SELECT id FROM mail
    WHERE ${IS_OPEN} AND coalesce((facts->>'version')::int, 0) <= $3
      AND (render_until IS NULL OR render_until <= now() OR render_until > now() + interval '15 minutes')
    ORDER BY render_rank, seq LIMIT $1 FOR UPDATE SKIP LOCKED
  ), leased AS (
    UPDATE mail SET render_until = now() + $2 * interval '1 s', render_rank = mail.render_rank + ${LEASED_RANK}
    FROM chosen WHERE mail.id = chosen.id
    RETURNING mail.id, seq, tenant_id, kind, recipient, thread_id, message_id, facts, render_until::text AS lease,
      (extract(epoch FROM clock_timestamp() - created_at) * 1000)::float8 AS age_ms
  )
  SELECT * FROM leased ORDER BY seq`;

/** So many drafts wait, counted no further than $1. */
export const COUNT_DRAFTS = statement("COUNT_DRAFTS", { notNull: ["many"] })`
  SELECT count(*)::int AS many FROM (SELECT FROM mail WHERE ${IS_OPEN} LIMIT $1) AS waiting`;

/** Once: a second worker, or one with another address than the row has by now, changes nothing. */
export const FINISH_DRAFTS = statement("FINISH_DRAFTS")`
  UPDATE mail SET facts = NULL, render_until = NULL, raw = coalesce(done.raw, mail.raw), raw_text_only = done.raw_text_only,
    due_at = CASE WHEN state = 'queued' THEN now() ELSE due_at END
  FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bytea[], $5::bytea[]) AS done (id, recipient, message_id, raw, raw_text_only)
  WHERE mail.id = done.id AND mail.recipient = done.recipient AND mail.message_id = done.message_id AND ${IS_OPEN}
  RETURNING mail.id`;

/**
 * Gives back what was leased and isn't finished, and nothing that another worker has leased since: the end of a lease names it, since
 * the next one begins after it. Value 3: whether it keeps its place, or goes behind all others.
 */
export const RELEASE_DRAFTS = statement("RELEASE_DRAFTS")`
  UPDATE mail SET render_until = NULL, render_rank = render_rank - CASE WHEN $3 THEN ${LEASED_RANK} ELSE 0 END
  FROM unnest($1::uuid[], $2::text[]) AS mine (id, lease)
  WHERE mail.id = mine.id AND facts IS NOT NULL AND render_until = mine.lease::timestamptz`;
