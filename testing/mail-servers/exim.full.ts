import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { isDebian } from "@/setup/debian.mjs";
import { provideMailServers } from "@/setup/mail-servers.mjs";
import type { TakenMail } from "../relay";
import { startExim } from "./exim";
import type { EximChanges } from "./exim-configuration";
import { startGreylist } from "./greylist";
import type { MailServerSetup } from "./mail-server";
import { type MailWorld, startMailWorld } from "./mail-world";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const OTHERS = ["tickets", "weather", "maps", "wiki", "chat", "shop", "forum", "games", "music"];
const OWNER = "owner@photos.example";
const FETCH_WITHIN_MS = 240_000;
const LOGIN = { user: "watchpost", password: "right" };

const { exim } = await provideMailServers(ROOT, AbortSignal.timeout(FETCH_WITHIN_MS));

test(exim ? "Exim is compared." : "Exim can't be had here: it needs Debian.", async () => {
  expect(exim !== null).toBe(await isDebian());
});

if (exim)
  describe("through Exim", () => {
    let world: MailWorld;
    beforeEach(async () => {
      world = await startMailWorld(["photos", ...OTHERS]);
    });
    afterEach(() => world.stopAll());

    async function start(setup: Partial<MailServerSetup> = {}, changes?: EximChanges) {
      if (!exim) throw new Error("There is no Exim.");
      const routes = { "watchpost.example": world.bouncePort, ...setup.routes };
      return world.running(startExim(exim, { mailboxes: [OWNER], ...setup, routes }, changes));
    }
    const withLogin = (url: string, password: string) =>
      url.replace("smtp://", `smtp://${LOGIN.user}:${password}@`);
    const ownersOf = (tenants: readonly string[]) => tenants.map((id) => `owner@${id}.example`);
    const mailToOthers = () => Promise.all(OTHERS.map((id) => world.mailTo(id, `owner@${id}.example`)));

    test("a mail arrives, and a domain outside ASCII in its xn-- form, too", async () => {
      const unusual = "owner@xn--bcher-kva.example";
      const server = await start({ mailboxes: [OWNER, unusual] });
      world.deliver(server.url);
      const mail = await world.mailTo("photos", OWNER);
      await world.untilAccepted(mail);
      await world.untilAccepted(await world.mailTo("tickets", unusual));
      await world.until(async () => expect(await server.mailbox(OWNER)).toHaveLength(1));
      await world.until(async () => expect(await server.mailbox(unusual)).toHaveLength(1));
      expect((await server.mailbox(OWNER))[0]).toContain(`Message-ID: ${mail.messageId}`);
    });

    test("one mistyped address among ten is its owner's alone; Exim gives no proof, so that it waits", async () => {
      const server = await start({ mailboxes: ownersOf(["photos", ...OTHERS]) });
      const delivery = world.deliver(server.url);
      const wrong = await world.mailTo("photos", "ownr@photos.example");
      const right = await mailToOthers();
      for (const mail of right) await world.untilAccepted(mail);
      await world.untilRefused(wrong, "recipient-refused");
      expect(await world.deliveryOf(wrong)).toMatchObject({
        state: "queued",
        last: { words: expect.stringMatching(/^550 Unrouteable address$/) },
      });
      expect(await world.badAddresses()).toEqual([]);
      for (const mail of right) expect(await world.deliveryOf(mail)).toMatchObject({ attempts: 1 });
      expect(delivery.breaker()).toBe("closed");
      expect(delivery.trouble()).toBeNull();
    });

    test("a greylist puts a mail off, nobody is to blame, and the next try passes", async () => {
      const { port } = await world.running(startGreylist());
      const server = await start({ greylist: port });
      const delivery = world.deliver(server.url);
      const mail = await world.mailTo("photos", OWNER);
      await world.untilRefused(mail, "transient");
      expect(await world.deliveryOf(mail)).toMatchObject({ state: "queued" });
      expect(await world.badAddresses()).toEqual([]);
      expect(delivery.breaker()).toBe("closed");
      await world.retryNow();
      await world.untilAccepted(mail);
    });

    test.each<[string, string[], string | undefined, RegExp]>([
      ["that relays for no stranger", [], undefined, /^550 relay not permitted$/],
      [
        "that requires a login",
        ["deny message = Authentication required", "  !authenticated = *"],
        undefined,
        /^550 Authentication required$/,
      ],
      ["that gives no reason", ["deny !authenticated = *"], undefined, /^550 Administrative prohibition$/],
      [
        "that knows no way to our bounces",
        ["require verify = sender"],
        "unroutable.example",
        /^550-Verification failed for <…>.*550 Sender verify failed$/,
      ],
    ])(
      "an Exim %s loses no mail and holds no address; the operator reads why, and what is right ends it",
      async (_, rcptTo, bounceDomain, words) => {
        const beyond = await world.remote();
        const routes = Object.fromEntries(OTHERS.map((id) => [`${id}.example`, beyond.port]));
        const server = await start({ login: LOGIN, routes }, { rcptTo });
        const refused = world.deliver(server.url, { bounceDomain });
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
        const taken = world.deliver(withLogin(server.url, LOGIN.password));
        for (const mail of mails) await world.untilAccepted(mail);
        expect(taken.trouble()).toBeNull();
        await world.until(() => expect(beyond.taken).toHaveLength(OTHERS.length));
      },
    );

    test("a wrong login loses no mail, the operator reads why, and the right one ends it", async () => {
      const server = await start({ login: LOGIN, mailboxes: ownersOf(OTHERS) });
      const refused = world.deliver(withLogin(server.url, "wrong"));
      const mails = await mailToOthers();
      await world.until(() => expect(refused.breaker()).toBe("open"));
      expect(refused.trouble()).toMatch(/^535 Incorrect authentication data$/);
      await world.until(async () => expect(await world.relayIsWell()).toBe(false));
      expect(await world.badAddresses()).toEqual([]);
      await refused.stop();
      world.deliver(withLogin(server.url, LOGIN.password));
      await world.retryNow();
      for (const mail of mails) await world.untilAccepted(mail);
    });

    test("a mail that is too large is sent as plain text at the next try", async () => {
      const server = await start({ maxMessageBytes: 6_000 });
      world.deliver(server.url);
      const mail = await world.mailTo("photos", OWNER, { html: `<p>${"<b>x</b>".repeat(2_000)}</p>` });
      await world.untilRefused(mail, "policy");
      expect((await world.deliveryOf(mail)).last?.words).toMatch(/exceeds the relay's size limit/);
      expect(await world.badAddresses()).toEqual([]);
      await world.retryNow();
      await world.untilAccepted(mail);
      await world.until(async () => expect(await server.mailbox(OWNER)).toHaveLength(1));
      expect((await server.mailbox(OWNER))[0]).not.toContain("text/html");
    });

    describe("that sends a mail back later", () => {
      test("because the remote mailbox doesn't exist: its Status is 5.0.0, and the words behind it prove the address bad", async () => {
        const beyond = await world.remote({
          rcptTo: (to) => (to.startsWith("owner@") ? null : `550 5.1.1 <${to}>: no such user`),
        });
        const server = await start({
          routes: { "tickets.example": beyond.port, "maps.example": beyond.port },
        });
        world.deliver(server.url);
        const good = await world.mailTo("tickets", "owner@tickets.example");
        const mail = await world.mailTo("maps", "gone@maps.example");
        expect(await world.bounceOf(mail)).toMatchObject({
          action: "failed",
          status: "5.1.1",
          detail: expect.stringContaining("no such user"),
        });
        expect(await world.badAddresses()).toEqual(["gone@maps.example"]);
        expect((await world.deliveryOf(good)).bounce).toBeNull();
      });

      test.each(["552 5.2.2 over quota", "550 5.7.1 blacklisted", "554 Message rejected"])(
        "because the remote said %j, no address is bad",
        async (said) => {
          const beyond = await world.remote({ rcptTo: () => said });
          const server = await start({ routes: { "tickets.example": beyond.port } });
          world.deliver(server.url);
          const mail = await world.mailTo("tickets", "owner@tickets.example");
          expect(await world.bounceOf(mail)).toMatchObject({
            action: "failed",
            detail: expect.stringContaining(said),
          });
          expect(await world.badAddresses()).toEqual([]);
        },
      );

      test("because of a full mailbox of its own, the owner reads it, and the address is not held", async () => {
        const server = await start({ mailboxBytes: 3_000 });
        world.deliver(server.url);
        for (const n of [1, 2, 3, 4]) {
          const mail = await world.mailTo("photos", OWNER, { signal: `s${n}` });
          await world.untilAccepted(mail);
          await world.until(async () =>
            expect(await server.log()).toMatch(new RegExp(`(Completed[^]*){${n}}`)),
          );
        }
        const last = await world.mailTo("photos", OWNER, { signal: "last" });
        expect(await world.bounceOf(last)).toMatchObject({
          action: "failed",
          detail: expect.stringMatching(/mailbox is full/i),
        });
        expect(await world.badAddresses()).toEqual([]);
      });

      test("because a member of a list is gone, here or elsewhere, part of it failed, and nothing is held", async () => {
        const beyond = await world.remote({ rcptTo: (to) => `550 5.1.1 <${to}>: no such user` });
        const server = await start({
          routes: { "elsewhere.example": beyond.port },
          mailboxes: [OWNER, "colleague@photos.example"],
          lists: {
            "team@photos.example": [OWNER, "former@elsewhere.example"],
            "duty@photos.example": [OWNER, "former@photos.example"],
            "stale@photos.example": [
              OWNER,
              "old@elsewhere.example",
              "late@elsewhere.example",
              "former@photos.example",
            ],
          },
        });
        world.deliver(server.url);
        for (const [tenant, list, former] of [
          ["photos", "team@photos.example", "former@elsewhere.example"],
          ["tickets", "duty@photos.example", "former@photos.example"],
        ] as const) {
          const mail = await world.mailTo(tenant, list);
          expect(await world.bounceOf(mail)).toMatchObject({
            action: "delayed",
            note: "part",
            detail: expect.stringContaining(former),
          });
        }
        const stale = await world.mailTo("weather", "stale@photos.example");
        const names =
          /^(?=.*former@photos\.example)(?=.*old@elsewhere\.example)(?=.*late@elsewhere\.example)/;
        await world.until(async () => expect((await world.deliveryOf(stale)).bounce?.detail).toMatch(names));
        await world.until(async () => expect(await server.mailbox(OWNER)).toHaveLength(3));
        expect(await world.badAddresses()).toEqual([]);
      });

      test("a delay is said before the end, and a failure after it is the end", async () => {
        let said = "450 4.2.0 mailbox busy";
        const beyond = await world.remote({ rcptTo: () => said });
        // Its default warns of no mail that a program wrote, whatever NOTIFY asks for.
        const server = await start(
          { routes: { "tickets.example": beyond.port }, warnAfterSeconds: 1 },
          { main: ["delay_warning_condition = yes"] },
        );
        world.deliver(server.url);
        const mail = await world.mailTo("tickets", "owner@tickets.example");
        expect(await world.bounceOf(mail)).toMatchObject({ action: "delayed", note: null });
        expect(await world.badAddresses()).toEqual([]);
        said = "550 5.1.1 no such user";
        await world.until(async () =>
          expect((await world.deliveryOf(mail)).bounce).toMatchObject({ action: "failed", status: "5.1.1" }),
        );
        expect(await world.badAddresses()).toEqual(["owner@tickets.example"]);
      });

      test("its report names the recipient that we named and the mail, without its content", async () => {
        const reports: TakenMail[] = [];
        const keep = (report: TakenMail) => {
          reports.push(report);
          return null;
        };
        const portal = await world.remote({ data: keep });
        const beyond = await world.remote({ rcptTo: () => "550 5.1.1 no such user" });
        const server = await start({
          routes: { "reports.example": portal.port, "elsewhere.example": beyond.port },
          lists: { "team@photos.example": ["former@elsewhere.example"] },
        });
        world.deliver(server.url, { bounceDomain: "reports.example" });
        const mail = await world.mailTo("photos", "team@photos.example");
        await world.until(() => expect(reports).toHaveLength(1));
        const text = reports[0]?.raw.toString() ?? "";
        expect(reports[0]).toMatchObject({
          from: "",
          to: expect.stringMatching(/^bounces\+.+@reports\.example$/),
        });
        // It names the list as both recipients, and the member that failed in a header of its own.
        expect(text).toMatch(/^Final-Recipient: rfc822;team@photos\.example\r$/m);
        expect(text).toMatch(/^X-Failed-Recipients: former@elsewhere\.example\r$/m);
        expect(text).toContain(`Original-Envelope-ID: ${mail.id.replaceAll("-", "")}\r`);
        expect(text).toContain("Content-type: text/rfc822-headers");
      });
    });
  });
