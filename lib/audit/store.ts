import { closeDatabase, connectionPool } from "@/lib/infra/db";
import type { SignInEntry } from "./sign-in-line";

type Row = {
  id: string;
  at: Date;
  issuer: string;
  subject: string | null;
  tenant_id: string | null;
  result: string;
};

/** Lines at a time: a quarter of a year's fit into no memory of a command's. */
const PAGE = 1_000;

/**
 * The access log of sign-ins, oldest first, a page at a time.
 * @param tenantId of this tenant alone; null: of everybody
 * @throws the driver's error when the database can't be asked
 */
export async function* readSignIns(sinceMs: number, tenantId: string | null): AsyncGenerator<SignInEntry[]> {
  let after: [Date, string] = [new Date(sinceMs), "00000000-0000-0000-0000-000000000000"];
  for (;;) {
    const { rows } = await connectionPool().query<Row>(
      `SELECT id, at, issuer, subject, tenant_id, result FROM sign_in
       WHERE (at, id) > ($1, $2::uuid) AND ($3::text IS NULL OR tenant_id = $3) ORDER BY at, id LIMIT ${PAGE}`,
      [...after, tenantId],
    );
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

/** Ends the connections, so that the command can end. */
export const closeAuditStore = closeDatabase;
