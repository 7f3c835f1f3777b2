import { expect, test } from "vitest";
import { throwawayCertificate } from "@/demo/mail/certificate";
import {
  type CaseOf,
  LOGIN,
  OTHERS,
  ownersOf,
  PHOTOS_OWNER,
  type ServerUnderTest,
  withLogin,
} from "./server-under-test";

/** The cases of a relay that refuses us: no mail is lost and no address called bad, whatever it says and when. */
export function describeRefusal<Change>(
  server: ServerUnderTest<Change>,
  current: () => CaseOf<Change>,
): void {
  test.each(server.refusesUs)(
    "$because, no mail is lost and no address is called bad; the operator reads why, and the login ends it",
    async ({ change, bounceDomain, words }) => {
      const { world, start, mailToOthers } = current();
      const beyond = await world.remote();
      const routes = Object.fromEntries(OTHERS.map((id) => [`${id}.example`, beyond.port]));
      const running = await start({ login: LOGIN, routes, mailboxes: ["nobody@here.example"] }, change);
      const refused = world.deliver(running.url, { bounceDomain });
      const mails = await mailToOthers();
      await world.until(() => expect(refused.breaker()).toBe("open"));
      await world.until(async () => expect(await world.relayIsWell()).toBe(false));
      expect(refused.trouble()).toMatch(words);
      for (const mail of mails)
        await world.until(async () => expect((await world.deliveryOf(mail)).last).not.toBeNull());
      for (const mail of mails) {
        const { state, last } = await world.deliveryOf(mail);
        expect(state).toMatch(/^(queued|sending)$/); // its next try may be under way
        expect(last?.words).not.toMatch(/bounces\+[0-9a-f]/);
      }
      expect(await world.badAddresses()).toEqual([]);
      await refused.stop();
      const taken = world.deliver(withLogin(running.url, LOGIN.password));
      for (const mail of mails) await world.untilAccepted(mail); // a new login makes them due at once
      expect(taken.trouble()).toBeNull();
      await world.until(async () => expect(await world.relayIsWell()).toBe(true));
      await world.until(() => expect(beyond.taken).toHaveLength(OTHERS.length));
    },
  );

  test("a wrong login loses no mail, the operator reads why, and the right one ends it", async () => {
    const { world, start, mailToOthers } = current();
    const running = await start({ login: LOGIN, mailboxes: ownersOf(OTHERS) });
    const refused = world.deliver(withLogin(running.url, "wrong"));
    const mails = await mailToOthers();
    await world.until(() => expect(refused.breaker()).toBe("open"));
    expect(refused.trouble()).toMatch(server.wrongLogin);
    await world.until(async () => expect(await world.relayIsWell()).toBe(false));
    for (const mail of mails) expect((await world.deliveryOf(mail)).state).toMatch(/^(queued|sending)$/);
    expect(await world.badAddresses()).toEqual([]);
    await refused.stop();
    world.deliver(withLogin(running.url, LOGIN.password));
    await world.retryNow();
    for (const mail of mails) await world.untilAccepted(mail);
  });

  test("TLS that it wants, that nobody trusts, or that it doesn't have is named, and nothing is lost", async () => {
    const { world, start } = current();
    const tls = await throwawayCertificate();
    const secured = await start({ tls }, server.tls.change);
    const plain = await start();
    const mail = await world.mailTo("photos", PHOTOS_OWNER);
    for (const [url, words] of [
      [`${secured.url}?ignoreTLS=true`, server.tls.withoutIt],
      [secured.url, /certificate that isn't trusted/],
      [`${plain.url}?requireTLS=true`, server.tls.hasNone],
    ] as const) {
      const refused = world.deliver(url);
      await world.retryNow();
      await world.until(() => expect(refused.trouble() ?? refused.refusal()).toMatch(words));
      await world.until(async () =>
        expect(await world.deliveryOf(mail)).toMatchObject({ last: { words: expect.stringMatching(words) } }),
      );
      await refused.stop();
      expect((await world.deliveryOf(mail)).state).toBe("queued");
      expect(await world.badAddresses()).toEqual([]);
    }
    world.deliver(`${secured.url}?tls.rejectUnauthorized=false`);
    await world.retryNow();
    await world.untilAccepted(mail);
  });
}
