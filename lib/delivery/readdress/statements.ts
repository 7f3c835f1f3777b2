import { statementsOf } from "@/lib/infra/statement";
import { LEASED_RANK } from "../drafts/leased-rank";
import { DUE_NOW } from "../due";
import type { Types } from "./statement-types";

// What sends waiting mails to the addresses that their tenants have now.

const statement = statementsOf<Types>();

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
  UPDATE mail SET recipient = $2, message_id = $3, raw = $4, raw_text_only = $5, state = ${NEXT_STATE},
    ${DUE_NOW}, render_rank = render_rank - CASE WHEN render_until IS NULL THEN 0 ELSE ${LEASED_RANK} END, render_until = NULL
  WHERE id = $1`;

export const CANCEL_READDRESSED = statement("CANCEL_READDRESSED")`
  UPDATE mail SET state = 'cancelled', finished_at = now(), seq = nextval(pg_get_serial_sequence('mail', 'seq')) WHERE id = $1`;
export const COPY_READDRESSED = statement("COPY_READDRESSED", { nullable: [5] })`
  INSERT INTO mail (id, seq, tenant_id, kind, recipient, thread_id, order_key, message_id, raw, raw_text_only, created_at, give_up_at,
    state)
  SELECT $7, $8, tenant_id, kind, $2, thread_id, order_key, $3, $4, $5, created_at, give_up_at, ${NEXT_STATE}
  FROM mail WHERE id = $1`;
