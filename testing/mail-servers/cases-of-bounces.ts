import { expect, test } from "vitest";
import { deliveryWords } from "@/components/alerts/mail-words";
import type { TakenMail } from "../relay";
import { type CaseOf, KNOWS_OWNERS_ONLY, PHOTOS_OWNER, type ServerUnderTest } from "./server-under-test";

const FILLING_MAILS = 8;

/** The cases of a relay that accepts a mail and reports later that it could not deliver it. */
export function describeBounces<Change>(
  server: ServerUnderTest<Change>,
  current: () => CaseOf<Change>,
): void {
  test("because the remote mailbox doesn't exist, the address is held, and nobody else's", async () => {
    const { world, start } = current();
    const beyond = await world.remote(KNOWS_OWNERS_ONLY);
    const running = await start({
      routes: { "tickets.example": beyond.port, "maps.example": beyond.port },
    });
    world.deliver(running.url);
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

  test.each([
    "552 5.2.2 over quota",
    "550 5.7.1 blacklisted",
    "554 Message rejected",
    "550 5.7.0 Local Policy Violation",
    "550 5.7.708 Service unavailable. Access denied, traffic not accepted from this IP",
  ])("because the remote said %j, no address is bad", async (said) => {
    const { world, start } = current();
    const beyond = await world.remote({ rcptTo: () => said });
    const running = await start({ routes: { "tickets.example": beyond.port } });
    world.deliver(running.url);
    const mail = await world.mailTo("tickets", "owner@tickets.example");
    expect(await world.bounceOf(mail)).toMatchObject({
      action: "failed",
      detail: expect.stringContaining(said),
    });
    expect(await world.badAddresses()).toEqual([]);
  });

  test("because the remote refuses it only after the content, no address is bad", async () => {
    const { world, start } = current();
    const beyond = await world.remote({ data: () => "552 5.2.2 The mailbox is over its quota" });
    const running = await start({ routes: { "tickets.example": beyond.port } });
    world.deliver(running.url);
    const mail = await world.mailTo("tickets", "owner@tickets.example");
    expect(await world.bounceOf(mail)).toMatchObject({ action: "failed", status: "5.2.2" });
    expect(await world.badAddresses()).toEqual([]);
  });

  test("because of a full mailbox of its own, the owner reads it, and the address is not held", async () => {
    const { world, start } = current();
    const running = await start({ mailboxBytes: 5_000 });
    world.deliver(running.url);
    const html = `<p>${"x ".repeat(1_200)}</p>`;
    const delivered = async () => (await running.log()).split(server.delivered).length - 1;
    let bounce = null;
    let last = await world.mailTo("photos", PHOTOS_OWNER, { html, signal: "s0" });
    for (let n = 1; ; n += 1) {
      await world.untilAccepted(last);
      await world.until(async () => {
        bounce = (await world.deliveryOf(last)).bounce;
        if (bounce === null) expect(await delivered()).toBeGreaterThanOrEqual(n);
      });
      if (bounce !== null || n === FILLING_MAILS) break;
      last = await world.mailTo("photos", PHOTOS_OWNER, { html, signal: `s${n}` });
    }
    expect(bounce).toMatchObject({ action: "failed", detail: expect.stringMatching(server.full.words) });
    if (server.full.status) expect(bounce).toMatchObject({ status: server.full.status });
    expect(deliveryWords(await world.deliveryOf(last)).words).toMatch(/mailbox is full/i);
    expect(await world.badAddresses()).toEqual([]);
  });

  test("because a member of a list is gone, here or elsewhere, part of it failed, and nothing is held", async () => {
    const { world, start } = current();
    const beyond = await world.remote({ rcptTo: (to) => `550 5.1.1 <${to}>: no such user` });
    const running = await start({
      routes: { "elsewhere.example": beyond.port },
      mailboxes: [PHOTOS_OWNER, "colleague@photos.example"],
      lists: {
        "team@photos.example": [PHOTOS_OWNER, "former@elsewhere.example"],
        "duty@photos.example": [PHOTOS_OWNER, "former@photos.example"],
        "stale@photos.example": [
          PHOTOS_OWNER,
          "old@elsewhere.example",
          "late@elsewhere.example",
          "former@photos.example",
        ],
      },
    });
    world.deliver(running.url);
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
    const names = /^(?=.*former@photos\.example)(?=.*old@elsewhere\.example)(?=.*late@elsewhere\.example)/;
    await world.until(async () => expect((await world.deliveryOf(stale)).bounce?.detail).toMatch(names));
    await world.until(async () => expect(await running.mailbox(PHOTOS_OWNER)).toHaveLength(3));
    expect(await world.badAddresses()).toEqual([]);
  });

  test("a delay is said before the end, and a failure after it is the end", async () => {
    const { world, start } = current();
    let said = "450 4.2.0 mailbox busy";
    const beyond = await world.remote({ rcptTo: () => said });
    const running = await start({ routes: { "tickets.example": beyond.port }, warnAfterSeconds: 1 });
    world.deliver(running.url);
    const mail = await world.mailTo("tickets", "owner@tickets.example");
    expect(await world.bounceOf(mail)).toMatchObject({ action: "delayed", note: null });
    if (server.delayedStatus)
      expect((await world.deliveryOf(mail)).bounce).toMatchObject({ status: server.delayedStatus });
    expect(await world.badAddresses()).toEqual([]);
    said = "550 5.1.1 no such user";
    await world.until(async () =>
      expect((await world.deliveryOf(mail)).bounce).toMatchObject({ action: "failed", status: "5.1.1" }),
    );
    expect(await world.badAddresses()).toEqual(["owner@tickets.example"]);
  });

  test("its report names the recipient that we named and the mail, without its signature or its content", async () => {
    const { world, start } = current();
    const reports: TakenMail[] = [];
    const keep = (report: TakenMail) => {
      reports.push(report);
      return null;
    };
    const portal = await world.remote({ data: keep });
    const beyond = await world.remote({ rcptTo: () => "550 5.1.1 no such user" });
    const running = await start({
      routes: { "reports.example": portal.port, "elsewhere.example": beyond.port },
      lists: { "team@photos.example": ["former@elsewhere.example"] },
    });
    world.deliver(running.url, { bounceDomain: "reports.example" });
    const mail = await world.mailTo("photos", "team@photos.example");
    await world.until(() => expect(reports).toHaveLength(1));
    const text = reports[0]?.raw.toString() ?? "";
    expect(reports[0]).toMatchObject({
      from: "",
      to: expect.stringMatching(/^bounces\+.+@reports\.example$/),
    });
    for (const line of server.report) expect(text).toMatch(line);
    expect(text).toMatch(new RegExp(`^Original-Envelope-Id: ${mail.id.replaceAll("-", "")}\r$`, "im"));
    expect(text).toMatch(/Content-Type: text\/rfc822-headers/i);
  });
}
