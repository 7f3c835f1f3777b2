import { database } from "@/lib/infra/db";
import type { Connection } from "@/lib/infra/statement";
import type { LeasedMail } from "../mail";
import type { TenantThread } from "../store";
import * as sql from "./statements";

/** A thread whose mails the database has lost, and its tenant's name and zone. */
export type LostThread = TenantThread & { name: string; timeZone: string };

/** A mail that a relay took so many milliseconds ago, with these words. */
type LeftMail = Pick<LeasedMail, "id" | "tenantId" | "recipient"> & { words: string; ageMs: number };

/** What a failover lost of the outbox. Every method throws the driver's error when the database can't be asked. */
export function createLosses(db: Connection = database) {
  return {
    /** Records as accepted what a relay took, where the database has lost that record. @returns how many mails */
    recordAgain: (mails: readonly LeftMail[]): Promise<number> =>
      db.run(
        sql.RECORD_AGAIN,
        mails.map(({ id }) => id),
        mails.map(({ tenantId }) => tenantId),
        mails.map(({ recipient }) => recipient),
        mails.map(({ words }) => words),
        mails.map(({ ageMs }) => ageMs),
      ),

    /** Those of the threads of which the database knows no mail, though it knows the tenant. */
    lostThreads: async (threads: readonly TenantThread[]): Promise<LostThread[]> => {
      const rows = await db.rows(
        sql.LOST_THREADS,
        threads.map(({ tenantId }) => tenantId),
        threads.map(({ threadId }) => threadId),
      );
      return rows.map((row) => ({
        tenantId: row.tenant_id,
        threadId: row.thread_id ?? "",
        name: row.name,
        timeZone: row.time_zone,
      }));
    },
  };
}

export type Losses = ReturnType<typeof createLosses>;
