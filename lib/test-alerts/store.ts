import { randomUUID } from "node:crypto";
import type { Pool } from "pg";
import type { NewMail } from "@/lib/delivery/mail";
import { enqueue, outbox } from "@/lib/delivery/store";
import { connectionPool, inTransaction } from "@/lib/infra/db";
import type { TenantScope } from "@/lib/tenant/scope";
import { TESTS_PER_HOUR, type TestAlert, type TestRequest } from "./test-alert";

/** A test that waits for its mail, with what the mail is made of. */
export type WaitingTest = {
  id: string;
  tenantId: string;
  tenantName: string;
  contactAddress: string;
  timeZone: string;
  links: unknown;
  requestedAtMs: number;
  /** The owner's label. */
  requestedBy: string;
};

// The tenant's row is the lock: two requests at once must not both be the third. Its foreign keys can be checked meanwhile.
const LOCK_TENANT = `SELECT FROM tenant WHERE id = $1 FOR NO KEY UPDATE`;
const RECENT = `
  SELECT requested_at, (extract(epoch FROM requested_at + interval '1 hour') * 1000)::float8 AS again_ms FROM test_alert
  WHERE tenant_id = $1 AND requested_at > now() - interval '1 hour' ORDER BY requested_at DESC LIMIT ${TESTS_PER_HOUR}`;
const REQUEST = `INSERT INTO test_alert (id, tenant_id, requested_by) VALUES ($1, $2, $3)`;
const NEWEST = `
  SELECT id, requested_at, requested_by FROM test_alert WHERE tenant_id = $1 ORDER BY requested_at DESC LIMIT 1`;
const TAKE = `
  SELECT test.id, t.id AS tenant_id, t.name, t.contact_address, t.time_zone, t.links, test.requested_at,
    test.requested_by
  FROM test_alert test JOIN tenant t ON t.id = test.tenant_id
  WHERE test.written_at IS NULL AND t.state = 'live' ORDER BY test.requested_at LIMIT 10 FOR UPDATE OF test SKIP LOCKED`;
const WRITTEN = `UPDATE test_alert SET written_at = now() WHERE id = $1`;

/**
 * Asks for a test alert. A worker writes its mail, within a second or two of running.
 * @param by the owner's label, for the record
 * @returns its id, or when the next one may be asked for
 */
export async function requestTestAlert(
  { tenantId }: TenantScope,
  by: string,
  pool: Pool = connectionPool(),
): Promise<TestRequest> {
  return inTransaction(pool, async (client) => {
    await client.query(LOCK_TENANT, [tenantId]);
    const recent = await client.query<{ again_ms: number }>(RECENT, [tenantId]);
    const oldest = recent.rows.at(TESTS_PER_HOUR - 1);
    if (oldest) return { ok: false, againAtMs: oldest.again_ms };
    const id = randomUUID();
    await client.query(REQUEST, [id, tenantId, by]);
    return { ok: true, id };
  });
}

/** The tenant's newest test alert and what became of it; null: none was ever asked for. */
export async function readTestAlert(scope: TenantScope): Promise<TestAlert | null> {
  const { rows } = await connectionPool().query<{ id: string; requested_at: Date; requested_by: string }>(
    NEWEST,
    [scope.tenantId],
  );
  const [row] = rows;
  if (!row) return null;
  const mail = await outbox().mail(scope, row.id);
  return { id: row.id, requestedAtMs: row.requested_at.getTime(), requestedBy: row.requested_by, mail };
}

/**
 * Writes the mails of tests that wait, each in the transaction that says so. Any number of workers may do so at once.
 * @param write makes the mail; it bears the test's id, so that a repeat after a lost COMMIT finds it written
 * @returns how many were written
 */
export async function writeTestAlerts(
  write: (test: WaitingTest) => Promise<NewMail>,
  pool: Pool = connectionPool(),
): Promise<number> {
  type Row = {
    id: string;
    tenant_id: string;
    name: string;
    contact_address: string;
    time_zone: string;
    links: unknown;
    requested_at: Date;
    requested_by: string;
  };
  return inTransaction(pool, async (client) => {
    const { rows } = await client.query<Row>(TAKE);
    for (const row of rows) {
      const mail = await write({
        id: row.id,
        tenantId: row.tenant_id,
        tenantName: row.name,
        contactAddress: row.contact_address,
        timeZone: row.time_zone,
        links: row.links,
        requestedAtMs: row.requested_at.getTime(),
        requestedBy: row.requested_by,
      });
      await enqueue(client, [mail]);
      await client.query(WRITTEN, [row.id]);
    }
    return rows.length;
  });
}
