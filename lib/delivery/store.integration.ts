import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Connection } from "@/lib/infra/statement";
import { startTestOutbox, type TestOutbox, testMail } from "@/testing/outbox";
import type { LeasedMail } from "./mail";
import type { OutcomeClass } from "./smtp/outcome-class";
import { createOutbox } from "./store";

let db: TestOutbox;
beforeAll(async () => {
  db = await startTestOutbox();
});
afterAll(() => db.drop());
beforeEach(() => db.pool.query("TRUNCATE mail, bounce, address_health, relay_check CASCADE"));

const MINUTE = 60_000;
type Refusal = Exclude<OutcomeClass, "accepted">;
const words = (outcome: Refusal) => ({ class: outcome, words: `said ${outcome}` });
const accept = ({ id }: { id: string }) => db.outbox.accept([{ id, words: "said accepted" }]);
const photos = () => db.scope("photos");
/** Lets the time pass that a retry or a dead worker's lease would take. */
const passTime = async () => {
  await db.pool.query("UPDATE mail SET due_at = now() - interval '1 ms' WHERE state = 'queued'");
  await db.pool.query("UPDATE mail SET lease_until = now() - interval '1 ms' WHERE state = 'sending'");
};
async function leaseOne(): Promise<LeasedMail> {
  const [mail] = await db.outbox.leaseDue(1, 60);
  if (!mail) throw new Error("no mail was due");
  return mail;
}
async function delivery(id: string) {
  const found = await db.outbox.mail(photos(), id);
  if (!found) throw new Error("no such mail");
  return found;
}

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
    await db.outbox.complete(elder, words("transient"), MINUTE);
    expect(await db.outbox.leaseDue(5, 60)).toEqual([]);
    await db.pool.query("UPDATE mail SET due_at = now() - interval '1 s' WHERE id = $1", [first.id]);
    await accept(await leaseOne());
    expect((await leaseOne()).id).toBe(second.id);
  });

  test("lets an alert of another thread leave at once, however long an elder mail of its tenant's is put off", async () => {
    const [old, news] = [
      await testMail("photos", { signal: "alerts", threadId: "a" }),
      await testMail("photos", { signal: "alerts", threadId: "b" }),
    ];
    await db.write(old);
    await db.outbox.complete(await leaseOne(), words("transient"), 60 * MINUTE);
    await db.write(news);
    expect((await db.outbox.leaseDue(5, 60)).map(({ id }) => id)).toEqual([news.id]);
  });

  test("brings an elder mail of the same thread forward when there is news, and keeps their order", async () => {
    const mailOf = () => testMail("photos", { signal: "alerts", threadId: "a" });
    const [old, news] = [await mailOf(), await mailOf()];
    await db.write(old);
    await db.outbox.complete(await leaseOne(), words("transient"), 60 * MINUTE);
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
    expect(await db.outbox.complete(dead, words("bad-address"), 0)).toBeNull();
    expect(await delivery(dead.id)).toMatchObject({ state: "sending", ambiguous: 1 });
  });

  test("believes an acceptance, whoever holds the lease by now", async () => {
    await db.write(await testMail("photos"));
    const slow = await leaseOne();
    await passTime();
    const quick = await leaseOne();
    await accept(slow);
    expect(await db.outbox.complete(quick, words("transient"), 0)).toBeNull();
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

describe("an outcome", () => {
  test.each<[Refusal, string]>([
    ["transport", "queued"],
    ["transient", "queued"],
    ["mailbox-full", "queued"],
    ["ambiguous", "queued"],
    ["bad-address", "failed"],
    ["policy", "queued"],
    ["relay-refuses", "queued"],
    ["recipient-refused", "queued"],
    ["unclear", "queued"],
  ])("%s leaves a plain mail %s", async (outcome, state) => {
    await db.write(await testMail("photos"));
    const mail = await leaseOne();
    expect(await db.outbox.complete(mail, words(outcome), MINUTE)).toBe(state);
    const after = await delivery(mail.id);
    expect(after).toMatchObject({ state, attempts: 1, ambiguous: outcome === "ambiguous" ? 1 : 0 });
    expect(after.last).toMatchObject({ class: outcome, words: `said ${outcome}` });
    expect(after.finishedAtMs === null).toBe(state === "queued");
    if (after.dueAtMs !== null && after.last) {
      expect(after.dueAtMs - after.last.atMs).toBeGreaterThan(MINUTE - 5_000);
    }
  });

  test("of policy turns a mail to plain text, which waits, and the address stays good", async () => {
    const mail = await testMail("photos", { html: "<p>Latency</p>" });
    await db.write(mail);
    expect(await db.outbox.complete(await leaseOne(), words("policy"), 0)).toBe("queued");
    const again = await leaseOne();
    expect(again.raw).toEqual(mail.rawTextOnly);
    expect(await db.outbox.complete(again, words("policy"), 0)).toBe("queued");
    expect((await leaseOne()).raw).toEqual(mail.rawTextOnly);
    expect(await db.outbox.badAddresses(photos())).toEqual([]);
  });

  test("short of acceptance fails a mail for good after 72 hours, with a last try at their end", async () => {
    await db.write(await testMail("photos"));
    const due =
      "SELECT due_at = give_up_at AS last, give_up_at - created_at = interval '72 hours' AS horizon FROM mail";
    await db.pool.query(
      "UPDATE mail SET created_at = now() - interval '71.9 hours', give_up_at = now() + interval '6 minutes'",
    );
    await db.outbox.complete(await leaseOne(), words("transient"), 60 * MINUTE);
    expect((await db.pool.query(due)).rows[0].last).toBe(true);
    // A moment ago: times are kept to the millisecond, and rounding may put "now" ahead of the next statement.
    await db.pool.query(
      "UPDATE mail SET due_at = now() - interval '1 s', give_up_at = now() - interval '1 s'",
    );
    expect(await db.outbox.complete(await leaseOne(), words("transient"), 60 * MINUTE)).toBe("failed");
  });

  test("leaves a probe the mail that hasn't failed, though a refused one is due for longer", async () => {
    const [refused, fresh] = [await testMail("photos"), await testMail("tickets")];
    await db.write(refused);
    await db.outbox.complete(await leaseOne(), words("unclear"), 0);
    await db.write(fresh);
    await db.pool.query("UPDATE mail SET due_at = now() - interval '1 hour' WHERE id = $1", [refused.id]);
    expect((await db.outbox.leaseProbe(60)).map(({ id }) => id)).toEqual([fresh.id]);
  });

  test("is its recipient's own trouble once the relay accepted another's mail", async () => {
    await db.write(await testMail("photos"));
    await db.outbox.complete(await leaseOne(), words("unclear"), MINUTE);
    expect(await db.outbox.refusedBesideOthers()).toEqual([]);
    const own = await testMail("photos", { kind: "test", orderKey: "photos/test" });
    await db.write(own);
    await accept(own); // says nothing of others
    expect(await db.outbox.refusedBesideOthers()).toEqual([]);
    await db.write(await testMail("tickets"));
    await db.outbox.accept([{ id: (await leaseOne()).id, words: "250 Ok" }]);
    expect(await db.outbox.refusedBesideOthers()).toEqual(["owner@photos.example"]);
  });

  test("is retried at once under other settings of the relay, and waits under the same", async () => {
    await db.write(await testMail("photos"));
    await db.outbox.complete(await leaseOne(), words("relay-refuses"), 60 * MINUTE);
    await db.outbox.recordRelay({ relay: "a:25", ok: false, reason: "no", breaker: "open", settings: "old" });
    expect(await db.outbox.retryUnderNewSettings("old")).toBe(0);
    expect(await db.outbox.retryUnderNewSettings("new")).toBe(1);
    expect(await db.outbox.leaseDue(1, 60)).toHaveLength(1);
  });

  test("of transport waits no longer than the relay's trouble does", async () => {
    await db.write(await testMail("photos"), await testMail("tickets"));
    for (const mail of await db.outbox.leaseDue(2, 60)) {
      await db.outbox.complete(
        mail,
        words(mail.tenantId === "photos" ? "transport" : "transient"),
        60 * MINUTE,
      );
    }
    expect(await db.outbox.retryTransportNow()).toBe(1);
    expect(await leaseOne()).toMatchObject({ tenantId: "photos" });
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

describe("a bad address", () => {
  async function callBad(): Promise<string> {
    const [mail, waiting] = [await testMail("photos"), await testMail("photos", { signal: "restarts" })];
    await db.write(mail);
    const leased = await leaseOne();
    await db.write(waiting);
    await db.outbox.complete(leased, words("bad-address"), 0);
    return waiting.id;
  }

  test("holds what waits and what comes, for this tenant alone, and lets a test through", async () => {
    const waiting = await callBad();
    expect((await delivery(waiting)).state).toBe("held");
    const late = await testMail("photos");
    expect(await db.outbox.enqueue([late])).toEqual([{ id: late.id, state: "held" }]);
    const test = await testMail("photos", { kind: "test", signal: "test" });
    const theirs = await testMail("tickets", { recipient: late.recipient });
    expect((await db.outbox.enqueue([test, theirs])).map(({ state }) => state)).toEqual(["queued", "queued"]);
    expect(await db.outbox.badAddresses(photos())).toMatchObject([{ reason: "said bad-address" }]);
    expect(await db.outbox.badAddresses(db.scope("tickets"))).toEqual([]);
  });

  test("is good again after an accepted mail that didn't bounce, and what was held goes out", async () => {
    const waiting = await callBad();
    await db.write(await testMail("photos", { kind: "test", signal: "test" }));
    await accept(await leaseOne());
    expect(await db.outbox.clearProvenAddresses(MINUTE)).toBe(0);
    await db.pool.query("UPDATE address_health SET bad_since = bad_since - interval '1 hour'");
    await db.pool.query("UPDATE mail SET accepted_at = accepted_at - interval '2 minutes'");
    expect(await db.outbox.clearProvenAddresses(MINUTE)).toBe(1);
    expect(await db.outbox.badAddresses(photos())).toEqual([]);
    expect((await leaseOne()).id).toBe(waiting);
  });

  test.each([
    ["part", 1],
    ["came-back", 0],
    ["unreadable", 0],
    ["delayed", 0],
  ] as const)("after a bounce of a later mail that says %s is good again: %i", async (action, cleared) => {
    await callBad();
    const test = await testMail("photos", { kind: "test", signal: "test" });
    await db.write(test);
    await accept(await leaseOne());
    await db.pool.query("UPDATE address_health SET bad_since = bad_since - interval '1 hour'");
    await db.pool.query("UPDATE mail SET accepted_at = accepted_at - interval '2 minutes'");
    await db.outbox.markBounce(test.id, { action, status: "5.1.1", detail: "", addressIsBad: false });
    expect(await db.outbox.clearProvenAddresses(MINUTE)).toBe(cleared);
  });

  test("is good again at once when the owner says that a later mail arrived", async () => {
    const waiting = await callBad();
    const test = await testMail("photos", { kind: "test", signal: "test" });
    await db.write(test);
    expect(await db.outbox.gotIt(photos(), test.id)).toBe(false);
    await accept(await leaseOne());
    expect(await db.outbox.gotIt(db.scope("tickets"), test.id)).toBe(false);
    expect(await db.outbox.gotIt(photos(), test.id)).toBe(true);
    expect((await delivery(test.id)).gotItAtMs).not.toBeNull();
    expect((await leaseOne()).id).toBe(waiting);
  });
});

describe("a bounce", () => {
  const failed = { action: "failed", status: "5.1.1", detail: "no such user", addressIsBad: true } as const;
  const delayed = { action: "delayed", status: "4.4.1", detail: "no answer", addressIsBad: false } as const;
  async function acceptedMail(): Promise<string> {
    await db.write(await testMail("photos"));
    const mail = await leaseOne();
    await accept(mail);
    return mail.id;
  }

  test("of one recipient behind the address after another names them all, each once", async () => {
    const id = await acceptedMail();
    const part = (detail: string, status = "5.1.1") =>
      db.outbox.markBounce(id, { action: "part", status, detail, addressIsBad: false });
    expect(await part("a@a.example: gone")).toBe("recorded");
    expect(await part("b@b.example: gone")).toBe("recorded");
    expect(await part("c@c.example: refused", "5.7.1")).toBe("recorded");
    expect(await part("b@b.example: gone")).toBe("duplicate");
    const all = "a@a.example: gone; b@b.example: gone; c@c.example: refused";
    expect((await delivery(id)).bounce).toMatchObject({ note: "part", detail: all });
    for (let n = 0; n < 40; n++) await part(`member${n}@d.example: gone, after a long list of others`);
    expect((await delivery(id)).bounce?.detail.length).toBeLessThanOrEqual(500);
  });

  test("that is final marks its mail, calls the address bad and holds what waits; twice is once", async () => {
    const id = await acceptedMail();
    const waiting = await testMail("photos");
    await db.write(waiting);
    const effects = await Promise.all([db.outbox.markBounce(id, failed), db.outbox.markBounce(id, failed)]);
    expect(effects.sort()).toEqual(["duplicate", "recorded"]);
    expect(await delivery(id)).toMatchObject({
      state: "accepted",
      bounce: { action: "failed", status: "5.1.1" },
    });
    expect((await delivery(waiting.id)).state).toBe("held");
    expect(await db.outbox.notReceived(photos())).toHaveLength(2);
  });

  test("that only reports a delay is shown, and holds nothing", async () => {
    const id = await acceptedMail();
    expect(await db.outbox.markBounce(id, delayed)).toBe("recorded");
    expect(await delivery(id)).toMatchObject({ bounce: { action: "delayed", detail: "no answer" } });
    expect(await db.outbox.badAddresses(photos())).toEqual([]);
  });

  test("of delay that comes after the failure is old news", async () => {
    const id = await acceptedMail();
    await db.outbox.markBounce(id, failed);
    await db.outbox.markBounce(id, delayed);
    expect((await delivery(id)).bounce?.action).toBe("failed");
  });

  test("that can't be read is said, and blames nobody", async () => {
    const id = await acceptedMail();
    const unreadable = { action: "unreadable", status: null, detail: "?", addressIsBad: false } as const;
    expect(await db.outbox.markBounce(id, unreadable)).toBe("recorded");
    expect((await delivery(id)).bounce).toMatchObject({ action: "delayed", note: "unreadable" });
    expect(await db.outbox.badAddresses(photos())).toEqual([]);
  });

  test("for a mail that waits for another try ends it", async () => {
    await db.write(await testMail("photos"));
    const mail = await leaseOne();
    await db.outbox.complete(mail, words("ambiguous"), MINUTE);
    await db.outbox.markBounce(mail.id, failed);
    expect((await delivery(mail.id)).state).toBe("failed");
  });

  test("for a tenant that was deleted finds nothing, and breaks nothing", async () => {
    const own = await startTestOutbox(["weather"]);
    const mail = await testMail("weather");
    await own.write(mail);
    await own.pool.query("DELETE FROM tenant");
    expect(await own.outbox.markBounce(mail.id, failed)).toBe("unknown-mail");
    await own.drop();
  });
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
        words(mail.tenantId === "photos" ? "mailbox-full" : "transport"),
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
    await db.outbox.complete(mail, words("policy"), 0);
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

test("an alert's mails are taken back only while no relay can have them", async () => {
  const [tried, fresh] = [
    await testMail("photos", { threadId: "e1" }),
    await testMail("photos", { threadId: "e1", signal: "restarts" }),
  ];
  await db.write(tried);
  await db.outbox.complete(await leaseOne(), words("ambiguous"), 0);
  await db.write(fresh);
  expect(
    (await db.outbox.cancelUnsent([{ tenantId: "photos", threadId: "e1" }])).map(({ id }) => id),
  ).toEqual([fresh.id]);
  expect((await delivery(tried.id)).state).toBe("queued");
});

/**
 * The outbox against a model: any interleaving of workers that die before or after the relay took the mail, of lost replies,
 * refusals and expired leases.
 */
describe("whatever workers and relays do", () => {
  type Ending = OutcomeClass | "crash-before" | "crash-after" | "ambiguous-taken";
  const end = fc.constantFrom<Ending>(
    "accepted",
    "transient",
    "transport",
    "bad-address",
    "ambiguous",
    "ambiguous-taken",
    "crash-before",
    "crash-after",
  );
  const command = fc.oneof(
    { weight: 3, arbitrary: fc.record({ do: fc.constant("write" as const), key: fc.nat(2) }) },
    {
      weight: 4,
      arbitrary: fc.record({ do: fc.constant("lease" as const), limit: fc.integer({ min: 1, max: 3 }) }),
    },
    { weight: 5, arbitrary: fc.record({ do: fc.constant("end" as const), which: fc.nat(9), end }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("time" as const) }) },
  );

  test("order is kept, copies are at most 1 + ambiguous tries, and everything ends", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(command, { minLength: 5, maxLength: 40 }), async (commands) => {
        await db.pool.query("TRUNCATE mail, bounce, address_health CASCADE");
        const written = new Map<number, string[]>();
        const taken = new Map<string, number>(); // copies that the relay took
        const firstTaken: string[] = [];
        const held: LeasedMail[] = [];
        const expired = new Set<string>();
        const take = (id: string) => {
          if (!taken.has(id)) firstTaken.push(id);
          taken.set(id, (taken.get(id) ?? 0) + 1);
        };
        const conclude = async (
          mail: LeasedMail,
          how: typeof end extends fc.Arbitrary<infer T> ? T : never,
        ) => {
          if (how === "crash-before") return;
          // A worker whose lease ran out begins no try any more, but the word of an older one may still come.
          if (expired.has(mail.leaseToken)) how = "transient";
          if (how === "accepted" || how === "crash-after" || how === "ambiguous-taken") take(mail.id);
          if (how === "crash-after") return;
          if (how === "accepted") return accept(mail);
          await db.outbox.complete(mail, words(how === "ambiguous-taken" ? "ambiguous" : how), MINUTE);
        };
        for (const step of commands) {
          if (step.do === "write") {
            const tenant = step.key === 0 ? "tickets" : "photos";
            const recipient = `r${step.key}@${tenant}.example`;
            const mail = await testMail(tenant, { recipient, kind: "test" });
            await db.write(mail);
            written.set(step.key, [...(written.get(step.key) ?? []), mail.id]);
          } else if (step.do === "lease") {
            held.push(...(await db.outbox.leaseDue(step.limit, 60)));
          } else if (step.do === "time") {
            await passTime();
            for (const { leaseToken } of held) expired.add(leaseToken);
          } else {
            const [mail] = held.splice(step.which % Math.max(1, held.length), 1);
            if (mail) await conclude(mail, step.end);
          }
        }
        for (let round = 0; ; round++) {
          expect(round).toBeLessThan(100);
          await passTime();
          const rest = await db.outbox.leaseDue(5, 60);
          if (rest.length === 0) break;
          for (const mail of rest) await conclude(mail, "accepted");
        }
        const { rows } = await db.pool.query("SELECT id, state, ambiguous FROM mail");
        for (const { id, state, ambiguous } of rows) {
          expect(["accepted", "failed"]).toContain(state);
          expect(taken.get(id) ?? 0).toBeLessThanOrEqual(1 + ambiguous);
          if (state === "accepted") expect(taken.get(id)).toBeGreaterThan(0);
        }
        for (const ids of written.values()) {
          const order = firstTaken.filter((id) => ids.includes(id));
          expect(order).toEqual([...order].sort((a, b) => ids.indexOf(a) - ids.indexOf(b)));
        }
      }),
      { numRuns: 60 },
    );
  });
});
