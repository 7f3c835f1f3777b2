import { afterEach, describe, expect, test } from "vitest";
import { deliveryWords } from "@/components/alerts/mail-words";
import { freePort } from "@/server/free-port";
import { type MailWorld, startMailWorld } from "@/testing/mail-servers/mail-world";
import { type ScriptedRelay, startScriptedRelay } from "@/testing/scripted-relay";
import { checkAddresses } from "./check-addresses";

const UNICODE = { photos: "jürgen@bücher.example", maps: "用户@例子.example", wiki: "θσερ@wiki.example" };
const TENANTS = [...Object.keys(UNICODE), "tickets"];
let world: MailWorld | undefined;
const relays: ScriptedRelay[] = [];
afterEach(async () => {
  await world?.stopAll();
  world = undefined;
  await Promise.all(relays.splice(0).map((relay) => relay.stop()));
});

async function relayThatOffers(...offers: string[]): Promise<ScriptedRelay> {
  const relay = await startScriptedRelay({ greeting: "220 relay.example ESMTP", offers });
  relays.push(relay);
  return relay;
}

describe("a contact address outside ASCII", () => {
  test("gets its mail through a relay that offers SMTPUTF8, as its owner writes it", async () => {
    world = await startMailWorld(TENANTS);
    const relay = await relayThatOffers("8BITMIME", "SMTPUTF8", "DSN");
    world.deliver(relay.url);
    for (const [tenant, address] of Object.entries(UNICODE))
      await world.untilAccepted(await world.mailTo(tenant, address));
    expect(relay.taken).toEqual(Object.values(UNICODE));
    expect(relay.commands.filter((line) => /^(MAIL|RCPT)/.test(line)).slice(0, 2)).toEqual([
      expect.stringMatching(/^MAIL FROM:<bounces\+.+> SMTPUTF8 RET=HDRS ENVID=/),
      "RCPT TO:<jürgen@bücher.example> NOTIFY=FAILURE,DELAY ORCPT=utf-8;j\\x{FC}rgen@b\\x{FC}cher.example",
    ]);
  });

  test("needs nothing of a relay if only its domain is outside ASCII", async () => {
    world = await startMailWorld(TENANTS);
    const relay = await relayThatOffers("SMTPUTF8", "DSN");
    world.deliver(relay.url);
    await world.untilAccepted(await world.mailTo("photos", "owner@bücher.example"));
    expect(relay.commands.filter((line) => /^(MAIL|RCPT)/.test(line))).toEqual([
      expect.not.stringContaining("SMTPUTF8"),
      "RCPT TO:<owner@xn--bcher-kva.example> NOTIFY=FAILURE,DELAY ORCPT=rfc822;owner@xn--bcher-kva.example",
    ]);
  });

  test("waits where the relay can't, for its owner and the operator to read, and is nobody else's trouble", async () => {
    world = await startMailWorld(TENANTS);
    const relay = await relayThatOffers("8BITMIME");
    const delivery = world.deliver(relay.url);
    const refused = await Promise.all(
      Object.entries(UNICODE).map(([tenant, address]) => world?.mailTo(tenant, address)),
    );
    for (const mail of refused) if (mail) await world.untilRefused(mail, "address-unsupported");
    expect(delivery.breaker()).toBe("closed");
    expect(delivery.trouble()).toBeNull();
    await world.until(() => expect(delivery.refusal()).toMatch(/^An address .* doesn't offer SMTPUTF8\.$/));
    expect(await world.badAddresses()).toEqual([]);
    const [own] = refused;
    if (!own) throw new Error("There is no mail.");
    const seen = await world.deliveryOf(own);
    expect(seen.state).toBe("queued");
    expect(deliveryWords(seen).words).toMatch(/can’t send to jürgen@bücher\.example, because of the letters/);
    const other = await world.mailTo("tickets", "owner@tickets.example");
    await world.untilAccepted(other);
    expect(relay.commands.filter((line) => line.startsWith("RCPT"))).toHaveLength(1);

    // Another relay is another setting: what waited leaves at once.
    await delivery.stop();
    const able = await relayThatOffers("SMTPUTF8");
    world.deliver(able.url);
    for (const mail of refused) if (mail) await world.untilAccepted(mail);
    expect([...able.taken].sort()).toEqual(Object.values(UNICODE).sort());
  });
});

describe("the check of contact addresses", () => {
  const tenants = (...addresses: string[]) =>
    addresses.map((contactAddress, n) => ({ id: `tenant-${n}`, contactAddress }));

  test("asks no relay while every address has a form in ASCII", async () => {
    const relay = await relayThatOffers();
    const plain = tenants("owner@photos.example", "owner@bücher.example");
    expect(await checkAddresses(plain, relay.url)).toEqual({ problems: [], warnings: [] });
    expect(relay.commands).toEqual([]);
  });

  test("refuses what the relay can't take, and takes what it can", async () => {
    const [some, other] = [tenants("owner@photos.example", "jürgen@photos.example"), "SMTPUTF8"];
    const unable = await relayThatOffers("8BITMIME");
    const { problems, warnings } = await checkAddresses(some, unable.url);
    expect(warnings).toEqual([]);
    expect(problems).toEqual([
      expect.stringMatching(
        /^tenant-1: contactAddress "jürgen@photos\.example" .* 127\.0\.0\.1:\d+ doesn't offer/,
      ),
    ]);
    const able = await relayThatOffers(other);
    expect(await checkAddresses(some, able.url)).toEqual({ problems: [], warnings: [] });
    expect(unable.commands.filter((line) => line.startsWith("MAIL"))).toEqual([]);
  });

  test("says what it can't know: without a relay, with one that refuses us, and with one that isn't there", async () => {
    const many = tenants("ä@a.example", "ö@a.example", "ü@a.example", "ß@a.example");
    const refusing = await relayThatOffers("SMTPUTF8");
    refusing.refuse([{ phase: "auth", reply: "535 5.7.8 authentication failed" }]);
    const gone = `smtp://127.0.0.1:${await freePort()}`;
    for (const [url, why] of [
      [undefined, /tenant-0, tenant-1, tenant-2 and 1 more .* With SMTP_URL set, the relay is asked\.$/],
      [refusing.url, /The relay could not be asked: 535 5\.7\.8 authentication failed$/],
      [gone, /The relay could not be asked: The relay refused the connection\.$/],
      ["ftp://relay.example", /The relay could not be asked: SMTP_URL must begin with smtp/],
    ] as const)
      expect(await checkAddresses(many, url)).toEqual({
        problems: [],
        warnings: [expect.stringMatching(why)],
      });
  });
});
