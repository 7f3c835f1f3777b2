import { expect, vi } from "vitest";
import { startBounceReceiver } from "@/alerting/bounces/bounces";
import { type Delivery, type DeliveryOptions, startDelivery } from "@/alerting/deliver/deliver";
import type { MailBounce, MailDelivery, NewMail } from "@/lib/delivery/mail";
import type { OutcomeClass } from "@/lib/delivery/smtp/outcome-class";
import { MAIL_FROM, SECRET, startTestOutbox, type TestOutbox, testMail } from "../outbox";
import { type RelayScript, startTestRelay, type TestRelay } from "../relay";

type Service = { stop(): Promise<void> };

/** The portal's mail stages around a mail server: the outbox, delivery, and the receiver of bounces, over a real PostgreSQL. */
export type MailWorld = {
  db: TestOutbox;
  /** Where the mail server takes its bounces: the domain of MAIL_FROM. */
  bouncePort: number;
  /** Stopped at the end of the test. */
  running<T extends Service>(service: Promise<T>): Promise<T>;
  /** The mail server of a domain beyond the relay, which follows a script. */
  remote(script?: RelayScript): Promise<TestRelay>;
  deliver(smtpUrl: string, options?: Partial<DeliveryOptions>): Delivery;
  /** Gives a tenant its address and writes a mail to it. */
  mailTo(tenantId: string, address: string, change?: Parameters<typeof testMail>[1]): Promise<NewMail>;
  deliveryOf(mail: NewMail): Promise<MailDelivery>;
  /** Waits until the condition holds; a time is never what is awaited. */
  until<T>(condition: () => Promise<T> | T): Promise<T>;
  untilAccepted(mail: NewMail): Promise<void>;
  /** Waits until the last try came to this. */
  untilRefused(mail: NewMail, word: OutcomeClass): Promise<void>;
  /** Waits until something came back. */
  bounceOf(mail: NewMail): Promise<MailBounce>;
  /** Makes every mail that waits due, as if its time had come. */
  retryNow(): Promise<void>;
  /** The addresses that are held. */
  badAddresses(): Promise<string[]>;
  /** Whether the newest record of the relay says that it works. */
  relayIsWell(): Promise<boolean | undefined>;
  stopAll(): Promise<void>;
};

const BAD = "SELECT recipient FROM address_health WHERE cleared_at IS NULL ORDER BY recipient";

export async function startMailWorld(tenants: string[]): Promise<MailWorld> {
  const db = await startTestOutbox(tenants);
  /** Those that are still starting, too: a test may end before they have. */
  const services: Promise<Service>[] = [];
  const running = <T extends Service>(service: Promise<T>): Promise<T> => {
    services.push(service);
    return service;
  };
  // Delivery first, and the server before what it passes mail on to.
  const stopAll = async () => {
    const failures: unknown[] = [];
    for (const service of services.splice(0).reverse()) {
      const started = await service.catch(() => null); // the test has seen the error
      await started?.stop().catch((error) => failures.push(error));
    }
    await db.drop();
    if (failures.length > 0) throw new AggregateError(failures, "Some servers of the test didn't stop.");
  };
  const receiver = await running(
    startBounceReceiver({ port: 0, mailFrom: MAIL_FROM, secret: SECRET, outbox: db.outbox }),
  ).catch(async (error) => {
    await stopAll();
    throw error;
  });
  const until = <T>(condition: () => Promise<T> | T) =>
    vi.waitFor(condition, { timeout: 60_000, interval: 25 });
  const deliveryOf = async ({ id, tenantId }: NewMail) => {
    const found = await db.outbox.mail(db.scope(tenantId), id);
    if (!found) throw new Error("no such mail");
    return found;
  };
  return {
    db,
    bouncePort: receiver.port,
    running,
    remote: (script) => running(startTestRelay(script)),
    deliver: (smtpUrl, options) => {
      const delivery = startDelivery({
        smtpUrl,
        mailFrom: MAIL_FROM,
        secret: SECRET,
        outbox: db.outbox,
        pollMs: 30,
        ehloName: "portal.watchpost.example",
        ...options,
      });
      services.push(Promise.resolve(delivery));
      return delivery;
    },
    mailTo: async (tenantId, address, change) => {
      await db.pool.query("UPDATE tenant SET contact_address = $2 WHERE id = $1", [tenantId, address]);
      const mail = await testMail(tenantId, { recipient: address, ...change });
      await db.write(mail);
      return mail;
    },
    deliveryOf,
    until,
    untilAccepted: (mail) =>
      until(async () => expect(await deliveryOf(mail)).toMatchObject({ state: "accepted" })),
    untilRefused: (mail, word) =>
      until(async () => expect(await deliveryOf(mail)).toMatchObject({ last: { class: word } })),
    bounceOf: (mail) =>
      until(async () => {
        const { bounce } = await deliveryOf(mail);
        if (bounce === null) throw new Error("nothing came back yet");
        return bounce;
      }),
    retryNow: async () => {
      await db.pool.query("UPDATE mail SET due_at = now() - interval '1 s' WHERE state = 'queued'");
    },
    badAddresses: async () =>
      (await db.pool.query<{ recipient: string }>(BAD)).rows.map(({ recipient }) => recipient),
    relayIsWell: async () => (await db.outbox.relayStates())[0]?.ok,
    stopAll,
  };
}
