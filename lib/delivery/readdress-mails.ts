import { randomUUID } from "node:crypto";
import { isMailAddress } from "@/lib/infra/mail-address";
import { NOT_AN_ADDRESS } from "./message";
import { readdressed } from "./readdress";

/** One statement within a transaction. */
type Run = <R extends object>(text: string, values: unknown[]) => Promise<R[]>;

/**
 * Mails that wait for an address that isn't the tenant's any more, oldest first. What was held until the horizon stays where it
 * is, and so does what its owner has put away.
 */
const MISADDRESSED = `
  SELECT m.id, m.seq, m.tenant_id, m.ambiguous > 0 AND m.kind <> 'test' AS may_have_left, m.message_id, m.raw, m.raw_text_only,
    t.contact_address AS recipient
  FROM mail m JOIN tenant t ON t.id = m.tenant_id
  WHERE m.state IN ('queued', 'held') AND m.recipient <> t.contact_address AND m.dismissed_at IS NULL
    AND (m.state = 'queued' OR m.give_up_at > now())
  ORDER BY m.seq LIMIT $1 FOR UPDATE OF m SKIP LOCKED`;

const CALL_REFUSED = `
  INSERT INTO address_health (tenant_id, recipient, bad_since, reason) VALUES ($1, $2, now(), $3)
  ON CONFLICT (tenant_id, recipient) DO UPDATE SET reason = excluded.reason, cleared_at = NULL`;

const NEXT_STATE = `CASE WHEN $6 OR (kind <> 'test' AND EXISTS (SELECT FROM address_health h
  WHERE h.tenant_id = mail.tenant_id AND h.recipient = $2 AND h.cleared_at IS NULL)) THEN 'held' ELSE 'queued' END::mail_state`;

/** No relay can have it: it is the same mail, with another address on it. */
const MOVE = `
  UPDATE mail SET recipient = $2, message_id = $3, raw = $4, raw_text_only = $5, state = ${NEXT_STATE}, due_at = now()
  WHERE id = $1`;

const END = `
  UPDATE mail SET state = 'cancelled', finished_at = now(), seq = nextval(pg_get_serial_sequence('mail', 'seq')) WHERE id = $1`;
const COPY = `
  INSERT INTO mail (id, seq, tenant_id, kind, recipient, episode_key, order_key, message_id, raw, raw_text_only, created_at, give_up_at,
    state)
  SELECT $7, $8, tenant_id, kind, $2, episode_key, order_key, $3, $4, $5, created_at, give_up_at, ${NEXT_STATE}
  FROM mail WHERE id = $1`;

type MisaddressedRow = {
  id: string;
  seq: string;
  tenant_id: string;
  may_have_left: boolean;
  message_id: string;
  raw: Buffer;
  raw_text_only: Buffer | null;
  recipient: string;
};

/**
 * Sends waiting mails to where their tenants' alerts go now: queued ones, and those that were held because the old address was
 * bad. They keep their place in the order.
 *
 * Of a mail that the old address may have got, the row ends and another takes its place: should the old one bounce later, that
 * must not call the new address bad.
 * @param run in one transaction
 * @returns how many were moved
 */
export async function readdressMails(run: Run, limit: number): Promise<number> {
  const rows = await run<MisaddressedRow>(MISADDRESSED, [limit]);
  for (const row of rows) {
    const isGood = isMailAddress(row.recipient);
    if (!isGood) await run(CALL_REFUSED, [row.tenant_id, row.recipient, NOT_AN_ADDRESS]);
    const id = row.may_have_left ? randomUUID() : row.id;
    const messageId = row.may_have_left ? row.message_id.replace(/^<[^@]*/, `<${id}`) : row.message_id;
    const head = { to: isGood ? row.recipient : null, messageId };
    const textOnly = row.raw_text_only && readdressed(row.raw_text_only, head);
    const values = [row.id, row.recipient, messageId, readdressed(row.raw, head), textOnly, !isGood];
    if (row.may_have_left) {
      await run(END, [row.id]);
      await run(COPY, [...values, id, row.seq]);
    } else {
      await run(MOVE, values);
    }
  }
  return rows.length;
}
