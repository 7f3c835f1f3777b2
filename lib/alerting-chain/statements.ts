import { statementsOf } from "@/lib/infra/statement";
import type { Types } from "./statement-types";

const statement = statementsOf<Types>();

/**
 * All that one tenant's chain is derived from besides the cycles, in one round trip. Each part is found by an index and
 * reads a row or two, whatever the number of tenants and mails. An open mail can't be older than its retry horizon of 72 hours.
 */
export const CHAIN_RECORDS = statement("CHAIN_RECORDS", {
  prepared: "chain_records",
  notNull: ["now_ms", "recipient", "holding"],
})`
  SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now_ms, t.contact_address AS recipient, t.live_since,
    worker.started_at AS worker_started_at, worker.seen_at AS worker_seen_at,
    open.created_at AS open_created_at, open.last_class AS open_class, open.last_reply AS open_words,
    EXISTS (SELECT FROM episode e WHERE e.tenant_id = t.id AND e.ended_at IS NULL AND e.hold IS NOT NULL
      AND e.hold ->> 'ended' IS NULL) AS holding,
    relay.at AS relay_at, relay.ok AS relay_ok, failing.since AS relay_failing_since,
    bad.bad_since, bad.reason AS bad_reason,
    settled.state AS settled_state, settled.finished_at AS settled_at, settled.last_class AS settled_class,
    settled.last_reply AS settled_words,
    settled.bounce_action, settled.bounce_note, settled.bounced_at, settled.bounce_detail, settled.got_it_at
  FROM tenant t
  LEFT JOIN LATERAL (SELECT started_at, seen_at FROM worker_heartbeat ORDER BY seen_at DESC LIMIT 1) AS worker ON true
  LEFT JOIN LATERAL (SELECT created_at, last_class, last_reply FROM mail m WHERE m.tenant_id = t.id
    AND m.state IN ('queued', 'sending') AND m.created_at > now() - interval '80 hours'
    ORDER BY m.created_at LIMIT 1) AS open ON true
  LEFT JOIN LATERAL (SELECT at, ok FROM relay_check ORDER BY id DESC LIMIT 1) AS relay ON true
  LEFT JOIN LATERAL (SELECT min(at) AS since FROM relay_check
    WHERE id > coalesce((SELECT max(id) FROM relay_check WHERE ok), 0)) AS failing ON NOT relay.ok
  LEFT JOIN address_health bad ON bad.tenant_id = t.id AND bad.recipient = t.contact_address AND bad.cleared_at IS NULL
  LEFT JOIN LATERAL (SELECT state, finished_at, last_class, last_reply, bounce_action, bounce_note, bounced_at, bounce_detail,
      got_it_at
    FROM mail m
    WHERE m.tenant_id = t.id AND m.recipient = t.contact_address AND m.state IN ('accepted', 'failed')
    ORDER BY m.created_at DESC, m.seq DESC LIMIT 1) AS settled ON true
  WHERE t.id = $1`;
