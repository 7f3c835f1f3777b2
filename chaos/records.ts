import type { SeenAlert, SeenCycle, SeenMail } from "./evidence";
import type { ChaosWorld } from "./world";

const ms = (column: string, name: string) => `(extract(epoch FROM ${column}) * 1000)::float8 AS "${name}"`;

/** What the database holds of a run. */
export async function readRecords({ query }: Pick<ChaosWorld, "query">): Promise<{
  alerts: SeenAlert[];
  mails: SeenMail[];
  cycles: SeenCycle[];
}> {
  const alerts = await query<SeenAlert>(
    `SELECT id, tenant_id AS capability, signal || '/' || line AS line, thread_id AS "threadId", ${ms("breached_at", "breachedAtMs")},
       ${ms("fired_at", "firedAtMs")}, ${ms("ended_at", "endedAtMs")}, end_reason AS "endReason", told AS notified
     FROM episode ORDER BY fired_at`,
  );
  const mails = await query<SeenMail>(
    `SELECT id, seq::float8 AS seq, tenant_id AS capability, kind, thread_id AS "threadId", recipient, state, ambiguous,
       ${ms("created_at", "createdAtMs")}, ${ms("finished_at", "finishedAtMs")}
     FROM mail ORDER BY seq`,
  );
  const cycles = await query<SeenCycle>(
    `SELECT signal || '/' || line AS line, ${ms("slot", "slotMs")}, outcome, missed, interval_seconds * 1000 AS "intervalMs",
       ${ms("finished_at", "finishedAtMs")}
     FROM cycle ORDER BY slot`,
  );
  return { alerts, mails, cycles };
}
