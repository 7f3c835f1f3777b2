import { describe, expect, test } from "vitest";
import { deliveryWords } from "@/components/alerts/mail-words";
import { startGreylist } from "./greylist";
import { type CaseOf, OTHERS, ownersOf, PHOTOS_OWNER, type ServerUnderTest } from "./server-under-test";

/** The cases of a relay that works: which mails it takes, and what one recipient means for the others. */
export function describeSending<Change>(
  server: ServerUnderTest<Change>,
  current: () => CaseOf<Change>,
): void {
  test("a mail arrives, and one to a domain outside ASCII, in both of its forms", async () => {
    const { world, start } = current();
    const unusual = "owner@xn--bcher-kva.example";
    const running = await start({ mailboxes: [PHOTOS_OWNER, unusual] });
    world.deliver(running.url);
    const mail = await world.mailTo("photos", PHOTOS_OWNER);
    await world.untilAccepted(mail);
    await world.untilAccepted(await world.mailTo("tickets", unusual));
    await world.untilAccepted(await world.mailTo("weather", "owner@bücher.example"));
    await world.until(async () => expect(await running.mailbox(PHOTOS_OWNER)).toHaveLength(1));
    await world.until(async () => expect(await running.mailbox(unusual)).toHaveLength(2));
    expect((await running.mailbox(PHOTOS_OWNER))[0]).toContain(`Message-ID: ${mail.messageId}`);
    expect(await running.log()).not.toMatch(/warning|fatal|panic/);
  });

  test("one mistyped address among ten is its owner's alone; it is held only with proof", async () => {
    const { world, start, mailToOthers } = current();
    const { words, isProven } = server.mistyped;
    const running = await start({ mailboxes: ownersOf(["photos", ...OTHERS]) });
    const delivery = world.deliver(running.url);
    const wrong = await world.mailTo("photos", "ownr@photos.example");
    const right = await mailToOthers();
    for (const mail of right) await world.untilAccepted(mail);
    await world.untilRefused(wrong, isProven ? "bad-address" : "recipient-refused");
    expect(await world.deliveryOf(wrong)).toMatchObject({
      state: isProven ? "failed" : "queued",
      last: { words: expect.stringMatching(words) },
    });
    expect(await world.badAddresses()).toEqual(isProven ? ["ownr@photos.example"] : []);
    for (const mail of right) expect(await world.deliveryOf(mail)).toMatchObject({ attempts: 1 });
    expect(delivery.breaker()).toBe("closed");
    expect(delivery.trouble()).toBeNull();
    const next = await world.mailTo("photos", "ownr@photos.example", { signal: "errors" });
    if (isProven) expect(await world.deliveryOf(next)).toMatchObject({ state: "held" });
    // The owner corrects it: what waited goes there.
    await world.db.pool.query("UPDATE tenant SET contact_address = $1 WHERE id = 'photos'", [PHOTOS_OWNER]);
    await world.until(async () => {
      await world.retryNow();
      await world.db.outbox.readdressMails(20);
      expect(await world.deliveryOf(next)).toMatchObject({ state: "accepted" });
    });
    await world.until(async () => expect(await running.mailbox(PHOTOS_OWNER)).not.toHaveLength(0));
  });

  test("a greylist puts a mail off, nobody is to blame, and the next try passes", async () => {
    const { world, start } = current();
    const { port } = await world.running(startGreylist());
    const delivery = world.deliver((await start({ greylist: port })).url);
    const mail = await world.mailTo("photos", PHOTOS_OWNER);
    await world.untilRefused(mail, "transient");
    expect(await world.deliveryOf(mail)).toMatchObject({ state: "queued" });
    expect(await world.badAddresses()).toEqual([]);
    expect(delivery.breaker()).toBe("closed");
    await world.retryNow();
    await world.untilAccepted(mail);
  });

  test.each(server.tooLarge)(
    "a mail that is too large for it $and is sent as plain text at the next try",
    async ({ change, words }) => {
      const { world, start } = current();
      const running = await start({ maxMessageBytes: 6_000 }, change);
      world.deliver(running.url);
      const mail = await world.mailTo("photos", PHOTOS_OWNER, { html: `<p>${"<b>x</b>".repeat(2_000)}</p>` });
      await world.untilRefused(mail, "policy");
      expect((await world.deliveryOf(mail)).last?.words).toMatch(words);
      expect(await world.badAddresses()).toEqual([]);
      await world.retryNow();
      await world.untilAccepted(mail);
      await world.until(async () => expect(await running.mailbox(PHOTOS_OWNER)).toHaveLength(1));
      expect((await running.mailbox(PHOTOS_OWNER))[0]).not.toContain("text/html");
    },
  );

  describe("an address with letters outside ASCII before the @", () => {
    const [local, remote] = ["jürgen@photos.example", "jürgen@bücher.example"];

    test("gets its mail, here and beyond, with its name as it is written", async () => {
      const { world, start } = current();
      const beyond = await world.remote();
      const running = await start({
        mailboxes: [PHOTOS_OWNER, local],
        routes: { "xn--bcher-kva.example": beyond.port, "bücher.example": beyond.port },
      });
      world.deliver(running.url);
      await world.untilAccepted(await world.mailTo("photos", local));
      await world.until(async () => expect(await running.mailbox(local)).toHaveLength(1));
      expect((await running.mailbox(local))[0]).toContain(`To: ${local}`);
      await world.untilAccepted(await world.mailTo("tickets", remote));
      await world.until(() => expect(beyond.taken).toHaveLength(1));
      expect(beyond.taken[0]?.to).toMatch(/^jürgen@(bücher|xn--bcher-kva)\.example$/);
      expect(
        (await world.deliveryOf(await world.mailTo("photos", local, { signal: "s2" }))).bounce,
      ).toBeNull();
    });

    test("waits where it can't be taken, and its owner and the operator read why", async () => {
      const { world, start } = current();
      const running = await start({ mailboxes: [PHOTOS_OWNER, local], hidesSmtpUtf8: true });
      const delivery = world.deliver(running.url);
      const mail = await world.mailTo("photos", local);
      await world.untilRefused(mail, "address-unsupported");
      const seen = await world.deliveryOf(mail);
      expect(seen.state).toBe("queued");
      expect(deliveryWords(seen).words).toMatch(/because of the letters outside ASCII/);
      await world.until(() => expect(delivery.refusal()).toMatch(/SMTPUTF8/));
      expect(delivery.breaker()).toBe("closed");
      await world.untilAccepted(await world.mailTo("tickets", PHOTOS_OWNER));
    });

    test("that the server beyond can't take comes back or is rewritten, and is not called bad", async () => {
      const { world, start } = current();
      const beyond = await world.remote({ hidesSmtpUtf8: true });
      const running = await start({ routes: { "elsewhere.example": beyond.port } });
      world.deliver(running.url);
      const mail = await world.mailTo("maps", "jürgen@elsewhere.example");
      if (server.rewritten === null)
        expect(await world.bounceOf(mail)).toMatchObject({
          action: "failed",
          detail: expect.stringMatching(/utf-?8/i),
        });
      else await world.until(() => expect(beyond.taken.map(({ to }) => to)).toEqual([server.rewritten]));
      expect(await world.badAddresses()).toEqual([]);
    });
  });
}
