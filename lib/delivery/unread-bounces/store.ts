import { type Database, database } from "@/lib/infra/db";
import type { RowOf } from "@/lib/infra/statement";
import * as sql from "./statements";
import type { UnreadBounce } from "./unread-bounce";

const PAGE = 500;

const entryOf = (row: RowOf<typeof sql.UNREAD_BOUNCES>): UnreadBounce => ({
  id: String(row.id),
  receivedAtMs: row.received_at.getTime(),
  tenantId: row.tenant_id,
  mailId: row.mail_id,
  size: row.size,
  reason: row.reason,
});

/** What came back and could not be read, in a database. For the operator alone: pages read a mail's own row. */
export function createUnreadBounceStore(db: Database = database) {
  /**
   * What was kept, oldest first, a page at a time.
   * @param tenantId this tenant's alone; null: everybody's
   * @throws the driver's error when the database can't be asked
   */
  async function* list(sinceMs: number, tenantId: string | null): AsyncGenerator<UnreadBounce[]> {
    let after = "0";
    for (;;) {
      const rows = await db.rows(sql.UNREAD_BOUNCES, after, new Date(sinceMs), tenantId, PAGE);
      const last = rows.at(-1);
      if (!last) return;
      yield rows.map(entryOf);
      after = String(last.id);
    }
  }

  /** One with its kept beginning; null where there is none of that number. @throws the driver's error */
  async function find(id: string): Promise<(UnreadBounce & { head: Buffer }) | null> {
    const [row] = await db.rows(sql.UNREAD_BOUNCE, id);
    return row ? { ...entryOf(row), head: Buffer.from(row.head) } : null;
  }

  return { list, find, close: db.close };
}

/** This process's instance. */
export const unreadBounceStore = createUnreadBounceStore();
