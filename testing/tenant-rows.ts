import type { Pool } from "pg";

/**
 * One row of each table that has a tenant's id, as SQL; $1 is the id. A new table of that kind needs its row here, or the test
 * that everything is deleted fails. `bounce` has no tenant_id, and goes with its mail.
 */
export const TENANT_ROWS: Record<string, string> = {
  session: `INSERT INTO session (id, issuer, subject, tenant_id, expires_at)
    VALUES (gen_random_uuid(), 'https://id.example', 'owner of ' || $1, $1, now() + interval '1 h')`,
  sign_in: `INSERT INTO sign_in (id, issuer, subject, tenant_id, result)
    VALUES (gen_random_uuid(), 'https://id.example', 'owner of ' || $1, $1, 'signed-in')`,
  mail: `INSERT INTO mail (id, tenant_id, kind, recipient, thread_id, order_key, raw, message_id, give_up_at)
    VALUES (gen_random_uuid(), $1, 'firing', 'owner@' || $1 || '.example', 'thread', $1 || '/latency', convert_to('To ' || $1, 'UTF8'),
      '<' || $1 || '@watchpost.example>', now() + interval '3 days')`,
  bounce: `INSERT INTO bounce (mail_id, action, status, detail)
    SELECT id, 'delayed', '4.0.0', 'owner@' || $1 || '.example is full' FROM mail WHERE tenant_id = $1`,
  unread_bounce: `INSERT INTO unread_bounce (tenant_id, mail_id, reason, size, head, digest)
    SELECT $1, id, 'It names nobody.', 9, convert_to('To ' || $1, 'UTF8'), $1 FROM mail WHERE tenant_id = $1`,
  test_alert: `INSERT INTO test_alert (id, tenant_id, requested_by, written_at)
    VALUES (gen_random_uuid(), $1, 'owner of ' || $1, now())`,
  address_health: `INSERT INTO address_health (tenant_id, recipient, bad_since, reason)
    VALUES ($1, 'owner@' || $1 || '.example', now(), 'No such user at ' || $1)`,
  threshold_setting: `INSERT INTO threshold_setting (tenant_id, signal, line, enabled, value, inclusive, for_seconds,
      recover_for_seconds, version, updated_by)
    VALUES ($1, 'latency', 'p95', true, 1, false, 60, 60, 1, 'owner of ' || $1)`,
  threshold_edit: `INSERT INTO threshold_edit (tenant_id, signal, line, by) VALUES ($1, 'latency', 'p95', 'owner of ' || $1)`,
  judgement: `INSERT INTO judgement (tenant_id, signal, line, state, condition, threshold_version, slot)
    VALUES ($1, 'latency', 'p95', jsonb_build_object('of', $1::text), 'ok', 0, now())`,
  episode: `INSERT INTO episode (id, tenant_id, signal, line, thread_id, thread_signal, thread_line, thread_opened_at, breached_at,
      fired_at, fired_value, threshold, worst, worst_at, told)
    VALUES (gen_random_uuid(), $1, 'latency', 'p95', gen_random_uuid(), 'latency', 'p95', now(), now(), now(), 2, '{}', 2, now(), true)`,
  attribution: `INSERT INTO attribution (episode_id, tenant_id, at, side, sentence, reasons, evidence)
    SELECT id, $1, now(), 'yours', $1 || ' was deployed', '[]', '{}' FROM episode WHERE tenant_id = $1`,
  migration_told: `INSERT INTO migration_told (tenant_id, run_id, what) VALUES ($1, 'move-' || $1 || '.1790000000', 'failed')`,
  migration_mail_setting: `INSERT INTO migration_mail_setting (tenant_id, enabled, updated_by)
    VALUES ($1, false, 'owner of ' || $1)`,
};

export const ISSUE_URL = "https://git.example/infra/issues/83";
const DAY_MS = 86_400_000;

/** The leaving of a tenant whose 30 days are over for so long, by this machine's clock, which is the database's. */
export const over = (seconds = 3_600, pauses: object[] = []) => {
  const fromMs = Date.now() - 30 * DAY_MS - seconds * 1_000;
  return {
    eviction: { from: `${new Date(fromMs).toISOString().slice(0, 19)}Z`, issueUrl: ISSUE_URL, pauses },
  };
};

/** A live tenant with a row in every table. */
export async function seedTenant(pool: Pool, id: string, leaving: object = {}): Promise<void> {
  await pool.query(
    `INSERT INTO tenant (id, name, contact_address, time_zone, state, links, leaving)
     VALUES ($1, 'Name of ' || $1, 'owner@' || $1 || '.example', 'Europe/Berlin', 'live', '{}', $2)`,
    [id, leaving],
  );
  for (const sql of Object.values(TENANT_ROWS)) await pool.query(sql, [id]);
}

/** Every table of the database. */
export async function tablesOf(pool: Pool): Promise<string[]> {
  const { rows } = await pool.query<{ name: string }>(
    `SELECT quote_ident(table_name) AS name FROM information_schema.tables
     WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
}
