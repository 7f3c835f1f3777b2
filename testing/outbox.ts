import { randomUUID } from "node:crypto";
import { Pool } from "pg";
import { type MailKind, type NewMail, orderKeyOf } from "../lib/delivery/mail";
import { composeMail, newMessageId } from "../lib/delivery/message";
import { createOutbox, type Outbox } from "../lib/delivery/store";
import { type Database, databaseOf } from "../lib/infra/db";
import { mintTenantScope } from "../lib/tenant/mint";
import type { TenantScope } from "../lib/tenant/scope";
import { freshDatabase, type TestDatabase } from "./postgres";

export const SECRET = "kR7#vQ2!mZ9@pL4$wX8%tB3^nJ6&yH1*";
export const MAIL_FROM = "Watchpost <alerts@watchpost.example>";

export type TestOutbox = {
  url: string;
  pool: Pool;
  database: Database;
  outbox: Outbox;
  scope(tenantId: string): TenantScope;
  /** Writes mails of one order key each, in a transaction of their own. */
  write(...mails: NewMail[]): Promise<void>;
  /** Ends its connections and leaves the database, for copies to begin with. */
  keep(): Promise<TestDatabase>;
  drop(): Promise<void>;
};

/**
 * A migrated database with two tenants, and its outbox.
 * @param tenants that are added
 * @param copyOf what it begins with, in place of an empty one
 */
export async function startTestOutbox(
  tenants: string[] = ["photos", "tickets"],
  copyOf?: TestDatabase,
): Promise<TestOutbox> {
  const postgres = await freshDatabase({ copyOf });
  const pool = new Pool({ connectionString: postgres.url, max: 10 });
  pool.on("error", () => {}); // the database is dropped, or killed, under idle connections
  const database = databaseOf(pool);
  for (const id of tenants) {
    await pool.query(
      `INSERT INTO tenant (id, name, contact_address, time_zone, state, links)
       VALUES ($1, $1, $2, 'Europe/Berlin', 'live', '{}')`,
      [id, `owner@${id}.example`],
    );
  }
  return {
    url: postgres.url,
    pool,
    database,
    outbox: createOutbox(database),
    scope: mintTenantScope,
    write: async (...mails) => {
      await database.transaction((tx) => createOutbox(tx).enqueue(mails));
    },
    keep: async () => {
      await pool.end();
      return postgres;
    },
    drop: async () => {
      await pool.end();
      await postgres.drop();
    },
  };
}

/** A mail to `owner@<tenant>.example`, really composed. */
export async function testMail(
  tenantId: string,
  change: Partial<NewMail> & { subject?: string; signal?: string; kind?: MailKind; html?: string } = {},
): Promise<NewMail> {
  const { subject = "Latency above 1 s", signal = "latency", html, ...columns } = change;
  const recipient = columns.recipient ?? `owner@${tenantId}.example`;
  const messageId = newMessageId("watchpost.example");
  const content = { from: MAIL_FROM, to: recipient, subject, messageId, date: new Date(), threadRoot: null };
  return {
    id: randomUUID(),
    tenantId,
    kind: "firing",
    recipient,
    threadId: null,
    orderKey: orderKeyOf(tenantId, signal),
    refused: null,
    messageId,
    ...(await composeMail({ ...content, text: `${subject}.`, html })),
    ...columns,
  };
}
