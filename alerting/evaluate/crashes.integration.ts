import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { NewMail } from "@/lib/delivery/mail";
import { startTestOutbox, type TestOutbox, testMail } from "@/testing/outbox";
import { type RelayScript, startTestRelay, type TestRelay } from "@/testing/relay";

let db: TestOutbox;
const workers: ChildProcess[] = [];
const relays: TestRelay[] = [];
beforeEach(async () => {
  db = await startTestOutbox();
});
afterEach(async () => {
  for (const worker of workers.splice(0)) await kill(worker);
  await Promise.all(relays.splice(0).map((relay) => relay.stop()));
  await db.drop();
});

async function relay(script: RelayScript): Promise<TestRelay> {
  const started = await startTestRelay(script);
  relays.push(started);
  return started;
}

/** A worker in a process of its own, so that it can be killed and frozen for real. */
async function worker(smtpUrl: string, settings: { concurrency?: number; leaseSeconds?: number } = {}) {
  const child = spawn(process.execPath, ["--import", "tsx", "testing/delivery-worker.ts"], {
    env: {
      ...process.env,
      LOG_LEVEL: "fatal",
      DATABASE_URL: db.url,
      SMTP_URL: smtpUrl,
      CONCURRENCY: String(settings.concurrency ?? 5),
      SEND_TIMEOUT_MS: "8000",
      LEASE_SECONDS: String(settings.leaseSeconds ?? 60),
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  workers.push(child);
  await once(child.stdout, "data");
  return child;
}
async function kill(child: ChildProcess) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGKILL");
  await once(child, "exit");
}
const until = <T>(condition: () => Promise<T> | T) =>
  vi.waitFor(condition, { timeout: 60_000, interval: 25 });
const delivery = async ({ id, tenantId }: NewMail) => db.outbox.mail(db.scope(tenantId), id);
/** What a dead worker had leased is free. */
const passLeases = () =>
  db.pool.query("UPDATE mail SET lease_until = now() - interval '1 s' WHERE state = 'sending'");
const untilAccepted = (mail: NewMail) =>
  until(async () => expect(await delivery(mail)).toMatchObject({ state: "accepted" }));

describe("a worker that dies", () => {
  test("Fault 1: after the mail was written and before it was tried leaves it to the next: one copy", async () => {
    const { url, taken } = await relay({});
    const first = await worker(url);
    first.kill("SIGSTOP");
    const mail = await testMail("photos");
    await db.write(mail);
    await kill(first);
    await worker(url);
    await untilAccepted(mail);
    expect(taken).toHaveLength(1);
  });

  test("Fault 3: after the relay's 250 and before the record costs a second copy of the same bytes, and no more", async () => {
    let first: ChildProcess | undefined;
    let copies = 0;
    const { url, taken } = await relay({
      // The mail is accepted at the moment in which the worker dies: it never receives the 250.
      data: async () => {
        if (++copies === 1 && first) await kill(first);
        return null;
      },
    });
    first = await worker(url);
    const mail = await testMail("photos");
    await db.write(mail);
    await until(() => expect(taken).toHaveLength(1));
    await passLeases();
    await worker(url);
    await untilAccepted(mail);
    expect(taken).toHaveLength(2);
    expect(taken[0]?.raw).toEqual(taken[1]?.raw);
    expect(await delivery(mail)).toMatchObject({ attempts: 2, ambiguous: 1 });
  });

  test("Fault 4: between RCPT and DATA costs nothing: one copy", async () => {
    let first: ChildProcess | undefined;
    let recipients = 0;
    const { url, taken } = await relay({
      rcptTo: () => {
        recipients += 1;
        if (recipients > 1) return null;
        first?.kill("SIGKILL");
        return "silence";
      },
    });
    first = await worker(url);
    const mail = await testMail("photos");
    await db.write(mail);
    await until(() => expect(first?.signalCode).toBe("SIGKILL"));
    await passLeases();
    await worker(url);
    await untilAccepted(mail);
    expect(taken).toHaveLength(1);
  });
});

describe("a worker that is frozen", () => {
  test("Fault 6: past its lease and then goes on doubles at most the mail in flight", async () => {
    const mails = await Promise.all(
      Array.from({ length: 6 }, (_, n) => testMail("photos", { signal: `s${n}` })),
    );
    const frozen: { worker?: ChildProcess } = {};
    let inFlight: string | undefined;
    const { url, taken } = await relay({
      data: ({ from }) => {
        if (inFlight === undefined) {
          inFlight = from;
          frozen.worker?.kill("SIGSTOP");
        }
        return null;
      },
    });
    // By its own clock as well: it has to know at its return that its leases are over.
    frozen.worker = await worker(url, { concurrency: 3, leaseSeconds: 12 });
    await db.write(...mails);
    await until(() => expect(inFlight).toBeDefined());
    const second = await worker(url);
    for (const mail of mails) await untilAccepted(mail);
    frozen.worker.kill("SIGCONT");
    // It is alive again when it delivers something new; by then it has dealt with what it held.
    await kill(second);
    const news = await testMail("photos", { signal: "after" });
    await db.write(news);
    await untilAccepted(news);
    const copies = new Map<string, number>();
    for (const { from } of taken) copies.set(from, (copies.get(from) ?? 0) + 1);
    const doubled = [...copies.values()].filter((count) => count > 1);
    expect(copies.size).toBe(7);
    expect(doubled.length).toBeLessThanOrEqual(3); // what its three connections had in flight
    expect(Math.max(...copies.values())).toBeLessThanOrEqual(2);
    for (const { id } of mails) {
      const found = await db.outbox.mail(db.scope("photos"), id);
      expect(found?.state).toBe("accepted");
    }
  });

  test("two workers on one queue send each mail once, in order", async () => {
    const { url, taken } = await relay({});
    await Promise.all([worker(url), worker(url)]);
    const mails = await Promise.all(
      Array.from({ length: 60 }, (_, n) => testMail("photos", { signal: `s${n % 4}`, subject: `n${n}.` })),
    );
    await db.write(...mails);
    for (const mail of mails) await untilAccepted(mail);
    expect(taken).toHaveLength(60);
    const numbers = taken.map(({ raw }) => Number(/Subject: n(\d+)\./.exec(raw.toString())?.[1]));
    for (let lane = 0; lane < 4; lane++) {
      const order = numbers.filter((n) => n % 4 === lane);
      expect(order).toEqual([...order].sort((a, b) => a - b));
    }
  });
});
