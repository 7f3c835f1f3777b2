import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createOutbox } from "@/lib/delivery/store";
import { startTestOutbox, type TestOutbox, testMail } from "@/testing/outbox";
import { createDrafts, type Drafts, type FinishedDraft, type LeasedDraft, type NewDraft } from "./store";

let db: TestOutbox;
let drafts: Drafts;
beforeAll(async () => {
  db = await startTestOutbox();
  drafts = createDrafts(db.database);
});
afterAll(() => db.drop());
beforeEach(async () => {
  await db.pool.query("TRUNCATE mail, bounce, address_health CASCADE");
  await db.pool.query("UPDATE tenant SET contact_address = 'owner@' || id || '.example'");
});

const VERSION = 1;
const lease = (limit = 10) => drafts.lease(limit, 60, VERSION);

async function write(
  tenantId: string,
  change: Partial<NewDraft> & { facts?: string } = {},
): Promise<NewDraft> {
  const {
    rawTextOnly: _,
    kind: __,
    ...mail
  } = await testMail(tenantId, { subject: "short text", threadId: "t1" });
  const draft: NewDraft = {
    ...mail,
    kind: "firing",
    facts: `{"version":${VERSION},"of":"${tenantId}"}`,
    renderRank: 0,
    ...change,
  };
  await db.database.transaction((tx) =>
    createDrafts(tx).enqueue(
      (async function* one() {
        yield draft;
      })(),
    ),
  );
  return draft;
}
const finished = ({ id, recipient, messageId }: LeasedDraft, words: string): FinishedDraft => ({
  id,
  recipient,
  messageId,
  rendered: {
    raw: Buffer.from(`To: ${recipient}\r\nMessage-ID: ${messageId}\r\n\r\n${words}`),
    rawTextOnly: null,
  },
});
/** By the statements of a build before 0.3.0: it leases, knowing nothing of drafts. */
const leaseAsOlder = async (): Promise<string[]> => {
  const { rows } = await db.pool.query(
    `WITH chosen AS (
       SELECT id FROM mail m WHERE m.state IN ('queued', 'sending') AND m.due_at <= now() + interval '1 ms'
         AND (m.state = 'queued' OR m.lease_until <= now() OR m.lease_until > now() + interval '15 minutes')
         AND NOT EXISTS (SELECT FROM mail elder
           WHERE elder.order_key = m.order_key AND elder.seq < m.seq AND elder.state IN ('queued', 'sending'))
       ORDER BY m.due_at, m.seq LIMIT 10 FOR UPDATE SKIP LOCKED)
     UPDATE mail SET state = 'sending', attempts = attempts + 1, last_tried_at = now(), lease_token = gen_random_uuid(),
       lease_until = now() + interval '90 s' FROM chosen WHERE mail.id = chosen.id RETURNING raw`,
  );
  return rows.map(({ raw }) => String(raw));
};
const passRendering = () =>
  db.pool.query("UPDATE mail SET due_at = now() - interval '1 s' WHERE facts IS NOT NULL");
const row = async (id: string) => (await db.pool.query("SELECT * FROM mail WHERE id = $1", [id])).rows[0];

describe("a draft", () => {
  test("is rendered once, by one worker, and can leave then with these bytes", async () => {
    const { id } = await write("photos");
    expect(await db.outbox.leaseDue(10, 60)).toEqual([]);
    const [mine] = await lease();
    if (!mine) throw new Error("Nothing was leased.");
    expect(mine).toMatchObject({ id, tenantId: "photos", facts: { version: 1, of: "photos" } });
    expect(await lease()).toEqual([]);
    expect(await drafts.finish([finished(mine, "first")])).toEqual([id]);
    expect(await drafts.finish([finished(mine, "second")])).toEqual([]);
    expect(await row(id)).toMatchObject({ facts: null, render_until: null });
    const [mail] = await db.outbox.leaseDue(10, 60);
    expect(mail?.raw.toString()).toContain("first");
  });

  test("whose worker died is rendered by another one, behind all others", async () => {
    const first = await write("photos");
    await lease();
    const second = await write("tickets", { renderRank: 9_999 });
    await db.pool.query("UPDATE mail SET render_until = now() - interval '1 s'");
    expect((await lease(1)).map(({ id }) => id)).toEqual([second.id]);
    expect((await lease(1)).map(({ id }) => id)).toEqual([first.id]);
  });

  test("that nobody renders in time leaves as its short text, and is rendered no more", async () => {
    const { id } = await write("photos");
    const [mine] = await lease();
    await passRendering();
    const [mail] = await db.outbox.leaseDue(10, 60);
    expect(mail?.raw.toString()).toContain("short text");
    if (!mine) throw new Error("Nothing was leased.");
    expect(await drafts.finish([finished(mine, "late")])).toEqual([]);
    expect((await row(id)).facts).toBeNull();
    expect((await row(id)).raw.toString()).toContain("short text");
  });

  test("without a rendering goes out as its short text at once", async () => {
    await write("photos");
    const [mine] = await lease();
    if (!mine) throw new Error("Nothing was leased.");
    await drafts.finish([{ ...mine, rendered: null }]);
    expect((await db.outbox.leaseDue(10, 60))[0]?.raw.toString()).toContain("short text");
  });

  test("keeps the order of its capability: a younger mail that is rendered waits for it", async () => {
    const elder = await write("photos");
    const younger = await write("photos");
    const leased = await lease();
    const mail = leased.find(({ id }) => id === younger.id);
    if (!mail) throw new Error("The younger one was not leased.");
    await drafts.finish([finished(mail, "younger")]);
    expect(await db.outbox.leaseDue(10, 60)).toEqual([]);
    expect((await db.outbox.queueSummary(db.scope("photos"))).oldestDueAtMs).not.toBeNull();
    const other = leased.find(({ id }) => id === elder.id);
    if (!other) throw new Error("The elder one was not leased.");
    await drafts.finish([finished(other, "elder")]);
    expect((await db.outbox.leaseDue(10, 60)).map(({ id }) => id)).toEqual([elder.id]);
  });

  test("comes first where it is the worst, and takes the elder ones of its capability with it", async () => {
    const elder = await write("photos", { renderRank: 80 });
    const middle = await write("tickets", { renderRank: 40 });
    const worst = await write("photos", { renderRank: 0 });
    expect((await lease(2)).map(({ id }) => id).sort()).toEqual([elder.id, worst.id].sort());
    expect((await lease(2)).map(({ id }) => id)).toEqual([middle.id]);
  });

  test("goes to the address of by then, with the short text and when it is rendered", async () => {
    const { id } = await write("photos");
    const [mine] = await lease();
    if (!mine) throw new Error("Nothing was leased.");
    await db.pool.query("UPDATE tenant SET contact_address = 'new@photos.example' WHERE id = 'photos'");
    expect(await db.outbox.readdressMails(10)).toBe(1);
    expect(await db.outbox.leaseDue(10, 60)).toEqual([]);
    expect(await drafts.finish([finished(mine, "to the old one")])).toEqual([]);
    const [again] = await lease();
    expect(again).toMatchObject({ id, recipient: "new@photos.example" });
    await passRendering();
    expect((await db.outbox.leaseDue(10, 60))[0]?.raw.toString()).toContain("To: new@photos.example");
  });

  test("to an address that is known to be bad is held, rendered, and leaves when the address is proven good", async () => {
    await db.pool.query(
      "INSERT INTO address_health (tenant_id, recipient, bad_since, reason) VALUES ('photos', 'owner@photos.example', now(), 'x')",
    );
    const { id } = await write("photos");
    expect((await row(id)).state).toBe("held");
    const [mine] = await lease();
    if (!mine) throw new Error("Nothing was leased.");
    expect(await drafts.finish([finished(mine, "rendered")])).toEqual([id]);
    expect((await row(id)).state).toBe("held");
  });

  test("to a held address that is tried again waits to be rendered until it is due, as does one whose address is good again", async () => {
    const health = `INSERT INTO address_health (tenant_id, recipient, bad_since, reason)
      VALUES ('photos', 'owner@photos.example', now() - $1::interval, '550 5.1.1')`;
    const dueAt = async (id: string) => (await row(id)).due_at.getTime();
    for (const [age, release] of [
      ["25 hours", () => db.outbox.tryHeld("settings")],
      ["1 minute", () => db.outbox.withdrawBadAddresses(["owner@photos.example"])],
    ] as const) {
      await db.pool.query("TRUNCATE mail, address_health CASCADE");
      await db.pool.query(health, [age]);
      const { id } = await write("photos");
      const dueAtMs = await dueAt(id);
      await release();
      expect(await row(id)).toMatchObject({ state: "queued" });
      expect(await dueAt(id)).toBe(dueAtMs);
      expect(await db.outbox.leaseDue(10, 60)).toEqual([]);
      const [mine] = await lease();
      if (!mine) throw new Error("Nothing was leased.");
      await drafts.finish([finished(mine, "in full")]);
      expect((await db.outbox.leaseDue(10, 60))[0]?.raw.toString()).toContain("in full");
    }
  });

  test("of an address that is called bad while it waits is tried again no sooner than it is due", async () => {
    const { id } = await write("photos");
    await db.pool.query("UPDATE mail SET state = 'held', due_at = now() + interval '4 minutes'");
    await db.pool.query(
      "INSERT INTO address_health (tenant_id, recipient, bad_since, reason) VALUES ('photos', 'owner@photos.example', now() - interval '2 days', 'x')",
    );
    expect(await db.outbox.tryHeld("settings")).toBe(1);
    expect((await row(id)).due_at.getTime()).toBeGreaterThan(Date.now() + 60_000);
  });

  test("that is given back, or goes to another address, is as urgent as before", async () => {
    const worst = await write("photos", { renderRank: 0 });
    await write("tickets", { renderRank: 40 });
    const first = await lease(1);
    expect(first.map(({ id }) => id)).toEqual([worst.id]);
    await drafts.release(first, "kept");
    await drafts.release(first, "kept"); // a lease is given back once
    expect((await row(worst.id)).render_rank).toBe(0);
    const second = await lease(1);
    expect(second.map(({ id }) => id)).toEqual([worst.id]);
    await db.pool.query("UPDATE tenant SET contact_address = 'new@photos.example' WHERE id = 'photos'");
    expect(await db.outbox.readdressMails(10)).toBe(1);
    await drafts.release(second, "kept");
    const third = await lease(1);
    expect(third.map(({ id }) => id)).toEqual([worst.id]);
    await drafts.release(third, "last");
    expect((await lease(1)).map(({ id }) => id)).not.toEqual([worst.id]);
  });

  test("whose lease is over isn't given back by who had it, once another worker has it", async () => {
    const { id } = await write("photos");
    const late = await drafts.lease(1, 30, VERSION);
    await db.pool.query("UPDATE mail SET render_until = now() - interval '1 s'");
    const current = await lease(1);
    expect(current.map((draft) => draft.id)).toEqual([id]);
    const before = await row(id);
    for (const place of ["kept", "last"] as const) await drafts.release(late, place);
    expect(await row(id)).toEqual(before);
    await drafts.release(current, "kept");
    expect((await row(id)).render_until).toBeNull();
  });

  test("that a clock which ran ahead has put off leaves within 15 minutes all the same", async () => {
    await write("photos");
    await db.pool.query("UPDATE mail SET due_at = now() + interval '20 minutes'");
    expect(await db.outbox.bringForward()).toBe(1);
    expect((await db.outbox.leaseDue(10, 60)).map(({ isShort }) => isShort)).toEqual([true]);
  });

  test("that is taken back is rendered no more", async () => {
    const { id } = await write("photos");
    const [mine] = await lease();
    if (!mine) throw new Error("Nothing was leased.");
    await db.outbox.cancelUnsent([{ tenantId: "photos", threadId: "t1" }]);
    expect(await drafts.finish([finished(mine, "late")])).toEqual([]);
    expect(await row(id)).toMatchObject({ state: "cancelled", facts: null });
    expect(await drafts.count(10)).toBe(0);
  });

  test("with facts of a newer version is left to a build that knows them, and leaves in time all the same", async () => {
    await write("photos", { facts: '{"version":2}' });
    const known = await write("tickets");
    expect((await lease()).map(({ id }) => id)).toEqual([known.id]);
    expect(await drafts.count(10)).toBe(2);
    await passRendering();
    expect(await db.outbox.leaseDue(10, 60)).toHaveLength(2);
  });

  test("exists exactly when the transaction that writes it does", async () => {
    await expect(
      db.database.transaction(async (tx) => {
        const { rawTextOnly: _, kind: __, ...mail } = await testMail("photos");
        await createDrafts(tx).enqueue(
          (async function* one() {
            yield { ...mail, kind: "firing" as const, facts: "{}", renderRank: 0 };
          })(),
        );
        throw new Error("killed");
      }),
    ).rejects.toThrow("killed");
    expect(await drafts.count(10)).toBe(0);
  });

  test("in the thousands is counted no further than asked, and written in the order given", async () => {
    const { rawTextOnly: _, kind: __, ...mail } = await testMail("photos");
    const many = 600;
    await drafts.enqueue(
      (async function* all() {
        for (let nth = 0; nth < many; nth++)
          yield {
            ...mail,
            kind: "firing" as const,
            id: crypto.randomUUID(),
            messageId: `<${nth}@watchpost.example>`,
            facts: "{}",
            renderRank: 0,
          };
      })(),
    );
    expect(await drafts.count(100)).toBe(100);
    const { rows } = await db.pool.query("SELECT message_id FROM mail ORDER BY seq");
    expect(rows.map(({ message_id }) => message_id)).toEqual(
      Array.from({ length: many }, (__, nth) => `<${nth}@watchpost.example>`),
    );
  });
});

describe("beside a build before 0.3.0, a draft", () => {
  test("isn't leased by it before it is rendered; with its facts unread, it leaves with its short text and never empty", async () => {
    await write("photos");
    expect(await leaseAsOlder()).toEqual([]);
    await passRendering();
    expect((await leaseAsOlder()).map((raw) => raw.includes("short text"))).toEqual([true]);
    expect(await lease()).toEqual([]);
    expect(await drafts.count(10)).toBe(0);
  });

  test("keeps that build's younger mail of the same capability waiting", async () => {
    const elder = await write("photos");
    await db.write(await testMail("photos", { orderKey: elder.orderKey, subject: "of an older build" }));
    expect(await leaseAsOlder()).toEqual([]);
    const [mine] = await lease();
    if (!mine) throw new Error("Nothing was leased.");
    await drafts.finish([finished(mine, "rendered")]);
    expect((await leaseAsOlder()).map((raw) => raw.includes("rendered"))).toEqual([true]);
  });

  test("is readdressed by it, and then rendered for the new address or sent with it", async () => {
    const { id } = await write("photos");
    await db.pool.query(
      `UPDATE mail SET recipient = 'new@photos.example', message_id = '<new@x.example>', raw = 'To: new@photos.example\r\n\r\nshort text',
         raw_text_only = NULL, due_at = now() - interval '1 s' WHERE id = $1`,
      [id],
    );
    const [mine] = await lease();
    expect(mine).toMatchObject({ recipient: "new@photos.example", messageId: "<new@x.example>" });
    expect((await leaseAsOlder()).map((raw) => raw.includes("new@photos.example"))).toEqual([true]);
  });

  test("that was sent by it and put off keeps the bytes that were sent", async () => {
    const { id } = await write("photos");
    const [mine] = await lease();
    await passRendering();
    await leaseAsOlder();
    await db.pool.query(
      "UPDATE mail SET state = 'queued', lease_token = NULL, lease_until = NULL, last_class = 'transient', due_at = now() - interval '1 s'",
    );
    if (!mine) throw new Error("Nothing was leased.");
    expect(await drafts.finish([finished(mine, "other bytes")])).toEqual([]);
    expect((await row(id)).raw.toString()).toContain("short text");
    expect((await createOutbox(db.database).leaseDue(10, 60))[0]?.raw.toString()).toContain("short text");
  });
});
