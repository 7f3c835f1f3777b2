import { createTransport } from "nodemailer";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { MAIL_KINDS } from "@/lib/delivery/mail";
import { type Mail, startMail } from "./start";

let mail: Mail;
beforeAll(async () => {
  mail = await startMail({ smtpPort: 0, httpPort: 0 });
});
beforeEach(() => fetch(`${mail.inboxUrl}/api/messages`, { method: "DELETE" }));
afterAll(() => mail.stop());

const send = (message: object) =>
  createTransport(mail.smtpUrl).sendMail({ from: "Watchpost <alerts@portal.example>", ...message });
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
  expect(await (await fetch(mail.inboxUrl + path)).text()).toContain("ALERT: Photo Library.");
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
