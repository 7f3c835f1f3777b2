import { statementsOf } from "@/lib/infra/statement";
import type { Types } from "./statement-types";

const statement = statementsOf<Types>();

// The tenant's row is the lock: two requests at once must not both be the third. Its foreign keys can be checked meanwhile.
export const LOCK_TENANT = statement("LOCK_TENANT")`SELECT FROM tenant WHERE id = $1 FOR NO KEY UPDATE`;
export const RECENT = statement("RECENT", { notNull: ["again_ms"] })`
  SELECT requested_at, (extract(epoch FROM requested_at + interval '1 hour') * 1000)::float8 AS again_ms FROM test_alert
  WHERE tenant_id = $1 AND requested_at > now() - interval '1 hour' ORDER BY requested_at DESC LIMIT $2`;
export const REQUEST = statement(
  "REQUEST",
)`INSERT INTO test_alert (id, tenant_id, requested_by) VALUES ($1, $2, $3)`;
export const NEWEST = statement("NEWEST")`
  SELECT id, requested_at, requested_by FROM test_alert WHERE tenant_id = $1 ORDER BY requested_at DESC LIMIT 1`;
export const TAKE = statement("TAKE")`
  SELECT test.id, t.id AS tenant_id, t.name, t.contact_address, t.time_zone, t.links, test.requested_at,
    test.requested_by
  FROM test_alert test JOIN tenant t ON t.id = test.tenant_id
  WHERE test.written_at IS NULL AND t.state = 'live' ORDER BY test.requested_at LIMIT 10 FOR UPDATE OF test SKIP LOCKED`;
export const WRITTEN = statement("WRITTEN")`UPDATE test_alert SET written_at = now() WHERE id = $1`;
