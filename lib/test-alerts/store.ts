import { randomUUID } from "node:crypto";
import type { NewMail } from "@/lib/delivery/mail";
import { createOutbox } from "@/lib/delivery/store";
import { database } from "@/lib/infra/db";
import type { Connection } from "@/lib/infra/statement";
import type { TenantScope } from "@/lib/tenant/scope";
import * as sql from "./statements";
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

/** Test alerts in a database. */
export function createTestAlertStore(db: Connection = database) {
  /**
   * Asks for a test alert. A worker writes its mail, within a second or two of running.
   * @param by the owner's label, for the record
   * @returns its id, or when the next one may be asked for
   */
  async function requestTestAlert({ tenantId }: TenantScope, by: string): Promise<TestRequest> {
    return db.transaction(async (tx) => {
      await tx.run(sql.LOCK_TENANT, tenantId);
      const recent = await tx.rows(sql.RECENT, tenantId, TESTS_PER_HOUR);
      const oldest = recent.at(TESTS_PER_HOUR - 1);
      if (oldest) return { ok: false, againAtMs: oldest.again_ms };
      const id = randomUUID();
      await tx.run(sql.REQUEST, id, tenantId, by);
      return { ok: true, id };
    });
  }

  /** The tenant's newest test alert and its outcome; null: none was ever asked for. */
  async function readTestAlert(scope: TenantScope): Promise<TestAlert | null> {
    const [row] = await db.rows(sql.NEWEST, scope.tenantId);
    if (!row) return null;
    const mail = await createOutbox(db).mail(scope, row.id);
    return { id: row.id, requestedAtMs: row.requested_at.getTime(), requestedBy: row.requested_by, mail };
  }

  /**
   * Writes the mails of tests that wait, each in the transaction that says so. Any number of workers may do so at once.
   * @param write makes the mail; it has the test's id, so that a repeat after a lost COMMIT finds it written
   * @returns how many were written
   */
  async function writeTestAlerts(write: (test: WaitingTest) => Promise<NewMail>): Promise<number> {
    return db.transaction(async (tx) => {
      const rows = await tx.rows(sql.TAKE);
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
        await createOutbox(tx).enqueue([mail]);
        await tx.run(sql.WRITTEN, row.id);
      }
      return rows.length;
    });
  }

  return { requestTestAlert, readTestAlert, writeTestAlerts };
}

/** This process's instance. */
export const testAlertStore = createTestAlertStore();
