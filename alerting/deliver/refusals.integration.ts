import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { NewMail } from "@/lib/delivery/mail";
import { RECORDED_REPLIES } from "@/lib/delivery/smtp/replies.fixture";
import { MAIL_FROM, SECRET, startTestOutbox, type TestOutbox, testMail } from "@/testing/outbox";
import { type RelayScript, startTestRelay } from "@/testing/relay";
import { startDelivery } from "./deliver";

const HOSTILE = ["one", "two", "three", "four", "five", "six"];
let db: TestOutbox;
const running: { stop(): Promise<void> }[] = [];
/** It stands still unless a test moves it: what a breaker holds back never leaves then. */
const clock = { atMs: 0, nowMs: () => clock.atMs };
/** How often the worker asked these of its outbox: what doesn't happen can be waited for only beside what does. */
const asked = { tryHeld: 0, isAcceptedWithin: 0 };
beforeEach(async () => {
  clock.atMs = 1_000_000;
  Object.assign(asked, { tryHeld: 0, isAcceptedWithin: 0 });
  db = await startTestOutbox(["photos", ...HOSTILE]);
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((service) => service.stop()));
  await db.drop();
});

async function deliverTo(script: RelayScript, mailFrom = MAIL_FROM) {
  const relay = await startTestRelay(script);
  running.push(relay);
  const delivery = startDelivery({
    smtpUrl: relay.url,
    mailFrom,
    secret: SECRET,
    outbox: {
      ...db.outbox,
      tryHeld: (settings) => db.outbox.tryHeld(settings).finally(() => (asked.tryHeld += 1)),
      isAcceptedWithin: (...values) =>
        db.outbox.isAcceptedWithin(...values).finally(() => (asked.isAcceptedWithin += 1)),
    },
    pollMs: 30,
    jitter: () => 0.5,
    clock,
  });
  running.push(delivery);
  return { relay, delivery };
}
const until = <T>(condition: () => Promise<T> | T) =>
  vi.waitFor(condition, { timeout: 60_000, interval: 25 });
const deliveryOf = async ({ id, tenantId }: NewMail) => {
  const found = await db.outbox.mail(db.scope(tenantId), id);
  if (!found) throw new Error("no such mail");
  return found;
};
const untilAccepted = (mail: NewMail) =>
  until(async () => expect(await deliveryOf(mail)).toMatchObject({ state: "accepted" }));
const untilTried = (mails: readonly NewMail[], word?: string) =>
  until(async () => {
    for (const mail of mails) {
      const { last } = await deliveryOf(mail);
      expect(last).not.toBeNull();
      if (word) expect(last?.class).toBe(word);
    }
  });
const mailsTo = (tenants: readonly string[]) => Promise.all(tenants.map((id) => testMail(id)));
const retryNow = () =>
  db.pool.query("UPDATE mail SET due_at = now() - interval '1 s' WHERE state = 'queued'");
const badAddresses = async () =>
  (await db.pool.query("SELECT tenant_id FROM address_health WHERE cleared_at IS NULL")).rows;
const isOwn = (address: string) => address === "owner@photos.example";

describe("recipients that the relay refuses", () => {
  test("keep nobody else's mail, are nobody else's trouble, and are reported to the operator", async () => {
    const { delivery } = await deliverTo({
      rcptTo: (to) => (isOwn(to) ? null : `554 5.7.1 <${to}>: Relay access denied`),
    });
    const before = await testMail("photos");
    await db.write(before);
    await untilAccepted(before);
    const refused = await mailsTo(HOSTILE);
    await db.write(...refused);
    await untilTried(refused);
    expect(delivery.breaker()).toBe("open"); // six domains and no acceptance between: it may be us
    const after = await testMail("photos");
    await db.write(after);
    await untilAccepted(after);
    await until(() => expect(delivery.breaker()).toBe("closed"));
    expect(delivery.trouble()).toBeNull();
    expect(delivery.refusal()).toMatch(/^554 5\.7\.1 <…>: Relay access denied$/);
    // Tried again, they are known: no relay of others is called broken for them, and none is due because somebody's mail left.
    await retryNow();
    await until(async () => {
      for (const mail of refused)
        expect(await deliveryOf(mail)).toMatchObject({ attempts: 2, state: "queued" });
    });
    expect(delivery.breaker()).toBe("closed");
    expect((await db.outbox.relayStates())[0]).toMatchObject({ ok: true });
    for (const mail of refused) {
      const { state, last, dueAtMs } = await deliveryOf(mail);
      expect(state).toBe("queued");
      expect((dueAtMs ?? 0) - (last?.atMs ?? 0)).toBeGreaterThan(30_000);
    }
    expect(await badAddresses()).toEqual([]);
  });

  const ATTACKS = RECORDED_REPLIES.filter(([, phase]) => phase === "rcpt-to" || phase === "data");
  test.each(Array.from({ length: 6 }, (_, n) => ATTACKS.filter((__, at) => at % 6 === n)))(
    "with replies of every kind keep nobody else's mail for a moment (%#)",
    async (...attacks) => {
      let turn = 0;
      const next = () => attacks[turn++ % attacks.length]?.[2].split("\n").at(-1) ?? "550";
      const { delivery } = await deliverTo({
        rcptTo: (to) => (isOwn(to) || turn % 2 ? null : next()),
        data: ({ to }) => (isOwn(to) ? null : next()),
      });
      for (let round = 0; round < 4; round++) {
        const refused = await mailsTo(HOSTILE);
        await db.write(...refused);
        await retryNow();
        await until(async () => {
          for (const mail of refused) {
            const { state, attempts } = await deliveryOf(mail);
            expect(state === "held" || attempts > 0 || round > 0).toBe(true);
          }
        });
        const own = await testMail("photos", { signal: `s${round}` });
        await db.write(own);
        await untilAccepted(own);
        expect(delivery.breaker()).not.toBe("probing");
      }
      expect((await badAddresses()).map(({ tenant_id }) => tenant_id)).not.toContain("photos");
    },
  );

  test("whose servers are slow don't take the connections of the others", async () => {
    const warnings: string[] = [];
    const warn = ({ name }: Error) => warnings.push(name);
    process.on("warning", warn);
    await deliverTo({ rcptTo: (to) => (isOwn(to) ? null : "silence") });
    const slow = await Promise.all(
      Array.from({ length: 25 }, (_, n) => testMail(HOSTILE[n % 6] ?? "one", { signal: `s${n}` })),
    );
    await db.write(...slow);
    await until(async () => {
      const { rows } = await db.pool.query("SELECT count(*)::int AS n FROM mail WHERE state = 'sending'");
      expect(rows[0].n).toBeGreaterThanOrEqual(20);
    });
    const own = await testMail("photos");
    await db.write(own);
    await untilAccepted(own); // a silent try lasts for a minute
    expect((await deliveryOf(slow[0] as NewMail)).state).toBe("sending");
    process.off("warning", warn);
    expect(warnings).toEqual([]);
  });

  test("of one capability, however many mails it has, keep nobody else's mail while the relay asks them", async () => {
    await deliverTo({ rcptTo: (to) => (to === "owner@one.example" ? "silence" : null) });
    const slow = await Promise.all(
      Array.from({ length: 45 }, (_, n) => testMail("one", { signal: `s${n}` })),
    );
    const others = await mailsTo(["photos", "two", "three"]);
    await db.write(...slow, ...others); // the others' are due last
    for (const mail of others) await untilAccepted(mail);
    expect((await deliveryOf(slow[0] as NewMail)).state).toBe("sending"); // a silent try lasts for a minute
  });

  test("of one domain, however many capabilities are there, keep no mail to others", async () => {
    await db.pool.query(
      `INSERT INTO tenant (id, name, contact_address, time_zone, state, links)
       SELECT 'slow-' || n, n, 'owner-' || n || '@Slow.example', 'Europe/Berlin', 'live', '{}'
       FROM generate_series(1, 45) AS n`,
    );
    await deliverTo({ rcptTo: (to) => (to.endsWith("@Slow.example") ? "silence" : null) });
    const slow = await Promise.all(
      Array.from({ length: 45 }, (_, n) =>
        testMail(`slow-${n + 1}`, { recipient: `owner-${n + 1}@Slow.example` }),
      ),
    );
    const others = await mailsTo(["photos", "two", "three"]);
    await db.write(...slow, ...others);
    for (const mail of others) await untilAccepted(mail);
    expect((await deliveryOf(slow[0] as NewMail)).state).toBe("sending");
  });
});

describe("a relay that refuses us", () => {
  test.each([
    [
      "at RCPT",
      { rcptTo: () => "554 5.7.1 <pod>: Client host rejected: Access denied" },
      /Client host rejected/,
    ],
    ["after the dot", { data: () => "554 Message rejected: Email address is not verified." }, /not verified/],
  ])(
    "%s is named; its mails wait, a working connection proves nothing, and its first acceptance ends it",
    async (_, script, words) => {
      const refusing: RelayScript = { ...script };
      const { delivery } = await deliverTo(refusing);
      const mails = await mailsTo(["photos", ...HOSTILE]);
      await db.write(...mails);
      await untilTried(mails);
      await until(() => expect(delivery.breaker()).toBe("open"));
      expect(delivery.trouble()).toMatch(words);
      await until(async () =>
        expect((await db.outbox.relayStates())[0]).toMatchObject({
          ok: false,
          reason: expect.stringMatching(words),
        }),
      );
      for (const checks of [1, 2]) {
        clock.atMs += 300_000; // nothing is due: the relay is asked by connecting to it
        await until(() => expect(asked.isAcceptedWithin).toBe(checks));
      }
      expect(delivery.breaker()).toBe("open");
      for (const mail of mails) expect((await deliveryOf(mail)).state).toBe("queued");
      expect(await badAddresses()).toEqual([]);
      refusing.rcptTo = undefined;
      refusing.data = undefined;
      await retryNow();
      for (const mail of mails) await untilAccepted(mail);
      expect(delivery.breaker()).toBe("closed");
      expect(delivery.trouble()).toBeNull();
    },
  );

  test("as if each recipient were unknown holds no good address in the end, and loses no mail", async () => {
    const script: RelayScript = { rcptTo: () => "550 5.1.1 User unknown in local recipient table" };
    const { delivery } = await deliverTo(script);
    const mails = await mailsTo(["photos", ...HOSTILE]);
    await db.write(...mails);
    await until(() => expect(delivery.breaker()).toBe("open"));
    await until(async () => expect(await badAddresses()).toEqual([]));
    script.rcptTo = undefined;
    await until(async () => {
      await retryNow();
      for (const mail of mails) expect((await deliveryOf(mail)).state).toBe("accepted");
    });
  });
});

test("a relay that accepted mails and then defers everybody is named, and its next acceptance ends it", async () => {
  const script: RelayScript = {};
  const { delivery } = await deliverTo(script);
  const before = await mailsTo(["photos", "one", "two"]);
  await db.write(...before);
  for (const mail of before) await untilAccepted(mail);
  script.rcptTo = () => "451 4.3.0 Temporary lookup failure";
  const mails = await Promise.all(["photos", ...HOSTILE].map((id) => testMail(id, { signal: "errors" })));
  await db.write(...mails);
  await untilTried(mails);
  await until(() => expect(delivery.breaker()).toBe("open"));
  expect(delivery.trouble()).toBe("451 4.3.0 Temporary lookup failure");
  await until(async () =>
    expect((await db.outbox.relayStates())[0]).toMatchObject({ ok: false, breaker: "open" }),
  );
  script.rcptTo = undefined;
  await retryNow();
  for (const mail of mails) await untilAccepted(mail);
  expect(delivery.breaker()).toBe("closed");
  expect(delivery.trouble()).toBeNull();
});

describe("a held address", () => {
  const holdOne = async (rcptTo: () => string | null, mailFrom?: string) => {
    const started = await deliverTo({ rcptTo }, mailFrom);
    const [first, second] = [await testMail("photos"), await testMail("photos", { signal: "errors" })];
    await db.write(first);
    await until(async () => expect(await badAddresses()).toHaveLength(1));
    await db.write(second);
    expect((await deliveryOf(second)).state).toBe("held");
    return { ...started, second };
  };
  const later = (span: string) =>
    db.pool.query(`UPDATE address_health SET bad_since = bad_since - interval '${span}', tried_at = NULL`);

  test("is tried again once a day; a mail that it refuses is held again, and one that it takes goes", async () => {
    let said: string | null = "550 5.1.1 User unknown";
    const { second } = await holdOne(() => said);
    const before = asked.tryHeld;
    clock.atMs += 60_001;
    await until(() => expect(asked.tryHeld).toBeGreaterThan(before));
    expect(await deliveryOf(second)).toMatchObject({ state: "held", attempts: 0 });
    await later("25 hours");
    clock.atMs += 60_001;
    await until(async () => expect(await deliveryOf(second)).toMatchObject({ state: "held", attempts: 1 }));
    said = null;
    await later("25 hours");
    clock.atMs += 60_001;
    await untilAccepted(second);
  });

  test("is tried again when the relay's settings change", async () => {
    let said: string | null = "550 5.1.1 User unknown";
    const { delivery, second } = await holdOne(() => said);
    await delivery.stop();
    await later("1 hour");
    said = null;
    await deliverTo({}, "Watchpost <other@watchpost.example>");
    await untilAccepted(second);
  });
});
