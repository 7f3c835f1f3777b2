import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { deliveryWords } from "@/components/alerts/mail-words";
import type { NewMail } from "@/lib/delivery/mail";
import type { OutcomeClass } from "@/lib/delivery/smtp/outcome-class";
import { type MailWorld, startMailWorld } from "./mail-servers/mail-world";
import { MAIL_SYSTEMS } from "./mail-systems";
import { type ScriptedRelay, startScriptedRelay } from "./scripted-relay";

const TENANTS = ["photos", "tickets", "weather", "maps"];
const DAYS_3_MS = 72 * 3_600_000;
const PROBE_MS = 31_000;
/** What an owner reads of a mail that waits. */
const OWNER_READS: Partial<Record<OutcomeClass, RegExp>> = {
  transport: /^Queued: the platform’s mail relay/,
  "relay-refuses": /^Queued: the platform’s mail relay/,
  "mailbox-full": /^Queued: your mailbox is full\. The relay said:/,
  transient: /^Deferred\. The relay said:/,
  "recipient-refused": /^Deferred\. The relay said:/,
  policy: /^Deferred\. The relay said:/,
  unclear: /^Deferred\. The relay said:/,
  "bad-address": /^Not delivered\. The relay said:/,
};
const oneLine = (reply: string) => reply.replaceAll("\n", " ");

describe.each(MAIL_SYSTEMS)("$name", (system) => {
  let world: MailWorld;
  let relay: ScriptedRelay;
  /** It moves by hand: what a breaker holds back never leaves by itself. */
  const clock = { atMs: 1_000_000, nowMs: () => clock.atMs };
  beforeEach(async () => {
    world = await startMailWorld(TENANTS);
    relay = await world.running(startScriptedRelay(system));
  });
  afterEach(() => world.stopAll());

  const mailAll = (signal: string) =>
    Promise.all(TENANTS.map((id) => world.mailTo(id, `owner@${id}.example`, { signal })));
  const giveUpAfterMs = async (mail: NewMail) => {
    const sql =
      "SELECT extract(epoch FROM give_up_at - created_at)::float8 * 1000 AS ms FROM mail WHERE id = $1";
    return (await world.db.pool.query<{ ms: number }>(sql, [mail.id])).rows[0]?.ms;
  };
  /** A probe may meet a moment at which nothing is due, so that the clock goes on while they are awaited. */
  const untilAllAccepted = async (mails: readonly NewMail[], what: string) => {
    for (const mail of mails) {
      let looks = 0;
      await world.until(async () => {
        await world.retryNow();
        if (looks++ % 40 === 0) clock.atMs += PROBE_MS;
        expect((await world.deliveryOf(mail)).state, what).toBe("accepted");
      });
    }
  };

  test("that refuses us loses no mail and holds no address, and the operator reads its words", async () => {
    const delivery = world.deliver(relay.url, { clock });
    for (const [n, [phase, reply]] of system.refusesUs.entries()) {
      const what = `${phase}: ${reply}`;
      relay.refuse([{ phase, reply }]);
      const mails = await mailAll(`s${n}`);
      await world.until(() => expect(delivery.breaker(), what).toBe("open"));
      await world.until(async () => expect(await world.relayIsWell(), what).toBe(false));
      expect(delivery.trouble(), what).toBe(oneLine(reply));
      for (const mail of mails) {
        const { state, last } = await world.deliveryOf(mail);
        expect(state, what).toMatch(/^(queued|sending)$/);
        if (last && ["transport", "relay-refuses"].includes(last.class) && state === "queued")
          expect(deliveryWords(await world.deliveryOf(mail)).words).toMatch(OWNER_READS[last.class] ?? /^$/);
        expect(await giveUpAfterMs(mail)).toBeGreaterThanOrEqual(DAYS_3_MS);
      }
      relay.refuse([]);
      const takenBefore = relay.taken.length;
      await untilAllAccepted(mails, what);
      expect(relay.taken.slice(takenBefore).sort(), what).toEqual(
        mails.map(({ recipient }) => recipient).sort(),
      );
      expect(await world.badAddresses(), what).toEqual([]);
      await world.until(() => expect(delivery.breaker(), what).toBe("closed"));
      expect(delivery.trouble(), what).toBeNull();
    }
  });

  test("takes addresses outside ASCII where it offers that, and else is asked for nothing", async () => {
    world.deliver(relay.url, { clock });
    const mail = await world.mailTo("photos", "jürgen@photos.example");
    if (system.offers.includes("SMTPUTF8")) await world.untilAccepted(mail);
    else await world.untilRefused(mail, "address-unsupported");
    expect(relay.commands.some((line) => line.startsWith("RCPT"))).toBe(system.offers.includes("SMTPUTF8"));
    await world.untilAccepted(await world.mailTo("tickets", "owner@bücher.example"));
    expect(relay.taken).toContain("owner@xn--bcher-kva.example");
  });

  test("that refuses one recipient keeps no other's mail, and says the rest to that owner alone", async () => {
    const delivery = world.deliver(relay.url, { clock });
    await untilAllAccepted(await mailAll("first"), "at first");
    for (const [n, [phase, reply, outcome]] of system.refusesOne.entries()) {
      const what = `${phase}: ${reply}`;
      const recipient = "owner@photos.example";
      // It ends the conversation as badly as it can.
      relay.refuse([
        { phase, reply, recipient },
        { phase: "quit", reply: "421 4.4.2 Timeout" },
      ]);
      const takenBefore = relay.taken.length;
      const [own, ...others] = await mailAll(`s${n}`);
      if (!own) throw new Error("There is no mail.");
      for (const mail of others) await world.untilAccepted(mail);
      await world.untilRefused(own, outcome);
      for (const mail of others) {
        expect(await world.deliveryOf(mail), what).toMatchObject({ attempts: 1 });
        expect(deliveryWords(await world.deliveryOf(mail)).words).toMatch(/^Accepted by the relay\./);
      }
      expect(delivery.breaker(), what).toBe("closed");
      expect(await world.relayIsWell(), what).toBe(true);
      const isBad = outcome === "bad-address";
      expect(await world.badAddresses(), what).toEqual(isBad ? [recipient] : []);
      const seen = await world.deliveryOf(own);
      expect(seen.last?.words, what).toBe(oneLine(reply));
      expect(deliveryWords(seen).words, what).toMatch(OWNER_READS[outcome] ?? /^$/);
      expect(seen.state, what).toBe(isBad ? "failed" : "queued");
      expect(relay.taken.slice(takenBefore), what).not.toContain(recipient);
      relay.refuse([]);
      if (!isBad) await untilAllAccepted([own], what);
      await world.db.pool.query("UPDATE address_health SET cleared_at = now()");
    }
  });
});
