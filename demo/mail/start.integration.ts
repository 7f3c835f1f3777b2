import { once } from "node:events";
import { createTransport } from "nodemailer";
import { SMTPServer } from "smtp-server";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createRelay } from "@/alerting/deliver/relay";
import { MAIL_KINDS } from "@/lib/delivery/mail";
import { readBounce } from "@/lib/delivery/smtp/bounce";
import { bounceOutcomeOf } from "@/lib/delivery/smtp/bounce-outcome";
import { parseSmtpUrl } from "@/lib/delivery/smtp/smtp-url";
import { throwawayCertificate } from "./certificate";
import { type Mail, startMail } from "./start";

let mail: Mail;
/** What came back to senders: in place of the worker's receiver. */
const returned: { from: string; to: string; report: Buffer }[] = [];
const receiver = new SMTPServer({
  disabledCommands: ["AUTH", "STARTTLS"],
  disableReverseLookup: true,
  async onData(stream, { envelope }, done) {
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    const from = envelope.mailFrom ? envelope.mailFrom.address : "nobody";
    returned.push({ from, to: envelope.rcptTo[0]?.address ?? "", report: Buffer.concat(chunks) });
    done();
    receiver.emit("returned");
  },
});
beforeAll(async () => {
  const listener = receiver.listen(0, "127.0.0.1");
  await once(listener, "listening");
  const address = listener.address();
  const bouncePort = typeof address === "object" && address ? address.port : 0;
  mail = await startMail({ smtpPort: 0, httpPort: 0, bouncePort });
});
beforeEach(() => fetch(`${mail.inboxUrl}/api/messages`, { method: "DELETE" }));
afterAll(async () => {
  await mail.stop();
  await new Promise<void>((resolve) => receiver.close(resolve));
});

const send = (message: object, ca = mail.authority) =>
  createTransport({ url: mail.smtpUrl, tls: { ca } }).sendMail({
    from: "Watchpost <alerts@portal.example>",
    ...message,
  });
const trusting = (ca: string) => {
  const target = parseSmtpUrl(mail.smtpUrl);
  return { ...target, connection: { ...target.connection, tls: { ca } } };
};
const read = async () =>
  ((await (await fetch(`${mail.inboxUrl}/api/messages`)).json()) as { messages: Record<string, unknown>[] })
    .messages;

test("a mail is kept with its envelope, parts and headers, newest first", async () => {
  await send({ to: "owner@photos.example", subject: "First", text: "one" });
  await send({
    to: "owner@photos.example",
    subject: "Grüße ✓",
    text: "two",
    html: "<b>two</b>",
    headers: { "X-Episode": "7" },
    envelope: { from: "bounce+7@portal.example", to: "owner@photos.example" },
  });
  const messages = await read();
  expect(messages.map(({ subject }) => subject)).toEqual(["Grüße ✓", "First"]);
  expect(messages[0]).toMatchObject({
    envelopeFrom: "bounce+7@portal.example",
    envelopeTo: ["owner@photos.example"],
    text: "two\n",
    html: "<b>two</b>\n",
  });
  expect(messages[0]?.headers).toContainEqual({ name: "X-Episode", value: "7" });
});

test("markup in a mail is text in the inbox, and its HTML is sent under a policy that runs nothing", async () => {
  const hostile = `<img src=x onerror=alert(1)>`;
  await send({
    to: "a@b.example",
    subject: hostile,
    text: hostile,
    html: `<script>alert(1)</script>${hostile}`,
  });
  const [message] = await read();
  for (const path of ["/", `/messages/${message?.id}`]) {
    const page = await fetch(mail.inboxUrl + path);
    expect(await page.text()).not.toContain("<img");
    expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
  }
  const frame = await fetch(`${mail.inboxUrl}/messages/${message?.id}/html`);
  expect(frame.headers.get("content-security-policy")).toMatch(/^sandbox; default-src 'none'/);
});

test("a picture that the mail carries is put into its HTML", async () => {
  const content = Buffer.from("iVBORw0KGgo=", "base64");
  const attachments = [{ filename: "chart.png", content, cid: "chart@portal", contentType: "image/png" }];
  await send({
    to: "a@b.example",
    subject: "Chart",
    html: `<img src="cid:chart@portal" alt="">`,
    attachments,
  });
  expect((await read())[0]?.html).toContain(`src="data:image/png;base64,iVBORw0KGgo="`);
});

test("the source is downloaded byte for byte", async () => {
  await send({ to: "a@b.example", subject: "Source", text: "line\n.dot\n" });
  const [message] = await read();
  const source = await fetch(`${mail.inboxUrl}/messages/${message?.id}/source`);
  expect(source.headers.get("content-disposition")).toContain("attachment");
  expect(await source.text()).toMatch(/Subject: Source\r\n[\s\S]*line\r\n\.dot\r\n/);
});

test("the templates page shows one mail of each kind, with its picture, its text and a link to it", async () => {
  expect(await (await fetch(mail.inboxUrl)).text()).toContain('href="/templates"');
  const page = await (await fetch(`${mail.inboxUrl}/templates`)).text();
  for (const kind of MAIL_KINDS) expect(page).toContain(`<td>${kind}</td>`);
  const [, path] = /<td>firing<\/td><td><a href="(.*?)">/.exec(page) ?? [];
  expect(await (await fetch(mail.inboxUrl + path)).text()).toMatch(/ALERT: error rate [\d.]+ %/);
  expect(await (await fetch(`${mail.inboxUrl}${path}/html`)).text()).toContain('src="data:image/png;base64,');
  expect(await read()).toEqual([]);
});

test("an unknown mail is 404 and a write is 405", async () => {
  expect((await fetch(`${mail.inboxUrl}/messages/none`)).status).toBe(404);
  expect((await fetch(mail.inboxUrl, { method: "POST" })).status).toBe(405);
});

test("switched off, the relay answers and takes nothing; switched on, it takes mail again; no other site can switch it", async () => {
  const relay = (on: 0 | 1, headers = {}) =>
    fetch(`${mail.inboxUrl}/relay?on=${on}`, { method: "POST", redirect: "manual", headers });
  expect((await relay(0, { origin: "http://elsewhere.example" })).status).toBe(403);
  expect((await relay(0)).status).toBe(303);
  await expect(send({ to: "a@b.example", subject: "Off", text: "off" })).rejects.toThrow(/switched off/);
  await relay(1);
  await send({ to: "a@b.example", subject: "On", text: "on" });
  expect((await read()).map(({ subject }) => subject)).toEqual(["On"]);
});

test("its certificate is trusted by whoever trusts its authority, and by nobody else; one that is renewed is shown from then on", async () => {
  const message = { to: "a@b.example", subject: "Sealed", text: "sealed" };
  await expect(send(message, (await throwawayCertificate()).cert)).rejects.toThrow(/verify/);
  const relay = createRelay(trusting(mail.authority));
  const { signal } = new AbortController();
  const lasts = () => Math.round(((relay.certificateEndsAtMs() ?? 0) - Date.now()) / 86_400_000);
  try {
    expect(await relay.verify(signal)).toBeNull();
    expect(lasts()).toBe(90);
    await mail.renewCertificate(3 * 86_400_000);
    const raw = Buffer.from("Subject: Sealed\r\n\r\nsealed\r\n");
    // Over the connection from before it would never be seen.
    expect(await relay.send({ from: "a@b.example", to: "a@b.example", raw }, signal)).toMatchObject({
      class: "accepted",
    });
    expect(lasts()).toBe(3);
    await mail.renewCertificate();
    expect(await relay.verify(signal)).toBeNull();
    expect(lasts()).toBe(90);
  } finally {
    relay.close();
  }
});

test("a mailbox that bounces: the relay takes the mail, and a report that every reader of RFC 3464 can read comes back from nobody", async () => {
  const bouncing = (on: 0 | 1, as = "") =>
    fetch(`${mail.inboxUrl}/bouncing?address=a@b.example&on=${on}${as}`, {
      method: "POST",
      redirect: "manual",
    });
  await bouncing(1);
  expect(await (await fetch(mail.inboxUrl)).text()).toContain("the mailbox sends it back");
  const arrived = once(receiver, "returned");
  const envelope = { from: "bounces+7@portal.example", to: "a@b.example" };
  await send({ to: "a@b.example", subject: "Bounces", text: "one", envelope });
  await arrived;
  expect(await read()).toEqual([]);
  const [{ from, to, report } = { from: "?", to: "?", report: Buffer.alloc(0) }] = returned;
  expect({ from, to }).toEqual({ from: "", to: "bounces+7@portal.example" });
  expect(bounceOutcomeOf(await readBounce(report), "a@b.example")).toMatchObject({
    action: "failed",
    status: "5.1.1",
    addressIsBad: true,
  });

  await bouncing(1, "&as=words");
  const again = once(receiver, "returned");
  await send({ to: "a@b.example", subject: "Bounces", text: "three", envelope });
  await again;
  expect(
    bounceOutcomeOf(await readBounce(returned[1]?.report ?? Buffer.alloc(0)), "a@b.example").action,
  ).toBe("unreadable");

  await bouncing(1, "&as=member");
  const ofMember = once(receiver, "returned");
  await send({ to: "a@b.example", subject: "Bounces", text: "four", envelope });
  await ofMember;
  expect(
    bounceOutcomeOf(await readBounce(returned[2]?.report ?? Buffer.alloc(0)), "a@b.example"),
  ).toMatchObject({ action: "part", detail: expect.stringContaining("former.a@b.example") });

  await bouncing(0);
  await send({ to: "a@b.example", subject: "Kept", text: "two" });
  expect((await read()).map(({ subject }) => subject)).toEqual(["Kept"]);
});

test("a relay that refuses one recipient, or everybody without a login, says so and takes nothing, until it is told otherwise", async () => {
  const relay = createRelay(trusting(mail.authority));
  const { signal } = new AbortController();
  const outcomeFor = (to: string) =>
    relay.send({ from: "bounces+7@portal.example", to, raw: Buffer.from("Subject: a\r\n\r\nb\r\n") }, signal);
  const tell = (path: string) => fetch(`${mail.inboxUrl}${path}`, { method: "POST", redirect: "manual" });
  try {
    await tell("/refusing?address=a@b.example&on=1");
    expect(await outcomeFor("a@b.example")).toMatchObject({ class: "bad-address", failedAt: "rcpt-to" });
    expect(await outcomeFor("c@d.example")).toMatchObject({ class: "accepted" });
    await tell("/refusing?address=a@b.example&on=0");
    await tell("/relay?on=1&as=login");
    expect(await outcomeFor("a@b.example")).toMatchObject({ class: "transport", replyCode: 530 });
    await tell("/relay?on=1");
    expect(await outcomeFor("a@b.example")).toMatchObject({ class: "accepted" });
  } finally {
    relay.close();
  }
});
