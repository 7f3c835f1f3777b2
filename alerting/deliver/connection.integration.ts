import type { Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { parseSmtpUrl } from "@/lib/delivery/smtp/smtp-url";
import { startRawRelay, startTestRelay } from "@/testing/relay";
import { createRelay } from "./relay";

const running: { stop(): Promise<void> }[] = [];
afterEach(() => Promise.all(running.splice(0).map((service) => service.stop())));

const { signal } = new AbortController();
const RETURN_PATH = "bounces+0123456789abcdef0123456789abcdef.0123456789abcdef0123@watchpost.example";

/** A relay that offers these extensions, accepts everything, and keeps what it is sent. */
async function listening(...extensions: string[]): Promise<{ url: string; commands: string[] }> {
  const commands: string[] = [];
  const started = await startRawRelay((socket: Socket) => {
    socket.write("220 relay.example ESMTP\r\n");
    let isBody = false;
    let rest = "";
    socket.on("data", (chunk) => {
      const lines = (rest + chunk).split("\r\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        if (isBody && line !== ".") continue;
        isBody = line === "DATA";
        commands.push(line);
        const offers = ["relay.example", ...extensions].map(
          (word, n, all) => `250${n < all.length - 1 ? "-" : " "}${word}`,
        );
        if (line.startsWith("EHLO")) socket.write(`${offers.join("\r\n")}\r\n`);
        else
          socket.write(
            isBody ? "354 Go on\r\n" : line.startsWith("AUTH") ? "235 2.7.0 Ok\r\n" : "250 2.0.0 Ok\r\n",
          );
      }
    });
  });
  running.push(started);
  return { url: started.url, commands };
}

/** A relay that refuses one command and closes, whatever else was sent with it. */
async function refusing(verb: string, reply: string, ...extensions: string[]): Promise<string> {
  const started = await startRawRelay((socket: Socket) => {
    socket.write("220 relay.example ESMTP\r\n");
    socket.on("data", (chunk) => {
      for (const line of chunk.toString().split("\r\n")) {
        if (line.startsWith(verb)) return void socket.end(`${reply}\r\n`);
        const offers = ["relay.example", ...extensions].map((word, n, all) => [n < all.length - 1, word]);
        if (line.startsWith("EHLO"))
          socket.write(offers.map(([hasNext, word]) => `250${hasNext ? "-" : " "}${word}\r\n`).join(""));
        else if (line !== "") socket.write("250 2.0.0 Ok\r\n");
      }
    });
  });
  running.push(started);
  return started.url;
}

async function send(url: string, options: { ehloName?: string; to?: string } = {}) {
  const relay = createRelay(parseSmtpUrl(url), { connectTimeoutMs: 3_000 }, options.ehloName);
  const to = options.to ?? "owner@photos.example";
  const outcome = await relay.send(
    { from: RETURN_PATH, to, raw: Buffer.from("Subject: a\r\n\r\nb\r\n") },
    signal,
  );
  relay.close();
  return outcome;
}
const withLogin = (url: string, host = "127.0.0.1") =>
  url.replace("smtp://127.0.0.1", `smtp://app:pass%20word@${host}`);

test("EHLO says the portal's own name, and what SMTP_URL says instead", async () => {
  const { url, commands } = await listening();
  await send(url, { ehloName: "portal.example.org" });
  await send(`${url}?name=mail.example.org`, { ehloName: "portal.example.org" });
  expect(commands.filter((line) => line.startsWith("EHLO"))).toEqual([
    "EHLO portal.example.org",
    "EHLO mail.example.org",
  ]);
});

test("a relay that knows DSN is asked for reports that name the recipient and the mail, without its signature", async () => {
  const { url, commands } = await listening("DSN");
  await send(url, { to: "own+er=x@photos.example" });
  expect(commands).toContainEqual(
    expect.stringMatching(/^MAIL FROM:<bounces\+.+> RET=HDRS ENVID=0123456789abcdef0123456789abcdef$/),
  );
  expect(commands).toContain(
    "RCPT TO:<own+er=x@photos.example> NOTIFY=FAILURE,DELAY ORCPT=rfc822;own+2Ber+3Dx@photos.example",
  );
});

test("a login that the relay doesn't offer is an error, and no mail goes without it", async () => {
  const { url, commands } = await listening();
  expect(await send(withLogin(url))).toMatchObject({
    class: "transport",
    words: "The relay offers no login, and SMTP_URL has one.",
  });
  expect(commands.join()).not.toMatch(/AUTH|MAIL/);
});

test("a login goes in clear to this host only", async () => {
  const { url, commands } = await listening("AUTH PLAIN");
  expect(await send(withLogin(url, "0.0.0.0"))).toMatchObject({
    class: "transport",
    words: expect.stringContaining("offers no encryption (STARTTLS), so the login of SMTP_URL isn't sent"),
  });
  expect(commands.join()).not.toContain("AUTH");
  expect(await send(withLogin(url))).toMatchObject({ class: "accepted" });
});

test("smtps:// to a port without TLS says so, and so does a port that hangs up", async () => {
  const { port, stop } = await startTestRelay();
  running.push({ stop });
  expect((await send(`smtps://127.0.0.1:${port}`)).words).toMatch(/answers without TLS on this port/);
  const mute = await startRawRelay((socket) => socket.end());
  running.push(mute);
  for (const url of [mute.url, mute.url.replace("smtp:", "smtps:")])
    expect((await send(url)).words).toMatch(/^The relay (ended|broke) the connection/);
});

test.each([
  ["MAIL", "mail-from"],
  ["RCPT", "rcpt-to"],
])(
  "a relay that refuses %s and closes has refused that, also where more was sent with it",
  async (verb, failedAt) => {
    for (const reply of ["421 4.7.0 Try again later", "450 4.2.1 Not now"])
      for (const extensions of [[], ["PIPELINING"]]) {
        const outcome = await send(await refusing(verb, reply, ...extensions));
        expect(outcome).toMatchObject({ failedAt, words: reply, replyCode: Number(reply.slice(0, 3)) });
      }
  },
);

test.each([
  ["MAIL", "421 too many messages in one connection"],
  ["MAIL", "452 4.7.0 Too many messages in this session"],
  ["MAIL", "450 4.7.1 Error: too much mail in one session"],
  ["RCPT", "452 4.5.3 Too many recipients"],
  ["RCPT", "421 4.4.5 Max message per connection reached"],
  ["MAIL", null],
  ["RCPT", null],
])(
  "a relay that takes two mails of a connection and then answers %s with %j gets the others on a new one",
  async (verb, reply) => {
    let connections = 0;
    const started = await startRawRelay((socket: Socket) => {
      connections += 1;
      let asked = 0;
      let isBody = false;
      socket.write("220 relay.example ESMTP\r\n");
      socket.on("data", (chunk) => {
        for (const line of chunk.toString().split("\r\n").slice(0, -1)) {
          if (isBody && line !== ".") continue;
          isBody = line === "DATA";
          if (line.startsWith(verb)) asked += 1;
          if (line.startsWith(verb) && asked > 2) {
            if (reply === null) return void socket.destroy();
            socket.write(`${reply}\r\n`);
            if (reply.startsWith("421")) socket.end();
          } else socket.write(isBody ? "354 Go on\r\n" : "250 2.0.0 Ok\r\n");
        }
      });
    });
    running.push(started);
    const relay = createRelay(parseSmtpUrl(started.url), { connectTimeoutMs: 3_000 });
    const outcomes: string[] = [];
    for (let n = 0; n < 7; n += 1)
      outcomes.push(
        (
          await relay.send(
            { from: RETURN_PATH, to: "owner@photos.example", raw: Buffer.from("a: b\r\n\r\nc\r\n") },
            signal,
          )
        ).class,
      );
    relay.close();
    expect(outcomes).toEqual(Array(7).fill("accepted"));
    expect(connections).toBe(4);
  },
);

test("a new connection that is put off as well is the relay's trouble", async () => {
  const url = await refusing("MAIL", "452 4.3.1 Insufficient system storage");
  expect(await send(url)).toMatchObject({ class: "transport", replyCode: 452 });
});
