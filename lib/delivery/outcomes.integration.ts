import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { startTestOutbox, testMail } from "@/testing/outbox";
import { outboxSteps, outcomeWords, type RefusedClass } from "@/testing/outbox-steps";

const db = await startTestOutbox();
const { accept, delivery, leaseOne, photos } = outboxSteps(db);
const MINUTE = 60_000;

afterAll(() => db.drop());
beforeEach(() => db.pool.query("TRUNCATE mail, bounce, address_health, relay_check CASCADE"));

describe("an outcome", () => {
  test.each<[RefusedClass, string]>([
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
    expect(await db.outbox.complete(mail, outcomeWords(outcome), MINUTE)).toBe(state);
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
    expect(await db.outbox.complete(await leaseOne(), outcomeWords("policy"), 0)).toBe("queued");
    const again = await leaseOne();
    expect(again.raw).toEqual(mail.rawTextOnly);
    expect(await db.outbox.complete(again, outcomeWords("policy"), 0)).toBe("queued");
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
    await db.outbox.complete(await leaseOne(), outcomeWords("transient"), 60 * MINUTE);
    expect((await db.pool.query(due)).rows[0].last).toBe(true);
    // A moment ago: times are kept to the millisecond, and rounding may put "now" ahead of the next statement.
    await db.pool.query(
      "UPDATE mail SET due_at = now() - interval '1 s', give_up_at = now() - interval '1 s'",
    );
    expect(await db.outbox.complete(await leaseOne(), outcomeWords("transient"), 60 * MINUTE)).toBe("failed");
  });

  test("leaves a probe the mail that hasn't failed, though a refused one is due for longer", async () => {
    const [refused, fresh] = [await testMail("photos"), await testMail("tickets")];
    await db.write(refused);
    await db.outbox.complete(await leaseOne(), outcomeWords("unclear"), 0);
    await db.write(fresh);
    await db.pool.query("UPDATE mail SET due_at = now() - interval '1 hour' WHERE id = $1", [refused.id]);
    expect((await db.outbox.leaseProbe(60)).map(({ id }) => id)).toEqual([fresh.id]);
  });

  test("is its recipient's own trouble once the relay accepted another's mail", async () => {
    await db.write(await testMail("photos"));
    await db.outbox.complete(await leaseOne(), outcomeWords("unclear"), MINUTE);
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
    await db.outbox.complete(await leaseOne(), outcomeWords("relay-refuses"), 60 * MINUTE);
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
        outcomeWords(mail.tenantId === "photos" ? "transport" : "transient"),
        60 * MINUTE,
      );
    }
    expect(await db.outbox.retryTransportNow()).toBe(1);
    expect(await leaseOne()).toMatchObject({ tenantId: "photos" });
  });
});

describe("a bad address", () => {
  async function callBad(): Promise<string> {
    const [mail, waiting] = [await testMail("photos"), await testMail("photos", { signal: "restarts" })];
    await db.write(mail);
    const leased = await leaseOne();
    await db.write(waiting);
    await db.outbox.complete(leased, outcomeWords("bad-address"), 0);
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
    await db.pool.query("UPDATE address_health SET bad_since = bad_since - interval '1 hour'");
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
    await db.outbox.complete(mail, outcomeWords("ambiguous"), MINUTE);
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
