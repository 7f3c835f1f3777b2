import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { throwawayCertificate } from "@/demo/mail/certificate";
import { isDebian } from "@/setup/debian.mjs";
import { provideMailServers } from "@/setup/mail-servers.mjs";
import type { TakenMail } from "../relay";
import { startGreylist } from "./greylist";
import type { MailServerSetup } from "./mail-server";
import { type MailWorld, startMailWorld } from "./mail-world";
import { postfixRunsHere, startPostfix } from "./postfix";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const OTHERS = ["tickets", "weather", "maps", "wiki", "chat", "shop", "forum", "games", "music"];
const OWNER = "owner@photos.example";
const FETCH_WITHIN_MS = 240_000;
const LOGIN = { user: "watchpost", password: "right" };

const { postfix } = postfixRunsHere()
  ? await provideMailServers(ROOT, AbortSignal.timeout(FETCH_WITHIN_MS))
  : { postfix: null };

test(postfix ? "Postfix is compared." : "Postfix can't be had here: it needs Debian and root.", async () => {
  expect(postfix !== null).toBe(postfixRunsHere() && (await isDebian()));
});

if (postfix)
  describe("through Postfix", () => {
    let world: MailWorld;
    beforeEach(async () => {
      world = await startMailWorld(["photos", ...OTHERS]);
    });
    afterEach(() => world.stopAll());

    async function start(setup: Partial<MailServerSetup> = {}, more?: Record<string, string>) {
      if (!postfix) throw new Error("There is no Postfix.");
      const whole = { mailboxes: [OWNER], ...setup };
      const routes = { "watchpost.example": world.bouncePort, ...setup.routes };
      return world.running(startPostfix(postfix, { ...whole, routes }, more));
    }
    const localBoxes = ["photos", ...OTHERS].map((id) => `owner@${id}.example`);
    const withLogin = (url: string, password: string) =>
      url.replace("smtp://", `smtp://${LOGIN.user}:${password}@`);
    const mailAll = () =>
      Promise.all(["photos", ...OTHERS].map((id) => world.mailTo(id, `owner@${id}.example`)));

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
      expect(await server.log()).not.toMatch(/warning|fatal|panic/);
    });

    test("one mistyped address among ten is held, with proof; the other nine arrive, and theirs alone stay", async () => {
      const server = await start({ mailboxes: localBoxes });
      const delivery = world.deliver(server.url);
      const wrong = await world.mailTo("photos", "ownr@photos.example");
      const right = await Promise.all(OTHERS.map((id) => world.mailTo(id, `owner@${id}.example`)));
      for (const mail of right) await world.untilAccepted(mail);
      await world.untilRefused(wrong, "bad-address");
      expect(await world.deliveryOf(wrong)).toMatchObject({
        last: { words: expect.stringMatching(/^550 5\.1\.1 <ownr@photos\.example>: .*User unknown/) },
      });
      expect(await world.badAddresses()).toEqual(["ownr@photos.example"]);
      const next = await world.mailTo("photos", "ownr@photos.example", { signal: "errors" });
      expect(await world.deliveryOf(next)).toMatchObject({ state: "held" });
      for (const mail of right) expect(await world.deliveryOf(mail)).toMatchObject({ attempts: 1 });
      expect(delivery.breaker()).toBe("closed");
      expect(delivery.trouble()).toBeNull();
      // The owner corrects it: what was held goes there.
      await world.db.pool.query("UPDATE tenant SET contact_address = $1 WHERE id = 'photos'", [OWNER]);
      await world.db.outbox.readdressMails(20);
      await world.untilAccepted(next);
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

    describe("that refuses us", () => {
      test.each([
        ["because nobody logged in", { login: LOGIN }, {}, /^554 5\.7\.1 .*Relay access denied$/],
        [
          "because of the host",
          { login: LOGIN },
          { smtpd_client_restrictions: "permit_sasl_authenticated, reject" },
          /^554 5\.7\.1 .*Client host rejected: Access denied$/,
        ],
        [
          "because of our name",
          { login: LOGIN },
          { smtpd_helo_restrictions: "permit_sasl_authenticated, reject" },
          /^554 5\.7\.1 .*Helo command rejected: Access denied$/,
        ],
        [
          "because of our sender",
          { login: LOGIN },
          { smtpd_sender_restrictions: "permit_sasl_authenticated, reject" },
          /^554 5\.7\.1 .*Sender address rejected: Access denied$/,
        ],
      ])(
        "%s, no mail is lost and no address is called bad; the operator reads why, and the login ends it",
        async (_, setup, more, words) => {
          const beyond = await world.remote();
          const routes = Object.fromEntries(OTHERS.map((id) => [`${id}.example`, beyond.port]));
          const server = await start({ ...setup, routes, mailboxes: ["nobody@here.example"] }, more);
          const refused = world.deliver(server.url);
          const mails = await Promise.all(OTHERS.map((id) => world.mailTo(id, `owner@${id}.example`)));
          await world.until(() => expect(refused.breaker()).toBe("open"));
          await world.until(async () => expect(await world.relayIsWell()).toBe(false));
          expect(refused.trouble()).toMatch(words);
          for (const mail of mails)
            await world.until(async () => expect((await world.deliveryOf(mail)).last).not.toBeNull());
          for (const mail of mails)
            expect((await world.deliveryOf(mail)).state).toMatch(/^(queued|sending)$/);
          expect(await world.badAddresses()).toEqual([]);
          await refused.stop();
          const taken = world.deliver(withLogin(server.url, LOGIN.password));
          for (const mail of mails) await world.untilAccepted(mail); // a new login makes them due at once
          expect(taken.trouble()).toBeNull();
          await world.until(async () => expect(await world.relayIsWell()).toBe(true));
          await world.until(() => expect(beyond.taken).toHaveLength(OTHERS.length));
        },
      );

      test("because the login is wrong, no mail is lost, the operator reads why, and the right one ends it", async () => {
        const server = await start({ login: LOGIN, mailboxes: localBoxes });
        const refused = world.deliver(withLogin(server.url, "wrong"));
        const mails = await mailAll();
        await world.until(() => expect(refused.breaker()).toBe("open"));
        expect(refused.trouble()).toMatch(/^535 5\.7\.8 /);
        await world.until(async () => expect(await world.relayIsWell()).toBe(false));
        for (const mail of mails) expect((await world.deliveryOf(mail)).state).toMatch(/queued|sending/);
        expect(await world.badAddresses()).toEqual([]);
        await refused.stop();
        world.deliver(withLogin(server.url, LOGIN.password));
        await world.retryNow();
        for (const mail of mails) await world.untilAccepted(mail);
      });

      test("because it wants TLS, and one that has none where we want it: each is named, and nothing is lost", async () => {
        const tls = await throwawayCertificate();
        const secured = await start({ tls }, { smtpd_tls_security_level: "encrypt" });
        const plain = await start();
        const mail = await world.mailTo("photos", OWNER);
        for (const [url, words] of [
          [`${secured.url}?ignoreTLS=true`, /^530 5\.7\.0 Must issue a STARTTLS command first$/],
          [secured.url, /certificate that isn't trusted/],
          [
            `${plain.url}?requireTLS=true`,
            /^The relay offers no encryption \(STARTTLS\), and SMTP_URL requires it: 502 5\.5\.1 /,
          ],
        ] as const) {
          const refused = world.deliver(url);
          await world.retryNow();
          await world.until(() => expect(refused.trouble()).toMatch(words));
          await world.until(async () =>
            expect(await world.deliveryOf(mail)).toMatchObject({
              last: { words: expect.stringMatching(words) },
            }),
          );
          await refused.stop();
          expect(await world.deliveryOf(mail)).toMatchObject({
            state: "queued",
            last: { class: "transport" },
          });
        }
        world.deliver(`${secured.url}?tls.rejectUnauthorized=false`);
        await world.retryNow();
        await world.untilAccepted(mail);
      });
    });

    test.each([
      ["and says so before", {}, /exceeds the relay's size limit/],
      ["and says so after", { smtpd_discard_ehlo_keywords: "size" }, /^552 5\.3\.4 /],
    ])("a mail that is too large for it %s is sent as plain text at the next try", async (_, more, words) => {
      const server = await start({ maxMessageBytes: 6_000 }, more);
      world.deliver(server.url);
      const mail = await world.mailTo("photos", OWNER, { html: `<p>${"<b>x</b>".repeat(2_000)}</p>` });
      await world.untilRefused(mail, "policy");
      expect((await world.deliveryOf(mail)).last?.words).toMatch(words);
      expect(await world.badAddresses()).toEqual([]);
      await world.retryNow();
      await world.untilAccepted(mail);
      await world.until(async () => expect(await server.mailbox(OWNER)).toHaveLength(1));
      expect((await server.mailbox(OWNER))[0]).not.toContain("text/html");
    });

    describe("that sends a mail back later", () => {
      test("because the remote mailbox doesn't exist, the address is held, and nobody else's", async () => {
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
        expect(
          await world.deliveryOf(await world.mailTo("maps", "gone@maps.example", { signal: "errors" })),
        ).toMatchObject({ state: "held" });
      });

      test("because of a full mailbox here or there, the owner reads it, and the address is not held", async () => {
        const beyond = await world.remote({ rcptTo: (to) => `552 5.2.2 <${to}>: Mailbox is full` });
        const server = await start({ routes: { "tickets.example": beyond.port }, mailboxBytes: 5_000 });
        world.deliver(server.url);
        expect(await world.bounceOf(await world.mailTo("tickets", "owner@tickets.example"))).toMatchObject({
          action: "failed",
          status: "5.2.2",
          detail: expect.stringContaining("Mailbox is full"),
        });
        const html = `<p>${"x ".repeat(1_200)}</p>`;
        await world.untilAccepted(await world.mailTo("photos", OWNER, { html }));
        await world.until(async () =>
          expect(await server.log()).toContain("status=sent (delivered to mailbox)"),
        );
        const full = await world.mailTo("photos", OWNER, { html, signal: "errors" });
        expect(await world.bounceOf(full)).toMatchObject({ action: "failed", status: "5.2.2" });
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
        const server = await start({ routes: { "tickets.example": beyond.port }, warnAfterSeconds: 1 });
        world.deliver(server.url);
        const mail = await world.mailTo("tickets", "owner@tickets.example");
        expect(await world.bounceOf(mail)).toMatchObject({ action: "delayed", note: null, status: "4.2.0" });
        expect(await world.badAddresses()).toEqual([]);
        said = "550 5.1.1 no such user";
        await world.until(async () =>
          expect((await world.deliveryOf(mail)).bounce).toMatchObject({ action: "failed", status: "5.1.1" }),
        );
        expect(await world.badAddresses()).toEqual(["owner@tickets.example"]);
      });

      test("its report names the recipient that we named and the mail, without its signature or its content", async () => {
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
        expect(text).toMatch(/^Original-Recipient: rfc822;team@photos\.example\r$/m);
        expect(text).toMatch(/^Final-Recipient: rfc822; former@elsewhere\.example\r$/m);
        expect(text).toContain(`Original-Envelope-Id: ${mail.id.replaceAll("-", "")}\r`);
        expect(text).toContain("Content-Type: text/rfc822-headers");
      });
    });
  });
