import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { NewMail } from "@/lib/delivery/mail";
import type { Outbox } from "@/lib/delivery/store";
import { MAIL_FROM, SECRET, startTestOutbox, type TestOutbox, testMail } from "@/testing/outbox";
import { type RelayScript, startTestRelay } from "@/testing/relay";
import { startDelivery } from "./deliver";

const OTHERS = ["one", "two", "three"];
const PROBE_MS = 30_000;
let db: TestOutbox;
const running: { stop(): Promise<void> }[] = [];
/** It stands still unless a test moves it: what a breaker keeps back never leaves then. */
const clock = { atMs: 0, nowMs: () => clock.atMs };
beforeEach(async () => {
  clock.atMs = 1_000_000;
  db = await startTestOutbox(["photos", "four", "five", ...OTHERS]);
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((service) => service.stop()));
  await db.drop();
});

async function startRelay(script: RelayScript): Promise<string> {
  const relay = await startTestRelay(script);
  running.push(relay);
  return relay.url;
}
function startWorker(smtpUrl: string, outbox: Outbox = db.outbox) {
  const options = { mailFrom: MAIL_FROM, secret: SECRET, outbox, pollMs: 30, jitter: () => 0.5, clock };
  const delivery = startDelivery({ smtpUrl, ...options });
  running.push(delivery);
  return delivery;
}
const deliverTo = async (script: RelayScript, outbox?: Outbox) =>
  startWorker(await startRelay(script), outbox);
const until = <T>(condition: () => Promise<T> | T) =>
  vi.waitFor(condition, { timeout: 60_000, interval: 25 });
const deliveryOf = async ({ id, tenantId }: NewMail) => {
  const found = await db.outbox.mail(db.scope(tenantId), id);
  if (!found) throw new Error("no such mail");
  return found;
};
const untilIs = (mail: NewMail, state: string, word: string) =>
  until(async () => expect(await deliveryOf(mail)).toMatchObject({ state, last: { class: word } }));
const mailsTo = (tenants: readonly string[]) => Promise.all(tenants.map((id) => testMail(id)));

/** Three mails whose MAIL FROM is refused. */
async function openBreaker(script: RelayScript, outbox?: Outbox) {
  script.mailFrom = () => "451 4.3.0 Try again later";
  const relayUrl = await startRelay(script);
  const delivery = startWorker(relayUrl, outbox);
  const waiting = await mailsTo(OTHERS);
  await db.write(...waiting);
  await until(() => expect(delivery.breaker()).toBe("open"));
  for (const mail of waiting) await untilIs(mail, "queued", "transport");
  script.mailFrom = undefined;
  return { delivery, waiting, relayUrl };
}

const badAddresses = async () =>
  (await db.pool.query("SELECT tenant_id FROM address_health WHERE cleared_at IS NULL")).rows;

describe("an open breaker", () => {
  test.each([
    ["of nobody in particular", { rcptTo: () => "550 Administrative prohibition" }, "unclear"],
    ["with 421", { rcptTo: () => "421 4.3.2 Not now" }, "unclear"],
    ["of us", { rcptTo: () => "550 5.7.60 Client does not have permissions to send" }, "relay-refuses"],
    ["of the content", { data: () => "554 5.6.0 Message contains spam" }, "policy"],
  ] satisfies [string, RelayScript, string][])(
    "is closed by a refusal %s, once a recipient was named: the others' mails leave at once",
    async (_, refusing, word) => {
      const script: RelayScript = {};
      const { delivery, waiting } = await openBreaker(script);
      // The probe takes what hasn't failed.
      script.rcptTo = (to) =>
        to === "owner@photos.example" ? ((refusing as RelayScript).rcptTo?.(to) ?? null) : null;
      script.data = (mail) =>
        mail.to === "owner@photos.example" ? ((refusing as RelayScript).data?.(mail) ?? null) : null;
      const probe = await testMail("photos");
      await db.write(probe);
      clock.atMs += PROBE_MS;
      await untilIs(probe, "queued", word);
      for (const mail of waiting) await untilIs(mail, "accepted", "accepted");
      expect(delivery.breaker()).toBe("closed");
      await until(async () =>
        expect((await db.outbox.relayStates())[0]).toMatchObject({ ok: true, breaker: "closed" }),
      );
    },
  );
});

describe("a relay that turns out to refuse everybody as unknown", () => {
  const script = (): RelayScript => ({ rcptTo: () => "550 5.1.1 User unknown" });

  test("has called no address bad, also where the database was away at that moment", async () => {
    let failures = 0;
    const outbox: Outbox = {
      ...db.outbox,
      withdrawBadAddresses: async (recipients) => {
        failures += 1;
        if (failures <= 3) throw new Error("The database is away.");
        await db.outbox.withdrawBadAddresses(recipients);
      },
    };
    const delivery = await deliverTo(script(), outbox);
    await db.write(...(await mailsTo(OTHERS)));
    await until(() => expect(delivery.breaker()).toBe("open"));
    await until(async () => expect(await badAddresses()).toEqual([]));
    expect(failures).toBeGreaterThan(3);
  });

  test("has called no address bad, also where the breaker was open already", async () => {
    const refusing = script();
    const delivery = await deliverTo(refusing);
    await db.write(...(await mailsTo(["four", "five"])));
    await until(async () => expect(await badAddresses()).toHaveLength(2));
    refusing.mailFrom = () => "451 4.3.0 Try again later";
    await db.write(...(await mailsTo(OTHERS)));
    await until(() => expect(delivery.breaker()).toBe("open"));
    refusing.mailFrom = undefined;
    await db.write(await testMail("photos"));
    clock.atMs += PROBE_MS;
    await until(async () => expect(await badAddresses()).toEqual([]));
    expect(delivery.breaker()).toBe("open");
  });
});

test("a relay that is back gets what waited for it, also where the database was away at that moment", async () => {
  let failures = 0;
  const outbox: Outbox = {
    ...db.outbox,
    retryTransportNow: async () => {
      failures += 1;
      if (failures === 1) throw new Error("The database is away.");
      return db.outbox.retryTransportNow();
    },
  };
  const { waiting } = await openBreaker({}, outbox);
  await db.write(await testMail("photos"));
  clock.atMs += PROBE_MS;
  for (const mail of waiting) await untilIs(mail, "accepted", "accepted");
});

/** A second worker delivers what waits, while the first one's breaker is open and it has nothing to probe with. */
async function deliverByAnother(waiting: NewMail[], relayUrl: string) {
  await db.pool.query("UPDATE mail SET due_at = now() - interval '1 s' WHERE state = 'queued'");
  startWorker(relayUrl);
  for (const mail of waiting) await untilIs(mail, "accepted", "accepted");
}
const newestRecord = async () =>
  (await db.pool.query("SELECT ok, breaker FROM relay_check ORDER BY id DESC LIMIT 1")).rows[0];

/** An outbox that keeps what was answered to whether another worker's mail was accepted. */
function listenedOutbox(): { outbox: Outbox; answers: boolean[] } {
  const answers: boolean[] = [];
  const isAcceptedWithin: Outbox["isAcceptedWithin"] = async (...values) => {
    const answer = await db.outbox.isAcceptedWithin(...values);
    answers.push(answer);
    return answer;
  };
  return { outbox: { ...db.outbox, isAcceptedWithin }, answers };
}

describe("a worker whose breaker is open, with nothing to send", () => {
  test("says nothing against a relay that has accepted another worker's mails since", async () => {
    const script: RelayScript = {};
    const { delivery, waiting, relayUrl } = await openBreaker(script);
    expect(delivery.trouble()).toMatch(/451 4\.3\.0/);
    await deliverByAnother(waiting, relayUrl);
    clock.atMs += PROBE_MS;
    await until(() => expect(delivery.trouble()).toBeNull());
    expect(delivery.breaker()).toBe("closed");
    await until(async () => expect(await newestRecord()).toEqual({ ok: true, breaker: "closed" }));
  });

  test("goes on saying so while the worker with the settings of before delivers by another relay", async () => {
    const { outbox, answers } = listenedOutbox();
    const { delivery, waiting } = await openBreaker({}, outbox);
    await deliverByAnother(waiting, await startRelay({}));
    clock.atMs += PROBE_MS;
    await until(() => expect(answers).toEqual([false]));
    expect(delivery.trouble()).toMatch(/451 4\.3\.0/);
    expect(delivery.breaker()).toBe("open");
  });

  test("goes on saying so where nothing was accepted since, or its own connection doesn't work", async () => {
    const { outbox, answers } = listenedOutbox();
    const { delivery } = await openBreaker({}, outbox);
    await db.pool.query("DELETE FROM mail");
    clock.atMs += PROBE_MS;
    await until(() => expect(answers).toEqual([false]));
    await until(async () => expect(await newestRecord()).toMatchObject({ ok: false, breaker: "open" }));
    expect(delivery.trouble()).toMatch(/451 4\.3\.0/);
    await running.shift()?.stop(); // the relay
    clock.atMs += PROBE_MS;
    await until(() => expect(delivery.trouble()).toMatch(/refused the connection/));
    expect(delivery.breaker()).toBe("open");
  });

  test("tries one mail alone until the relay takes it, and is open again where it doesn't", async () => {
    const script: RelayScript = {};
    const { delivery, waiting, relayUrl } = await openBreaker(script);
    await deliverByAnother(waiting, relayUrl);
    clock.atMs += PROBE_MS;
    await until(() => expect(delivery.breaker()).toBe("closed"));
    await Promise.all(running.splice(2).map((service) => service.stop())); // the other worker
    script.mailFrom = () => "451 4.3.0 Try again later";
    const later = await mailsTo(["four", "five"]);
    await db.write(...later);
    clock.atMs += PROBE_MS;
    await until(() => expect(delivery.breaker()).toBe("open"));
    const tried = await Promise.all(later.map(deliveryOf));
    expect(tried.filter(({ attempts }) => attempts > 0)).toHaveLength(1);
    script.mailFrom = undefined;
    await db.pool.query("UPDATE mail SET due_at = now() WHERE state = 'queued'");
    clock.atMs += PROBE_MS;
    for (const mail of later) await untilIs(mail, "accepted", "accepted");
  });
});
