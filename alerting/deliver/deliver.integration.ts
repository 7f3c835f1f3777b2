import type { Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createAlertingChainStore } from "@/lib/alerting-chain/store";
import type { NewMail } from "@/lib/delivery/mail";
import { readReturnPath, returnPathKey } from "@/lib/delivery/smtp/return-path";
import { SmtpUrlError } from "@/lib/delivery/smtp/smtp-url";
import { freePort } from "@/server/free-port";
import { MAIL_FROM, SECRET, startTestOutbox, type TestOutbox, testMail } from "@/testing/outbox";
import { type RelayScript, startRawRelay, startTestRelay, type TestRelay } from "@/testing/relay";
import { type Delivery, type DeliveryOptions, startDelivery } from "./deliver";

let db: TestOutbox;
const running: { stop(): Promise<void> }[] = [];
beforeEach(async () => {
  db = await startTestOutbox();
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((service) => service.stop()));
  await db.drop();
});

async function relay(script?: RelayScript): Promise<TestRelay> {
  const started = await startTestRelay(script);
  running.push(started);
  return started;
}
function deliver(smtpUrl: string, options: Partial<DeliveryOptions> = {}): Delivery {
  const delivery = startDelivery({
    smtpUrl,
    mailFrom: MAIL_FROM,
    secret: SECRET,
    outbox: db.outbox,
    pollMs: 30,
    jitter: () => 0.5,
    ...options,
  });
  running.push(delivery);
  return delivery;
}
const deliveryOf = async ({ id, tenantId }: NewMail) => {
  const found = await db.outbox.mail(db.scope(tenantId), id);
  if (!found) throw new Error("no such mail");
  return found;
};
const until = <T>(condition: () => Promise<T> | T) =>
  vi.waitFor(condition, { timeout: 60_000, interval: 25 });
const untilState = (mail: NewMail, state: string) =>
  until(async () => expect(await deliveryOf(mail)).toMatchObject({ state }));
const untilLast = (mail: NewMail, word: string) =>
  until(async () => expect((await deliveryOf(mail)).last).toMatchObject({ class: word }));
/** The operator's definitions name another address. */
const addressIs = (tenantId: string, address: string) =>
  db.pool.query("UPDATE tenant SET contact_address = $2 WHERE id = $1", [tenantId, address]);
/** Retries wait minutes; this lets them pass. */
const retryNow = () =>
  db.pool.query("UPDATE mail SET due_at = now() - interval '1 s' WHERE state = 'queued'");

describe("a mail that is accepted", () => {
  test("arrives with its very bytes, from its own signed return path, with the relay's own words kept", async () => {
    const { url, taken } = await relay();
    deliver(url);
    const mail = await testMail("photos", { html: "<p>Latency</p>" });
    await db.write(mail);
    await untilState(mail, "accepted");
    expect(taken).toHaveLength(1);
    expect(taken[0]?.to).toBe(mail.recipient);
    expect(taken[0]?.raw.toString().trimEnd()).toBe(mail.raw.toString().trimEnd());
    expect(readReturnPath(taken[0]?.from ?? "", returnPathKey(SECRET), "watchpost.example")).toBe(mail.id);
    expect((await deliveryOf(mail)).last?.words).toBe("250 2.0.0 Ok: queued");
  });

  test("uses one connection for many, and a new one where the relay ended the old", async () => {
    const { url, taken, connections, port, stop } = await relay({ port: await freePort() });
    deliver(url, { concurrency: 1 });
    const mails = await Promise.all(Array.from({ length: 5 }, () => testMail("photos")));
    await db.write(...mails);
    await until(() => expect(taken).toHaveLength(5));
    expect(connections()).toBe(1);
    await stop();
    const again = await relay({ port });
    const late = await testMail("photos");
    await db.write(late);
    await untilState(late, "accepted");
    expect(again.taken).toHaveLength(1);
    expect(await deliveryOf(late)).toMatchObject({ attempts: 1, ambiguous: 0 });
  });
});

describe("one recipient's refusal", () => {
  test("Fault 14: fails that mail alone; the others get theirs", async () => {
    const { url, taken } = await relay({
      rcptTo: (to) => (to.startsWith("gone@") ? "550 5.1.1 No such user" : null),
    });
    await addressIs("photos", "gone@photos.example");
    deliver(url);
    const bad = await testMail("photos", { recipient: "gone@photos.example" });
    const good = [await testMail("tickets"), await testMail("tickets")];
    await db.write(bad, ...good);
    for (const mail of good) await untilState(mail, "accepted");
    await untilState(bad, "failed");
    expect(taken).toHaveLength(2);
    expect((await deliveryOf(bad)).last).toMatchObject({
      class: "bad-address",
      words: "550 5.1.1 No such user",
    });
    expect(await db.outbox.badAddresses(db.scope("photos"))).toMatchObject([
      { recipient: "gone@photos.example" },
    ]);
  });

  test("Fault 15: greylisting and then acceptance never calls the address bad", async () => {
    let tries = 0;
    const { url } = await relay({
      rcptTo: () => (++tries === 1 ? "450 4.2.0 Greylisted, try again later" : null),
    });
    const delivery = deliver(url);
    const mail = await testMail("photos");
    await db.write(mail);
    await untilLast(mail, "transient");
    const { dueAtMs, last } = await deliveryOf(mail);
    expect(((dueAtMs ?? 0) - (last?.atMs ?? 0)) / 1_000).toBeCloseTo(15, 0);
    await retryNow();
    await untilState(mail, "accepted");
    expect(await db.outbox.badAddresses(db.scope("photos"))).toEqual([]);
    expect(delivery.breaker()).toBe("closed");
  });

  test("for a full mailbox waits, though the reply code is a permanent one", async () => {
    const { url } = await relay({ rcptTo: () => "552 5.2.2 Mailbox full" });
    deliver(url);
    const mail = await testMail("photos");
    await db.write(mail);
    await untilLast(mail, "mailbox-full");
    expect((await deliveryOf(mail)).state).toBe("queued");
  });

  test("of the content is tried again in plain text, and then accepted, or waits", async () => {
    const { url, taken } = await relay({
      data: ({ to, raw }) =>
        to.startsWith("strict@") || raw.includes("text/html") ? "554 5.7.1 Looks like spam" : null,
    });
    await addressIs("photos", "strict@photos.example");
    deliver(url);
    const mail = await testMail("tickets", { html: "<p>Latency</p>" });
    const hopeless = await testMail("photos", { html: "<p>Latency</p>", recipient: "strict@photos.example" });
    await db.write(mail, hopeless);
    await untilLast(mail, "policy");
    await untilLast(hopeless, "policy");
    await retryNow();
    await untilState(mail, "accepted");
    await until(async () =>
      expect(await deliveryOf(hopeless)).toMatchObject({ state: "queued", attempts: 2 }),
    );
    expect(taken[0]?.raw.toString().trimEnd()).toBe(mail.rawTextOnly?.toString().trimEnd());
    expect(await db.outbox.badAddresses(db.scope("photos"))).toEqual([]);
  });
});

describe("a lost reply", () => {
  test("after the relay took the mail costs one more copy of the same bytes, and is counted", async () => {
    let drops = 0;
    const { url, taken } = await relay({ dropAfterTaking: () => ++drops === 1 });
    deliver(url);
    const mail = await testMail("photos");
    await db.write(mail);
    await untilLast(mail, "ambiguous");
    await retryNow();
    await untilState(mail, "accepted");
    expect(taken).toHaveLength(2);
    expect(taken[0]?.raw).toEqual(taken[1]?.raw);
    expect((await deliveryOf(mail)).ambiguous).toBe(1);
  });
});

describe("Fault 16: a relay that hangs", () => {
  const speakTo = (socket: Socket, answer: (line: string) => string | null) => {
    socket.write("220 relay.example ESMTP\r\n");
    let body = false;
    let rest = "";
    socket.on("data", (chunk) => {
      const lines = (rest + chunk).split("\r\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        if (body && line !== ".") continue;
        if (line === "DATA") body = true;
        if (line === ".") body = false;
        const said = answer(line);
        if (said !== null) socket.write(said);
      }
    });
  };
  const usual = (line: string) =>
    line.startsWith("EHLO")
      ? "250 relay.example\r\n"
      : line === "DATA"
        ? "354 Go on\r\n"
        : "250 2.0.0 Ok\r\n";
  const slow = (socket: Socket, text: string) => {
    let at = 0;
    const timer = setInterval(() => socket.write(text[at++ % text.length] ?? ""), 100);
    socket.once("close", () => clearInterval(timer));
    return null;
  };

  test.each<[string, (socket: Socket) => void, string]>([
    ["before its greeting", () => {}, "transport"],
    ["with one byte of greeting now and then", (socket) => slow(socket, "220-still here-"), "transport"],
    ["after EHLO", (socket) => speakTo(socket, () => null), "transport"],
    [
      "with one byte of EHLO now and then",
      (socket) => speakTo(socket, () => slow(socket, "250-x")),
      "transport",
    ],
    [
      "after RCPT TO",
      (socket) => speakTo(socket, (line) => (line.startsWith("RCPT") ? null : usual(line))),
      "ambiguous",
    ],
    [
      "after the dot",
      (socket) => speakTo(socket, (line) => (line === "." ? null : usual(line))),
      "ambiguous",
    ],
    [
      "with one byte now and then after the dot",
      (socket) => speakTo(socket, (line) => (line === "." ? slow(socket, "250-x") : usual(line))),
      "ambiguous",
    ],
  ])("%s is given up in time", async (_, behave, word) => {
    const hanging = await startRawRelay(behave);
    running.push(hanging);
    const begunAtMs = performance.now();
    deliver(hanging.url, { sendTimeoutMs: 1_000, relayTimes: { connectTimeoutMs: 700 } });
    const mail = await testMail("photos");
    await db.write(mail);
    await untilLast(mail, word);
    // By itself nodemailer waits half a minute for a greeting, and longer for the rest.
    expect(performance.now() - begunAtMs).toBeLessThan(25_000);
    expect((await deliveryOf(mail)).state).toBe("queued");
  });

  test("for one mail doesn't keep the others", async () => {
    const { url, taken, stop } = await relay({
      data: ({ to }) => (to.startsWith("tar@") ? "silence" : null),
    });
    await addressIs("photos", "tar@photos.example");
    deliver(url, { concurrency: 2 });
    const stuck = await testMail("photos", { recipient: "tar@photos.example" });
    await db.write(stuck);
    await until(async () => expect((await deliveryOf(stuck)).state).toBe("sending"));
    const others = await Promise.all(Array.from({ length: 5 }, () => testMail("tickets")));
    await db.write(...others);
    await until(() => expect(taken).toHaveLength(5));
    expect((await deliveryOf(stuck)).state).toBe("sending");
    await stop();
    await untilLast(stuck, "ambiguous");
  });
});

/** It stands still unless a test moves it: no probe is due before. */
function standingClock() {
  const clock = { atMs: 1_000_000, nowMs: () => clock.atMs };
  return clock;
}

describe("a relay in trouble", () => {
  test.each<[string, () => Promise<string>, RegExp]>([
    ["that isn't there", async () => `smtp://127.0.0.1:${await freePort()}`, /refused the connection/],
    ["Fault 17: that refuses the login", async () => (await relay({ refuseLogin: true })).url, /535 5\.7\.8/],
    ["whose name can't be resolved", async () => "smtp://relay.invalid", /can't be resolved/],
    [
      "Fault 17: whose certificate has expired",
      async () => (await relay({ startTls: true })).url,
      /expired certificate/,
    ],
    [
      "that greets with 421",
      async () => (await raw((socket) => socket.end("421 4.3.2 Too busy\r\n"))).url,
      /421 4\.3\.2 Too busy/,
    ],
    [
      "that refuses the sender",
      async () => (await relay({ mailFrom: () => "550 5.7.1 Not you" })).url,
      /Not you/,
    ],
    [
      "that refuses our host, and says so to each recipient",
      async () => (await relay({ rcptTo: () => "554 5.7.1 <pod>: Client host rejected: Access denied" })).url,
      /Client host rejected/,
    ],
  ])("%s is named, opens the breaker and blames no recipient", async (_, start, words) => {
    const delivery = deliver(await start(), { relayTimes: { connectTimeoutMs: 3_000 } });
    const mails = await Promise.all(
      ["photos", "tickets", "photos", "tickets"].map((id, n) => testMail(id, { signal: `s${n}` })),
    );
    await db.write(...mails);
    await until(() => expect(delivery.breaker()).toBe("open"));
    await until(async () => {
      const [state] = await db.outbox.relayStates();
      expect(state).toMatchObject({ ok: false, breaker: "open", reason: expect.stringMatching(words) });
      expect(state?.relay).not.toContain("wrong");
      expect(delivery.trouble()).toMatch(words);
      expect(delivery.trouble()).not.toContain("@"); // it stands in the log
    });
    for (const tenant of ["photos", "tickets"]) {
      expect(await db.outbox.badAddresses(db.scope(tenant))).toEqual([]);
      expect(await db.outbox.queueSummary(db.scope(tenant))).toMatchObject({ held: 0, notReceived: 0 });
    }
  });

  const raw = async (behave: (socket: Socket) => void) => {
    const started = await startRawRelay(behave);
    running.push(started);
    return started;
  };

  test("Fault 13: keeps 1,000 mails, says so to every tenant, tries no more than a probe, and gets all in order once it is back", async () => {
    const port = await freePort();
    const clock = standingClock();
    // Fewer connections than orders, so that some mail is due at each probe.
    const delivery = deliver(`smtp://127.0.0.1:${port}`, { clock, concurrency: 5 });
    const mails = await Promise.all(
      Array.from({ length: 1_000 }, (_, n) =>
        testMail(n % 2 ? "photos" : "tickets", { signal: `s${n % 10}`, subject: `n${n}` }),
      ),
    );
    await db.write(...mails);
    await until(() => expect(delivery.breaker()).toBe("open"));
    // Those that were tried beside the one that opened it are counted, too.
    await until(async () =>
      expect((await db.pool.query("SELECT FROM mail WHERE state = 'sending'")).rowCount).toBe(0),
    );
    const tries = async () => (await db.pool.query("SELECT sum(attempts)::int AS n FROM mail")).rows[0].n;
    const whenOpen = await tries();
    for (let probe = 1; probe <= 3; probe++) {
      clock.atMs += 30_000;
      await until(async () => expect(await tries()).toBe(whenOpen + probe));
      await until(() => expect(delivery.breaker()).toBe("open"));
    }
    expect((await db.outbox.relayStates())[0]).toMatchObject({ ok: false, breaker: "open" });

    for (const tenant of ["photos", "tickets"]) {
      const records = await createAlertingChainStore(db.database).readDeliveryRecords(db.scope(tenant));
      expect(records?.relay).toMatchObject({ ok: false });
      expect(records?.open).not.toBeNull();
    }

    const { taken } = await relay({ port });
    clock.atMs += 30_000;
    await until(() => expect(taken).toHaveLength(1_000));
    await until(async () =>
      expect((await db.outbox.relayStates())[0]).toMatchObject({ ok: true, breaker: "closed" }),
    );
    const places = new Map(mails.map((mail, place) => [mail.id, place]));
    for (let lane = 0; lane < 10; lane++) {
      const order = taken
        .map(
          ({ from }) =>
            places.get(readReturnPath(from, returnPathKey(SECRET), "watchpost.example") ?? "") ?? -1,
        )
        .filter((place) => place % 10 === lane);
      expect(order).toHaveLength(100);
      expect(order).toEqual([...order].sort((a, b) => a - b));
    }
  });

  test("is noticed within minutes when there is nothing to send, and its return as well", async () => {
    const port = await freePort();
    const clock = standingClock();
    const delivery = deliver(`smtp://127.0.0.1:${port}`, { clock });
    await until(async () => expect((await db.outbox.relayStates())[0]).toMatchObject({ ok: false }));
    for (const _ of [1, 2]) {
      const before = (await db.outbox.relayStates())[0]?.atMs ?? 0;
      clock.atMs += 30_000;
      await until(async () => expect((await db.outbox.relayStates())[0]?.atMs).toBeGreaterThan(before));
    }
    expect(delivery.breaker()).toBe("open");
    const { taken } = await relay({ port });
    clock.atMs += 30_000;
    await until(() => expect(delivery.breaker()).toBe("closed"));
    await until(async () =>
      expect((await db.outbox.relayStates())[0]).toMatchObject({ ok: true, reason: null }),
    );
    expect(taken).toEqual([]);
  });
});

describe("stopping", () => {
  test("lets a try in flight end, takes no more, and is done in time", async () => {
    let finish: ((reply: null) => void) | undefined;
    const { url, taken } = await relay({
      data: () =>
        new Promise<null>((resolve) => {
          finish = resolve;
        }),
    });
    const delivery = deliver(url, { concurrency: 1 });
    const [first, second] = [await testMail("photos"), await testMail("tickets")];
    await db.write(first, second);
    await until(() => expect(finish).toBeDefined());
    const stopped = delivery.stop();
    finish?.(null);
    await stopped;
    expect(taken).toHaveLength(1);
    expect((await deliveryOf(first)).state).toBe("accepted");
    expect(await deliveryOf(second)).toMatchObject({ state: "queued", attempts: 0 });
  });

  test("gives up a try that doesn't end, and says that its delivery is unknown", async () => {
    let isSent = false;
    const silent = () => {
      isSent = true;
      return "silence";
    };
    const { url } = await relay({ data: silent });
    const delivery = deliver(url, { stopGraceMs: 300 });
    const mail = await testMail("photos");
    await db.write(mail);
    await until(() => expect(isSent).toBe(true)); // a try that has not come so far has certainly not been sent
    await delivery.stop();
    expect(await deliveryOf(mail)).toMatchObject({ state: "queued", ambiguous: 1 });
  });
});

test("settings that can't be used are refused at once, without a secret in the message", () => {
  for (const url of ["relay.example:25", "http://relay.example", "smtp://", "smtp://user@relay.example"]) {
    expect(() => deliver(url)).toThrow(SmtpUrlError);
  }
  expect(() => deliver("smtp://u:hunter2@relay.example:bad")).toThrow(/^((?!hunter2).)*$/);
  expect(() => deliver("smtp://127.0.0.1", { leaseSeconds: 1 })).toThrow(RangeError);
});

test("a database that goes away and comes back loses nothing", async () => {
  const { url } = await relay();
  let away = true;
  let refused = 0;
  const flaky = {
    ...db.outbox,
    leaseDue: async (limit: number, seconds: number) => {
      if (!away) return db.outbox.leaseDue(limit, seconds);
      refused += 1;
      throw new Error("the database is away");
    },
  };
  deliver(url, { outbox: flaky });
  const mail = await testMail("photos");
  await db.write(mail);
  await until(() => expect(refused).toBeGreaterThan(0));
  away = false;
  await untilState(mail, "accepted");
});
