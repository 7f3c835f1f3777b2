import { cp, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { NewMail } from "@/lib/delivery/mail";
import { startTestOutbox, type TestOutbox, testMail } from "@/testing/outbox";
import { freshDatabase, type TestDatabase } from "@/testing/postgres";
import { MIGRATIONS_FOLDER, migrateDatabase } from "../../server/migrate";
import { restoreBackup } from "../backup/restore-backup";
import { writeBackup } from "../backup/write-backup";

// Builds before 0.3.0 know mail.thread_id as mail.episode_key, and run beside today's during an upgrade.

const THREAD = "0c9e5f0e-53a1-4d8e-8a0c-7a4b6a1f2d11";
const OTHER_THREAD = "e0a7e9a4-9a9b-4f43-8f3c-2a5f8a3f9c22";
const MIGRATION = "20261129120000_mail_thread_id";

const ofThread = (mail: Pick<NewMail, "id" | "threadId">[], threadId: string) =>
  mail.filter((each) => each.threadId === threadId).map(({ id }) => id);

/** What a build before 0.3.0 sends to the database. */
function olderBuild(client: Pick<Client, "query">) {
  return {
    /** ENQUEUE, for one mail and without the look at its address. */
    write: (mail: NewMail) =>
      client.query(
        `INSERT INTO mail (id, tenant_id, kind, recipient, episode_key, order_key, message_id, raw, raw_text_only, give_up_at, state)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, now() + interval '3 days', 'queued')`,
        [
          mail.id,
          mail.tenantId,
          mail.kind,
          mail.recipient,
          mail.threadId,
          mail.orderKey,
          mail.messageId,
          mail.raw,
          mail.rawTextOnly,
        ],
      ),
    /** COPY_READDRESSED. */
    copy: (mail: NewMail) =>
      client.query(
        `INSERT INTO mail (id, tenant_id, kind, recipient, episode_key, order_key, message_id, raw, raw_text_only, created_at, give_up_at)
         SELECT gen_random_uuid(), tenant_id, kind, recipient, episode_key, order_key, 'copy of ' || message_id, raw, raw_text_only, created_at, give_up_at
         FROM mail WHERE id = $1`,
        [mail.id],
      ),
    /** MAILS_OF_ALERT. */
    mailsOf: async (threadId: string): Promise<string[]> => {
      const { rows } = await client.query<{ id: string }>(
        "SELECT id FROM mail WHERE tenant_id = 'photos' AND episode_key = $1 ORDER BY seq",
        [threadId],
      );
      return rows.map(({ id }) => id);
    },
  };
}

const stops: (() => Promise<unknown>)[] = [];
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "thread-id-"));
});
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
  await rm(folder, { recursive: true });
});

async function today(): Promise<TestOutbox> {
  const outbox = await startTestOutbox();
  stops.push(outbox.drop);
  return outbox;
}

describe("beside a build that calls it episode_key", () => {
  test("each build finds the mails of a thread that the other wrote", async () => {
    const db = await today();
    const older = olderBuild(db.pool);
    const byOlder = await testMail("photos", { threadId: THREAD, signal: "latency" });
    const byToday = await testMail("photos", { threadId: THREAD, signal: "errors" });
    const other = await testMail("photos", { threadId: OTHER_THREAD });
    const ofNone = await testMail("photos");
    await older.write(byOlder);
    await db.write(byToday, other, ofNone);
    const all = [byOlder, byToday, other, ofNone];
    for (const thread of [THREAD, OTHER_THREAD]) {
      expect(await older.mailsOf(thread)).toEqual(ofThread(all, thread));
      expect((await db.outbox.mailsOf(db.scope("photos"), thread)).map(({ id }) => id)).toEqual(
        ofThread(all, thread),
      );
    }
    expect((await db.outbox.mail(db.scope("photos"), ofNone.id))?.threadId).toBeNull();
  });

  test("a copy to another address stays in its thread, whichever build makes it", async () => {
    const db = await today();
    const older = olderBuild(db.pool);
    const mail = await testMail("photos", { threadId: THREAD });
    await db.write(mail);
    await older.copy(mail);
    await db.pool.query("UPDATE mail SET state = 'cancelled' WHERE id <> $1", [mail.id]);
    await db.pool.query("UPDATE mail SET ambiguous = 1");
    await db.pool.query("UPDATE tenant SET contact_address = 'new@photos.example'");
    expect(await db.outbox.readdressMails(10)).toBe(1);
    const found = await db.outbox.mailsOf(db.scope("photos"), THREAD);
    expect(found).toHaveLength(3);
    expect((await older.mailsOf(THREAD)).sort()).toEqual(found.map(({ id }) => id).sort());
  });

  test.each([
    ["episode_key", OTHER_THREAD],
    ["episode_key", null],
    ["thread_id", OTHER_THREAD],
    ["thread_id", null],
  ])("an update of %s to %s is one of both", async (column, value) => {
    const db = await today();
    await db.write(await testMail("photos", { threadId: THREAD }));
    await db.pool.query(`UPDATE mail SET ${column} = $1`, [value]);
    const { rows } = await db.pool.query("SELECT thread_id, episode_key FROM mail");
    expect(rows).toEqual([{ thread_id: value, episode_key: value }]);
  });

  test("what either build does to a mail later leaves its thread alone", async () => {
    const db = await today();
    await olderBuild(db.pool).write(await testMail("photos", { threadId: THREAD }));
    const [mail] = await db.outbox.leaseDue(1, 60);
    await db.outbox.accept([{ id: mail?.id ?? "", words: "250 ok" }]);
    const { rows } = await db.pool.query("SELECT state, thread_id, episode_key FROM mail");
    expect(rows).toEqual([{ state: "accepted", thread_id: THREAD, episode_key: THREAD }]);
  });
});

describe("the schema migration", () => {
  let database: TestDatabase;
  let client: Client;
  let names: string[];
  beforeEach(async () => {
    names = (await readdir(MIGRATIONS_FOLDER)).filter((name) => /^\d/.test(name)).sort();
    database = await freshDatabase({ migrated: false });
    stops.push(database.drop);
    await migrateBefore(MIGRATION);
    client = new Client({ connectionString: database.url });
    await client.connect();
    stops.push(() => client.end());
    await client.query(
      "INSERT INTO tenant (id, name, contact_address, time_zone, state, links) VALUES ('photos', 'A', 'a@a.example', 'UTC', 'live', '{}')",
    );
  });

  /** Applies the migrations that come before one. */
  async function migrateBefore(end: string, patience = {}): Promise<string[]> {
    const some = await mkdtemp(join(folder, "migrations-"));
    for (const name of names.filter((each) => each < end))
      await cp(join(MIGRATIONS_FOLDER, name), join(some, name), { recursive: true });
    return migrateDatabase(database.url, { migrationsDir: some, patience });
  }

  const STATES = {
    queued: "state = 'queued'",
    held: "state = 'held'",
    sending: "state = 'sending', lease_token = gen_random_uuid(), lease_until = now()",
    accepted: "state = 'accepted', accepted_at = now()",
    failed: "state = 'failed'",
    cancelled: "state = 'cancelled'",
  };
  async function writeInEachState(): Promise<void> {
    for (const change of Object.values(STATES)) {
      for (const threadId of [THREAD, null]) {
        const mail = await testMail("photos", { threadId });
        await olderBuild(client).write(mail);
        await client.query(`UPDATE mail SET ${change} WHERE id = $1`, [mail.id]);
      }
    }
  }
  const threads = async (of: Pick<Client, "query"> = client) =>
    (await of.query("SELECT state, thread_id FROM mail ORDER BY seq")).rows;
  const expected = Object.keys(STATES).flatMap((state) => [
    { state, thread_id: THREAD },
    { state, thread_id: null },
  ]);

  test("fills in the thread of every mail that there is", async () => {
    await writeInEachState();
    await migrateDatabase(database.url);
    expect(await threads()).toEqual(expected);
  });

  test("fills them in while others write mails, and those have their thread too", async () => {
    await writeInEachState();
    const [, backfill = "", next = "~"] = names.slice(names.indexOf(MIGRATION));
    await migrateBefore(backfill);
    const late = await testMail("photos", { threadId: OTHER_THREAD });
    await client.query("BEGIN");
    await olderBuild(client).write(late);
    expect(await migrateBefore(next, { giveUpMs: 0 })).toEqual([backfill]);
    await client.query("COMMIT");
    expect(await threads()).toEqual([...expected, { state: "queued", thread_id: OTHER_THREAD }]);
  });

  test("is part of a backup, and is done to one from before it", async () => {
    await writeInEachState();
    const file = join(folder, "before.sql.gz");
    await writeBackup(database.url, file);
    const restored = await freshDatabase({ migrated: false });
    stops.push(restored.drop);
    expect((await restoreBackup(restored.url, file)).migrated).toContain(MIGRATION);

    const again = join(folder, "after.sql.gz");
    await writeBackup(restored.url, again);
    const twice = await freshDatabase({ migrated: false });
    stops.push(twice.drop);
    expect((await restoreBackup(twice.url, again)).migrated).toEqual([]);
    const client = new Client({ connectionString: twice.url });
    await client.connect();
    stops.push(() => client.end());
    expect((await threads(client)).map(({ thread_id }) => thread_id)).toEqual(
      expected.map(({ thread_id }) => thread_id),
    );
    const mail = await testMail("photos", { threadId: OTHER_THREAD });
    await olderBuild(client).write(mail);
    expect((await threads(client)).at(-1)).toEqual({ state: "queued", thread_id: OTHER_THREAD });
  });
});
