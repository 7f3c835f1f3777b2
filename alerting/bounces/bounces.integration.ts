import { connect } from "node:net";
import SMTPConnection from "nodemailer/lib/smtp-connection";
import { SMTPServer } from "smtp-server";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { returnPath, returnPathKey } from "@/lib/delivery/smtp/return-path";
import type { Outbox } from "@/lib/delivery/store";
import { log } from "@/lib/infra/log";
import { MAIL_FROM, SECRET, startTestOutbox, type TestOutbox, testMail } from "@/testing/outbox";
import { startBounceReceiver } from "./bounces";

const DOMAIN = "watchpost.example";
let db: TestOutbox;
let receiver: Awaited<ReturnType<typeof startBounceReceiver>>;
let outbox: Outbox;
beforeAll(async () => {
  db = await startTestOutbox();
  outbox = { ...db.outbox };
  receiver = await startBounceReceiver({
    port: 0,
    mailFrom: MAIL_FROM,
    secret: SECRET,
    outbox,
    maxBytes: 20_000,
    sessionTimeoutMs: 1_000,
  });
});
afterAll(async () => {
  await receiver.stop();
  await db.drop();
});
beforeEach(async () => {
  Object.assign(outbox, db.outbox);
  await db.pool.query("TRUNCATE mail, bounce, address_health CASCADE");
});

const report = (action: string, status: string) =>
  [
    'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
    "",
    "--b",
    "Content-Type: message/delivery-status",
    "",
    "Reporting-MTA: dns; mx.example.net",
    "",
    "Final-Recipient: rfc822; owner@photos.example",
    `Action: ${action}`,
    `Status: ${status}`,
    "Diagnostic-Code: smtp; 550 no such user",
    "",
    "--b--",
    "",
  ].join("\r\n");

/** Hands a message over as a relay would. Resolves with the final reply, or rejects with the refusal. */
function handOver(
  to: string,
  message: string,
  from = "",
  lmtp = false,
  port = receiver.port,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const connection = new SMTPConnection({ host: "127.0.0.1", port, lmtp, logger: false });
    connection.on("error", reject);
    connection.connect((failed) => {
      if (failed) return reject(failed);
      connection.send({ from, to: [to] }, message, (error, info) => {
        connection.close();
        if (error) reject(error);
        else resolve(info.rejectedErrors?.[0]?.response ?? info.response);
      });
    });
  });
}

async function acceptedMail() {
  const mail = await testMail("photos");
  await db.write(mail);
  const [leased] = await db.outbox.leaseDue(1, 60);
  if (leased) await db.outbox.accept([{ id: leased.id, words: "250 Ok" }]);
  return { ...mail, path: returnPath(mail.id, returnPathKey(SECRET), DOMAIN) };
}
const bounceOf = async (id: string) => (await db.outbox.mail(db.scope("photos"), id))?.bounce;
const rows = async () => (await db.pool.query("SELECT action, status FROM bounce")).rows;

describe("Fault 20: a bounce", () => {
  test("that meets a mistake of our own is left to its sender, and the mistake is logged with its stack", async () => {
    const { id, path } = await acceptedMail();
    const mistake = new TypeError("x is not a function");
    const logged = vi.spyOn(log, "error").mockImplementation(() => {});
    const own = await startBounceReceiver({
      port: 0,
      mailFrom: MAIL_FROM,
      secret: SECRET,
      outbox,
      onBounce: () => {
        throw mistake;
      },
    });
    try {
      await expect(handOver(path, report("failed", "5.1.1"), "", false, own.port)).rejects.toMatchObject({
        responseCode: 450,
      });
      expect(logged.mock.calls).toEqual([[{ mail: id, err: mistake }, expect.any(String)]]);
    } finally {
      logged.mockRestore();
      await own.stop();
    }
  });

  test("that is valid lands on its mail, and the address is called bad", async () => {
    const { id, path } = await acceptedMail();
    expect(await handOver(path, report("failed", "5.1.1"))).toMatch(/^250/);
    expect(await bounceOf(id)).toMatchObject({
      action: "failed",
      status: "5.1.1",
      detail: "550 no such user",
    });
    expect(await db.outbox.badAddresses(db.scope("photos"))).toHaveLength(1);
  });

  test("that is forged is refused with 550 before its content is taken", async () => {
    const { path } = await acceptedMail();
    const forged = path.replace(/\.([0-9a-f])/, (_, digit) => `.${digit === "0" ? "1" : "0"}`);
    await expect(handOver(forged, report("failed", "5.1.1"))).rejects.toMatchObject({ responseCode: 550 });
    await expect(handOver(`postmaster@${DOMAIN}`, "x")).rejects.toMatchObject({ responseCode: 550 });
    await expect(handOver(path, report("failed", "5.1.1"), "postmaster.a@b.example")).rejects.toMatchObject({
      responseCode: 550,
    });
    expect(await rows()).toEqual([]);
  });

  test("that comes twice is acknowledged twice and recorded once", async () => {
    const { path } = await acceptedMail();
    for (const _ of [1, 2]) expect(await handOver(path, report("failed", "5.1.1"))).toMatch(/^250/);
    expect(await rows()).toHaveLength(1);
  });

  test("of delay is soft, and the failure after it is final", async () => {
    const { id, path } = await acceptedMail();
    await handOver(path, report("delayed", "4.4.1"));
    expect(await bounceOf(id)).toMatchObject({ action: "delayed" });
    expect(await db.outbox.badAddresses(db.scope("photos"))).toEqual([]);
    await handOver(path, report("failed", "4.4.7"));
    expect(await bounceOf(id)).toMatchObject({ action: "failed", status: "4.4.7" });
    expect(await db.outbox.badAddresses(db.scope("photos"))).toEqual([]);
  });

  test("that can't be read is acknowledged, said on its mail and kept for the operator, and blames nobody", async () => {
    const { id, path } = await acceptedMail();
    const message = `Subject: Your mail\r\n\r\nIt went wrong. ${"x".repeat(18_000)}\r\n`;
    for (const _ of [1, 2]) expect(await handOver(path, message)).toMatch(/^250/);
    expect(await rows()).toEqual([{ action: "unreadable", status: "" }]);
    expect(await bounceOf(id)).toMatchObject({ action: "delayed", note: "unreadable" });
    expect(await db.outbox.badAddresses(db.scope("photos"))).toEqual([]);
    expect(await db.outbox.notReceived(db.scope("photos"))).toEqual([]);
    const kept = await db.pool.query("SELECT tenant_id, mail_id, size, head FROM unread_bounce");
    expect(kept.rows).toEqual([
      { tenant_id: "photos", mail_id: id, size: expect.any(Number), head: expect.any(Buffer) },
    ]);
    expect(kept.rows[0].head.length).toBe(16 * 1024);
    expect(kept.rows[0].size).toBeGreaterThan(18_000);
  });

  test("that can't be read is kept three times for a mail, however often its recipient writes", async () => {
    const { path } = await acceptedMail();
    for (const n of [1, 2, 3, 4, 5]) await handOver(path, `Subject: Hello ${n}\r\n\r\nHello\r\n`);
    expect((await db.pool.query("SELECT FROM unread_bounce")).rows).toHaveLength(3);
  });

  test("that is an automatic reply changes nothing", async () => {
    const { id, path } = await acceptedMail();
    await handOver(path, "Subject: Out of office\r\n\r\n550 user unknown\r\n");
    expect(await rows()).toEqual([{ action: "informational", status: "" }]);
    expect(await bounceOf(id)).toBeNull();
    expect((await db.pool.query("SELECT FROM unread_bounce")).rows).toEqual([]);
  });

  test("of a recipient behind the address is said, and holds nothing", async () => {
    const { id, path } = await acceptedMail();
    await handOver(path, report("failed", "5.1.1").replaceAll("owner@photos", "former@photos"));
    expect(await bounceOf(id)).toMatchObject({
      action: "delayed",
      note: "part",
      detail: "former@photos.example: 550 no such user",
    });
    expect(await db.outbox.badAddresses(db.scope("photos"))).toEqual([]);
  });

  test("in words alone is said, holds nothing, and a report after it says more", async () => {
    const { id, path } = await acceptedMail();
    await handOver(
      path,
      "Subject: failure notice\r\n\r\n<owner@photos.example>:\r\nNo mailbox. (#5.1.1)\r\n",
    );
    expect(await bounceOf(id)).toMatchObject({ note: "came-back", detail: "No mailbox. (#5.1.1)" });
    expect(await db.outbox.badAddresses(db.scope("photos"))).toEqual([]);
    await handOver(path, report("delayed", "4.4.1"));
    expect(await bounceOf(id)).toMatchObject({ note: "came-back" });
    await handOver(path, report("failed", "5.1.1"));
    expect(await bounceOf(id)).toMatchObject({ action: "failed", note: null });
    expect(await db.outbox.badAddresses(db.scope("photos"))).toHaveLength(1);
  });

  test("from a mail system's own address is taken like one from the null sender", async () => {
    const { id, path } = await acceptedMail();
    await handOver(path, report("failed", "5.1.1"), "MAILER-DAEMON@mx.example.net");
    expect(await bounceOf(id)).toMatchObject({ action: "failed" });
  });

  test("that comes after its tenant was deleted is acknowledged, and nothing is left of it", async () => {
    const path = returnPath("8a6e0804-2bd0-4672-b79d-d97027f9071a", returnPathKey(SECRET), DOMAIN);
    expect(await handOver(path, report("failed", "5.1.1"))).toMatch(/^250/);
    expect(await rows()).toEqual([]);
  });

  test("is not acknowledged while it can't be committed, so its sender keeps it", async () => {
    const { path } = await acceptedMail();
    outbox.markBounce = () => Promise.reject(new Error("the database is away"));
    await expect(handOver(path, report("failed", "5.1.1"))).rejects.toMatchObject({ responseCode: 451 });
    Object.assign(outbox, db.outbox);
    expect(await handOver(path, report("failed", "5.1.1"))).toMatch(/^250/);
  });

  test("that is too large is read by its beginning", async () => {
    const { id, path } = await acceptedMail();
    const whole = report("failed", "5.1.1").replace("--b--", `--b\r\n\r\n${"x".repeat(900)}\r\n`.repeat(40));
    expect(await handOver(path, whole)).toMatch(/^250/);
    expect(await bounceOf(id)).toMatchObject({ action: "failed", status: "5.1.1" });
  });
});

test("a sender that trickles is cut off", async () => {
  const socket = connect(receiver.port, "127.0.0.1");
  socket.on("error", () => {});
  const timer = setInterval(() => socket.write("N"), 100);
  // By itself the receiver waits for as long as something comes.
  await new Promise((resolve) => socket.once("close", resolve));
  clearInterval(timer);
});

test("LMTP is spoken where it is asked for", async () => {
  const lmtp = await startBounceReceiver({
    port: 0,
    lmtp: true,
    mailFrom: MAIL_FROM,
    secret: SECRET,
    outbox,
  });
  const { path, id } = await acceptedMail();
  expect(await handOver(path, report("failed", "5.1.1"), "", true, lmtp.port)).toMatch(/^250/);
  expect(await bounceOf(id)).toMatchObject({ action: "failed" });
  await lmtp.stop();
});

test("a port that is taken is said at the start", async () => {
  const other = new SMTPServer();
  const listener = other.listen(0, "127.0.0.1");
  await new Promise((resolve) => listener.once("listening", resolve));
  const address = listener.address();
  const port = typeof address === "object" && address ? address.port : 0;
  await expect(startBounceReceiver({ port, mailFrom: MAIL_FROM, secret: SECRET, outbox })).rejects.toThrow(
    /EADDRINUSE/,
  );
  await new Promise<void>((resolve) => other.close(() => resolve()));
});
