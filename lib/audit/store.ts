import { type Database, database } from "@/lib/infra/db";
import type { SignInEntry } from "./sign-in-line";
import * as sql from "./statements";

/** Lines at a time: a quarter of a year's fit into no memory of a command's. */
const PAGE = 1_000;

/** The access log in a database. */
export function createAuditStore(db: Database = database) {
  /**
   * The access log of sign-ins, oldest first, a page at a time.
   * @param tenantId this tenant's alone; null: everybody's
   * @throws the driver's error when the database can't be asked
   */
  async function* readSignIns(sinceMs: number, tenantId: string | null): AsyncGenerator<SignInEntry[]> {
    let after: [Date, string] = [new Date(sinceMs), "00000000-0000-0000-0000-000000000000"];
    for (;;) {
      const rows = await db.rows(sql.SIGN_INS, ...after, tenantId, PAGE);
      const last = rows.at(-1);
      if (!last) return;
      yield rows.map((row) => ({
        atMs: row.at.getTime(),
        issuer: row.issuer,
        subject: row.subject,
        tenantId: row.tenant_id,
        result: row.result,
      }));
      after = [last.at, last.id];
    }
  }

  return { readSignIns, close: db.close };
}

/** This process's instance. */
export const auditStore = createAuditStore();
