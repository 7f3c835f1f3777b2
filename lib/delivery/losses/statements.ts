import { statementsOf } from "@/lib/infra/statement";
import type { Types } from "./statement-types";

const statement = statementsOf<Types>();

/**
 * What a relay took before the database lost that: it isn't sent again. A mail that goes to another address by now was not taken. The time
 * is when it left, so many milliseconds ago ($5): an address that was called bad since isn't proven good by it.
 */
export const RECORD_AGAIN = statement("RECORD_AGAIN")`
  UPDATE mail SET state = 'accepted', lease_token = NULL, lease_until = NULL, facts = NULL, render_until = NULL,
    last_class = 'accepted', last_reply = words, accepted_at = now() - age_ms * interval '1 ms', finished_at = now()
  FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::float8[]) AS taken (id, tenant_id, recipient, words, age_ms)
  WHERE mail.id = taken.id AND mail.tenant_id = taken.tenant_id AND mail.recipient = taken.recipient
    AND state IN ('queued', 'sending', 'held')`;

/** Threads of tenants of which no mail is known any more. */
export const LOST_THREADS = statement("LOST_THREADS")`
  SELECT lost.id AS thread_id, tenant.id AS tenant_id, tenant.name, tenant.time_zone
  FROM unnest($1::text[], $2::text[]) AS lost (tenant_id, id) JOIN tenant ON tenant.id = lost.tenant_id
  WHERE NOT EXISTS (SELECT FROM mail WHERE mail.tenant_id = lost.tenant_id AND mail.thread_id = lost.id)`;
