import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { NewMail } from "@/lib/delivery/mail";
import { startTestOutbox, type TestOutbox, testMail } from "@/testing/outbox";
import { createRetentionStore } from "./store";

let db: TestOutbox;
beforeAll(async () => {
  db = await startTestOutbox();
});
afterAll(() => db.drop());
beforeEach(() =>
  db.pool.query(
    "TRUNCATE mail, test_alert, cycle, worker_heartbeat, migration_told, housekeeping, departure, session, sign_in CASCADE",
  ),
);

const never = new AbortController().signal;
const forget = () => createRetentionStore(db.database).removeOldRecords(never);
const query = async <R extends object>(text: string, values: unknown[] = []) =>
  (await db.pool.query<R>(text, values)).rows;
/** A mail that stands like this. @param change columns, as SQL */
async function mail(change: string, more: Partial<NewMail> = {}): Promise<NewMail> {
  const written = await testMail("photos", { html: "<p>Latency</p>", ...more });
  await db.write(written);
  await query(`UPDATE mail SET ${change} WHERE id = $1`, [written.id]);
  return written;
}
const ago = (days: number) => `now() - interval '${days} days'`;
const hasBytes = async ({ id }: NewMail) =>
  (await query<{ has: boolean }>("SELECT octet_length(raw) > 0 AS has FROM mail WHERE id = $1", [id]))[0]
    ?.has;

describe("the bytes of a mail", () => {
  test.each<[string, string, boolean]>([
    ["accepted a month ago", `state = 'accepted', accepted_at = ${ago(31)}, created_at = ${ago(31)}`, false],
    ["accepted lately", `state = 'accepted', accepted_at = ${ago(29)}, created_at = ${ago(29)}`, true],
    ["failed a month ago", `state = 'failed', created_at = ${ago(31)}`, false],
    ["taken back a month ago", `state = 'cancelled', created_at = ${ago(31)}`, false],
    ["held for a month", `state = 'held', created_at = ${ago(31)}, give_up_at = ${ago(28)}`, false],
    ["that waits, whatever its age", `state = 'queued', created_at = ${ago(31)}`, true],
    [
      "that is being sent, whatever its age",
      `state = 'sending', lease_token = gen_random_uuid(), lease_until = now() - interval '1 s', created_at = ${ago(31)}`,
      true,
    ],
    [
      "held that may still go",
      `state = 'held', created_at = ${ago(31)}, give_up_at = now() + interval '1 h'`,
      true,
    ],
  ])("of one %s: with %s, kept is %s, and its record always", async (_, change, kept) => {
    const written = await mail(change, { threadId: randomUUID() });
    const before = await db.outbox.mail(db.scope("photos"), written.id);
    await forget();
    expect(await hasBytes(written)).toBe(kept);
    expect(await db.outbox.mail(db.scope("photos"), written.id)).toEqual(before);
  });
});

describe("test alerts", () => {
  const asked = async (days: number, change: string) => {
    const written = await mail(`${change}, created_at = ${ago(days)}`, { kind: "test" });
    await query(
      `INSERT INTO test_alert (id, tenant_id, requested_at, requested_by, written_at)
       VALUES ($1, 'photos', ${ago(days)}, 'owner', now())`,
      [written.id],
    );
    return written.id;
  };
  const ACCEPTED = "state = 'accepted', accepted_at = now()";
  const left = async () => (await query<{ id: string }>("SELECT id FROM test_alert")).map(({ id }) => id);

  test("are gone after 90 days with their mails, all but the newest", async () => {
    await asked(200, ACCEPTED);
    await asked(91, "state = 'failed', dismissed_at = now()");
    const lately = await asked(89, ACCEPTED);
    expect(await forget()).toMatchObject({ tests: 2 });
    expect(await left()).toEqual([lately]);
    expect((await query("SELECT id FROM mail")).length).toBe(1);
  });

  test("stay where they are the newest, could still be sent, or failed and nobody has put that away", async () => {
    const unread = await asked(300, "state = 'failed'");
    const open = await asked(250, "state = 'queued'");
    const newest = await asked(200, ACCEPTED);
    expect(await forget()).toMatchObject({ tests: 0 });
    expect((await left()).sort()).toEqual([unread, open, newest].sort());
  });
});

test("records of evaluations go after 35 days, life signs of workers after 7, sessions 30 after their end, unread bounces 30 after they came, sign-ins and what was reported about migrations after 90", async () => {
  const cycle = (days: number) =>
    query(
      `INSERT INTO cycle (signal, line, slot, outcome, interval_seconds, missed, judged, answered, dropped, evaluator, run, started_at)
       VALUES ('latency', 'p95', ${ago(days)}, 'good', 30, 0, 1, 1, 0, gen_random_uuid(), gen_random_uuid(), now())`,
    );
  const worker = (days: number) =>
    query(
      `INSERT INTO worker_heartbeat (id, started_at, seen_at, version)
       VALUES (gen_random_uuid(), ${ago(90)}, ${ago(days)}, '1')`,
    );
  const notified = (days: number) =>
    query(
      `INSERT INTO migration_told (tenant_id, run_id, what, at) VALUES ('photos', 'move.${days}', 'failed', ${ago(days)})`,
    );
  await Promise.all([cycle(36), cycle(34), worker(8), worker(6), notified(91), notified(89)]);
  const session = (days: number) =>
    query(
      `INSERT INTO session (id, issuer, subject, expires_at) VALUES (gen_random_uuid(), 'i', 's', ${ago(days)})`,
    );
  const signIn = (days: number) =>
    query(
      `INSERT INTO sign_in (id, issuer, subject, tenant_id, result, at)
       VALUES (gen_random_uuid(), 'i', 's', 'photos', 'signed-in', ${ago(days)})`,
    );
  const { id: mailId } = await mail("state = 'queued'");
  const unread = (days: number) =>
    query(
      `INSERT INTO unread_bounce (tenant_id, mail_id, received_at, reason, size, head, digest)
       VALUES ('photos', $1, ${ago(days)}, 'It names nobody.', 1, 'x', $2)`,
      [mailId, String(days)],
    );
  await Promise.all([session(31), session(29), signIn(91), signIn(89), unread(31), unread(29)]);
  expect(await forget()).toEqual({
    mailBytes: 0,
    tests: 0,
    cycles: 1,
    workers: 1,
    departures: 0,
    runsReported: 1,
    providerTokens: 0,
    sessions: 1,
    signIns: 1,
    unreadBounces: 1,
  });
  expect(await query("SELECT digest FROM unread_bounce")).toEqual([{ digest: "29" }]);
  expect(await query("SELECT run_id FROM migration_told")).toEqual([{ run_id: "move.89" }]);
  expect(await query("SELECT id FROM session")).toHaveLength(1);
  expect(await query("SELECT id FROM sign_in")).toHaveLength(1);
  expect(await query("SELECT id FROM cycle")).toHaveLength(1);
  expect(await query("SELECT id FROM worker_heartbeat")).toHaveLength(1);
});

test("a departure goes after a year, unless its receipt is still owed", async () => {
  const departure = (digest: string, days: number, receipt: string) =>
    query(
      `INSERT INTO departure (id_digest, not_serving_from, over_at, time_zone, issue_url, deleted_at, deleted, receipt_at)
       VALUES ($1, now(), now(), 'UTC', 'https://git.example/1', ${ago(days)}, '{}', ${receipt})`,
      [digest],
    );
  await Promise.all([
    departure("old", 367, "now()"),
    departure("owed", 367, "NULL"),
    departure("young", 360, "now()"),
  ]);
  expect(await forget()).toMatchObject({ departures: 1 });
  expect(await query("SELECT id_digest FROM departure ORDER BY 1")).toEqual([
    { id_digest: "owed" },
    { id_digest: "young" },
  ]);
});

test("the provider's tokens of a session go once it has expired or ended, and those of an open one stay", async () => {
  const session = (subject: string, expiresAt: string, endedAt: string) =>
    query(
      `INSERT INTO session (id, issuer, subject, expires_at, ended_at, provider_tokens)
       VALUES (gen_random_uuid(), 'i', $1, ${expiresAt}, ${endedAt}, 'sealed')`,
      [subject],
    );
  await session("open", "now() + interval '1 h'", "NULL");
  await session("expired", "now() - interval '1 s'", "NULL");
  await session("ended by an older build", "now() + interval '1 h'", "now()");
  expect(await forget()).toMatchObject({ providerTokens: 2, sessions: 0 });
  expect(await query("SELECT subject FROM session WHERE provider_tokens IS NOT NULL")).toEqual([
    { subject: "open" },
  ]);
});

describe("the hour's work", () => {
  test("is one worker's, and due again after an hour, also where the clock was put back", async () => {
    const both = await Promise.all([forget(), forget()]);
    expect(both.filter((removed) => removed !== null)).toHaveLength(1);
    expect(await forget()).toBeNull();
    await query("UPDATE housekeeping SET begun_at = begun_at - interval '61 minutes'");
    expect(await forget()).not.toBeNull();
    await query("UPDATE housekeeping SET begun_at = now() + interval '1 day'");
    expect(await forget()).not.toBeNull();
  });

  test("is done in batches until nothing is left, and ends at once when the worker stops", async () => {
    await query(
      `INSERT INTO cycle (signal, line, slot, outcome, interval_seconds, missed, judged, answered, dropped, evaluator, run, started_at)
       SELECT 'latency', 'p95', ${ago(36)} - n * interval '30 s', 'good', 30, 0, 1, 1, 0, gen_random_uuid(), gen_random_uuid(), now()
       FROM generate_series(1, 1200) AS n`,
    );
    const stopped = new AbortController();
    stopped.abort();
    expect(await createRetentionStore(db.database).removeOldRecords(stopped.signal)).toMatchObject({
      cycles: 0,
    });
    await query("TRUNCATE housekeeping");
    expect(await forget()).toMatchObject({ cycles: 1200 });
  });
});
