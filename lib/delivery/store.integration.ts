import { afterAll, beforeEach, describe, expect, test } from "vitest";
import type { Connection } from "@/lib/infra/statement";
import { startTestOutbox, testMail } from "@/testing/outbox";
import { outboxSteps, outcomeWords } from "@/testing/outbox-steps";
import { ACCEPTED_WITHIN } from "./statements";
import { createOutbox } from "./store";

const db = await startTestOutbox();
const { accept, delivery, leaseOne, passTime, photos } = outboxSteps(db);
const MINUTE = 60_000;

afterAll(() => db.drop());
beforeEach(() => db.pool.query("TRUNCATE mail, bounce, address_health, relay_check CASCADE"));

describe("writing", () => {
  test("happens exactly when the caller's transaction commits", async () => {
    const write = async (tx: Connection) => {
      await createOutbox(tx).enqueue([await testMail("photos")]);
      expect(await db.outbox.leaseDue(5, 60)).toEqual([]);
    };
    await db.database.transaction(write, { isKept: () => false });
    expect(await db.outbox.oldestDue()).toEqual({ due: 0, waitedMs: 0, undeliveredMs: 0 });
  });

  test("the same mail twice writes it once, so a lost COMMIT may be repeated", async () => {
    const mail = await testMail("photos");
    expect(await db.outbox.enqueue([mail])).toEqual([{ id: mail.id, state: "queued" }]);
    expect(await db.outbox.enqueue([mail])).toEqual([]);
  });

  test("a mail for a tenant that is gone is refused with the whole transaction", async () => {
    await expect(db.write(await testMail("photos"), await testMail("nobody"))).rejects.toThrow(
      /mail_tenant_id_fkey/,
    );
    expect(await db.outbox.leaseDue(5, 60)).toEqual([]);
  });

  test("gives back the very bytes", async () => {
    const mail = await testMail("photos", { raw: Buffer.from([0, 13, 10, 92, 120, 255]) });
    await db.write(mail);
    expect((await leaseOne()).raw).toEqual(mail.raw);
  });
});

describe("leasing", () => {
  test("gives each mail to one worker, also when many ask at once", async () => {
    await db.write(
      ...(await Promise.all(Array.from({ length: 40 }, (_, n) => testMail("photos", { signal: `s${n}` })))),
    );
    const leased = (await Promise.all(Array.from({ length: 8 }, () => db.outbox.leaseDue(10, 60)))).flat();
    expect(new Set(leased.map(({ id }) => id)).size).toBe(leased.length);
    expect(leased).toHaveLength(40);
  });

  test("lets no younger mail of an order key leave before the elder is final", async () => {
    const [first, second, other] = [
      await testMail("photos"),
      await testMail("photos"),
      await testMail("tickets"),
    ];
    await db.write(first, second);
    const elder = await leaseOne();
    expect(elder.id).toBe(first.id);
    await db.write(other);
    expect((await leaseOne()).id).toBe(other.id);
    await db.outbox.complete(elder, outcomeWords("transient"), MINUTE);
    expect(await db.outbox.leaseDue(5, 60)).toEqual([]);
    await db.pool.query("UPDATE mail SET due_at = now() - interval '1 s' WHERE id = $1", [first.id]);
    await accept(await leaseOne());
    expect((await leaseOne()).id).toBe(second.id);
  });

  test("leaves out the capabilities and domains that are said, and gives the others' in their order", async () => {
    await db.pool.query(
      `INSERT INTO tenant (id, name, contact_address, time_zone, state, links)
       VALUES ('library', 'Library', 'owner@Slow.example', 'Europe/Berlin', 'live', '{}') ON CONFLICT DO NOTHING`,
    );
    const [slow, atSlowDomain, first, second, other] = [
      await testMail("photos"),
      await testMail("library", { recipient: "owner@Slow.example" }),
      await testMail("tickets"),
      await testMail("tickets"),
      await testMail("tickets", { signal: "restarts" }),
    ];
    await db.write(slow, atSlowDomain, first, second, other);
    const leftOut = { tenantIds: ["photos"], domains: ["slow.example"] };
    const ids = async (...lease: Parameters<typeof db.outbox.leaseDue>) =>
      (await db.outbox.leaseDue(...lease)).map(({ id }) => id);
    expect(await ids(1, 60, leftOut)).toEqual([first.id]);
    expect(await ids(5, 60, leftOut)).toEqual([other.id]); // the second waits for the first
    expect(await ids(5, 60)).toEqual([slow.id, atSlowDomain.id]);
  });

  test("lets an alert of another thread leave at once, however long an elder mail of its tenant's is put off", async () => {
    const [old, news] = [
      await testMail("photos", { signal: "alerts", threadId: "a" }),
      await testMail("photos", { signal: "alerts", threadId: "b" }),
    ];
    await db.write(old);
    await db.outbox.complete(await leaseOne(), outcomeWords("transient"), 60 * MINUTE);
    await db.write(news);
    expect((await db.outbox.leaseDue(5, 60)).map(({ id }) => id)).toEqual([news.id]);
  });

  test("brings an elder mail of the same thread forward when there is news, and keeps their order", async () => {
    const mailOf = () => testMail("photos", { signal: "alerts", threadId: "a" });
    const [old, news] = [await mailOf(), await mailOf()];
    await db.write(old);
    await db.outbox.complete(await leaseOne(), outcomeWords("transient"), 60 * MINUTE);
    expect(await db.outbox.leaseDue(5, 60)).toEqual([]);
    await db.write(news);
    const elder = await leaseOne();
    expect(elder.id).toBe(old.id);
    await accept(elder);
    expect((await leaseOne()).id).toBe(news.id);
  });

  test("isn't put off until a clock that ran a day ahead has been caught up with", async () => {
    await db.write(await testMail("photos"));
    await db.pool.query("UPDATE mail SET due_at = now() + interval '1 day'");
    await db.outbox.bringForward();
    await leaseOne();
    await db.pool.query(
      "UPDATE mail SET state = 'queued', lease_token = NULL, lease_until = NULL, due_at = now() + interval '66 minutes'",
    );
    await db.outbox.bringForward();
    expect(await db.outbox.leaseDue(1, 60)).toEqual([]);
  });

  test("takes over a lease that ran out, counts the try as ambiguous, and the dead worker's word counts no more", async () => {
    await db.write(await testMail("photos"));
    const dead = await leaseOne();
    expect(await db.outbox.leaseDue(1, 60)).toEqual([]);
    await passTime();
    const taken = await leaseOne();
    expect(taken).toMatchObject({ id: dead.id, attempts: 2 });
    expect(await db.outbox.complete(dead, outcomeWords("bad-address"), 0)).toBeNull();
    expect(await delivery(dead.id)).toMatchObject({ state: "sending", ambiguous: 1 });
  });

  test("believes an acceptance, whoever holds the lease by now", async () => {
    await db.write(await testMail("photos"));
    const slow = await leaseOne();
    await passTime();
    const quick = await leaseOne();
    await accept(slow);
    expect(await db.outbox.complete(quick, outcomeWords("transient"), 0)).toBeNull();
    expect((await delivery(slow.id)).state).toBe("accepted");
  });

  test("Fault 18: isn't stuck by a lease from before the database's clock jumped back an hour", async () => {
    await db.write(await testMail("photos"));
    await leaseOne();
    await db.pool.query("UPDATE mail SET lease_until = now() + interval '1 hour'");
    expect(await db.outbox.leaseDue(1, 60)).toHaveLength(1);
  });

  test("given back counts no try", async () => {
    await db.write(await testMail("photos"));
    await db.outbox.release([await leaseOne()]);
    expect(await leaseOne()).toMatchObject({ attempts: 1 });
  });
});

test("a mail that becomes due is leased at that very moment, whichever way its time is rounded", async () => {
  await db.write(await testMail("photos"));
  for (let moment = 0; moment < 20; moment++) {
    await db.pool.query(
      `UPDATE mail SET state = 'queued', last_class = 'transport', lease_token = NULL, lease_until = NULL,
        due_at = now() + interval '1 hour'`,
    );
    await db.database.transaction(
      async (tx) => {
        expect(await createOutbox(tx).retryTransportNow()).toBe(1);
        expect(await createOutbox(tx).leaseDue(1, 60)).toHaveLength(1);
      },
      { isKept: () => true },
    );
  }
});

describe("whether a relay accepted a mail lately", () => {
  test("counts mails that were accepted under these settings, and no others", async () => {
    const accepted = async (settings: string, ageMs = MINUTE) => db.outbox.isAcceptedWithin(ageMs, settings);
    await db.write(await testMail("photos"), await testMail("photos", { signal: "restarts" }));
    await accept(await leaseOne()); // as a build before 0.3.0 records it
    expect(await accepted("new")).toBe(false);
    await db.outbox.accept([{ id: (await leaseOne()).id, words: "250 Ok" }], "old");
    expect([await accepted("old"), await accepted("new")]).toEqual([true, false]);
    await db.pool.query("UPDATE mail SET accepted_at = now() - interval '2 minutes'");
    expect([await accepted("old"), await accepted("old", 3 * MINUTE)]).toEqual([false, true]);
  });

  test("reads no mails but those", async () => {
    await db.write(await testMail("photos"));
    await db.pool.query(
      `INSERT INTO mail (id, tenant_id, kind, recipient, order_key, message_id, raw, give_up_at, state, accepted_at, accepted_settings)
       SELECT gen_random_uuid(), tenant_id, kind, recipient, order_key, message_id || n, raw, give_up_at, 'accepted',
         now() - n * interval '1 min', 'settings'
       FROM mail, generate_series(1, 5000) AS n`,
    );
    await db.pool.query("ANALYZE mail");
    const { rows } = await db.pool.query(`EXPLAIN ${ACCEPTED_WITHIN.text}`, [MINUTE, "settings"]);
    expect(rows.map((row) => row["QUERY PLAN"]).join("\n")).toMatch(/using mail_accepted on mail/);
  });
});

test("an alert's mails are taken back only while no relay can have them", async () => {
  const [tried, fresh] = [
    await testMail("photos", { threadId: "e1" }),
    await testMail("photos", { threadId: "e1", signal: "restarts" }),
  ];
  await db.write(tried);
  await db.outbox.complete(await leaseOne(), outcomeWords("ambiguous"), 0);
  await db.write(fresh);
  expect(
    (await db.outbox.cancelUnsent([{ tenantId: "photos", threadId: "e1" }])).map(({ id }) => id),
  ).toEqual([fresh.id]);
  expect((await delivery(tried.id)).state).toBe("queued");
});

describe("what a tenant sees", () => {
  test("is its own alone", async () => {
    const mine = await testMail("photos", { threadId: "e1" });
    const theirs = await testMail("tickets", { threadId: "e1" });
    await db.write(mine, theirs);
    expect((await db.outbox.mailsOf(photos(), "e1")).map(({ id }) => id)).toEqual([mine.id]);
    expect(await db.outbox.mail(photos(), theirs.id)).toBeNull();
    expect(await db.outbox.queueSummary(photos())).toMatchObject({ queued: 1 });
  });

  test("the age of the queue is that of what waits for the relay, however often it was put off, and of nothing that waits for a recipient", async () => {
    await db.write(await testMail("photos"), await testMail("tickets"));
    await db.pool.query(
      "UPDATE mail SET created_at = now() - CASE tenant_id WHEN 'photos' THEN interval '2 hours' ELSE interval '1 hour' END",
    );
    const age = async () => Math.round((await db.outbox.oldestDue()).undeliveredMs / MINUTE);
    expect(await age()).toBe(120);
    for (const mail of await db.outbox.leaseDue(5, 60))
      await db.outbox.complete(
        mail,
        outcomeWords(mail.tenantId === "photos" ? "mailbox-full" : "transport"),
        30 * MINUTE,
      );
    expect(await db.outbox.oldestDue()).toMatchObject({ due: 0, waitedMs: 0 });
    expect(await age()).toBe(60);
    // A later mail to the full mailbox waits, too.
    await db.write(await testMail("photos"));
    await db.pool.query("UPDATE mail SET created_at = now() - interval '3 hours' WHERE last_class IS NULL");
    expect(await age()).toBe(60);
  });

  test("counts what waits, since when, and what never arrived until that is put away", async () => {
    await db.write(await testMail("photos"), await testMail("photos"));
    await db.pool.query(
      "UPDATE mail SET created_at = now() - interval '1 hour', due_at = now() - interval '1 hour'",
    );
    const before = await db.outbox.queueSummary(photos());
    expect(before).toMatchObject({ queued: 2, sending: 0, held: 0, notReceived: 0, last: null });
    expect(Date.now() - (before.oldestDueAtMs ?? 0)).toBeGreaterThan(59 * MINUTE);
    expect((await db.outbox.oldestDue()).due).toBe(1);
    const mail = await leaseOne();
    await db.pool.query("UPDATE mail SET give_up_at = now() - interval '1 s' WHERE id = $1", [mail.id]);
    await db.outbox.complete(mail, outcomeWords("policy"), 0);
    expect(await db.outbox.queueSummary(photos())).toMatchObject({
      queued: 1,
      notReceived: 1,
      last: { class: "policy" },
    });
    await db.outbox.dismiss(db.scope("tickets"), [mail.id], "owner@tickets.example");
    expect(await db.outbox.notReceived(photos())).toHaveLength(1);
    await db.outbox.dismiss(photos(), [mail.id], "owner@photos.example");
    expect(await db.outbox.notReceived(photos())).toEqual([]);
  });

  test("of the relay is the newest record, by relay", async () => {
    await db.outbox.recordRelay({ relay: "a:25", ok: true, reason: null, breaker: "closed" });
    await db.outbox.recordRelay({ relay: "a:25", ok: false, reason: "refused", breaker: "open" });
    await db.outbox.recordRelay({ relay: "b:25", ok: true, reason: null, breaker: "closed" });
    const states = await db.outbox.relayStates();
    expect(states.map(({ relay, ok }) => [relay, ok])).toEqual([
      ["a:25", false],
      ["b:25", true],
    ]);
  });
});
