import { randomUUID } from "node:crypto";
import { inDatabase } from "./harness";

const THRESHOLD = {
  value: 1,
  inclusive: false,
  forSeconds: 300,
  recoverForSeconds: 300,
  worse: "higher",
};

/** What stands in addresses of one tenant alone, as in `[alert]` and `[mail]`. */
export type RecordedAlert = { alert: string; mail: string };

/**
 * Writes an alert of a tenant that ended the day before yesterday, with its mail, as the worker would have.
 * @param line of latency; what the bundle names so no more is shown by its id
 */
export async function recordAlert(tenant: string, line = "p95"): Promise<RecordedAlert> {
  const recorded = { alert: randomUUID(), mail: randomUUID() };
  const firedAt = "now() - interval '50 hours'";
  await inDatabase(
    `INSERT INTO episode (id, tenant_id, signal, line, thread_id, thread_signal, thread_line,
       thread_opened_at, breached_at, fired_at, fired_value, threshold, worst, worst_at, told,
       ended_at, end_reason)
     VALUES ($1, $2, 'latency', $4, $1, 'latency', $4, ${firedAt},
       ${firedAt}, ${firedAt}, 2, $3, 3, ${firedAt}, true, now() - interval '49 hours', 'recovered')`,
    [recorded.alert, tenant, JSON.stringify(THRESHOLD), line],
  );
  await inDatabase(
    `INSERT INTO mail (id, tenant_id, kind, recipient, thread_id, order_key, message_id, raw, created_at,
       due_at, give_up_at, state, attempts, last_class, accepted_at, finished_at)
     VALUES ($1::uuid, $2, 'firing', 'owner@' || $2 || '.example', $3, $3, $1::text, '', ${firedAt},
       ${firedAt}, now(), 'accepted', 1, 'accepted', ${firedAt}, ${firedAt})`,
    [recorded.mail, tenant, recorded.alert],
  );
  return recorded;
}
