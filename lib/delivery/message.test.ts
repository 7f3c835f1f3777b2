import fc from "fast-check";
import PostalMime from "postal-mime";
import { describe, expect, test } from "vitest";
import { anyText } from "@/testing/any-text";
import {
  composeMail,
  type MessageContent,
  MessageContentError,
  newMessageId,
  parseSender,
  threadRootOf,
} from "./message";

const content: MessageContent = {
  from: "Watchpost <alerts@example.org>",
  to: "owner@photos.example",
  subject: "Photo Library: error rate above 5 %",
  messageId: "<1b6c@example.org>",
  date: new Date("2026-11-21T13:02:11Z"),
  threadRoot: threadRootOf("e42", "example.org"),
  text: "The error rate is 12 %.\n\nSince 14:02 CET.",
  html: '<p>The error rate is 12 %.</p><img src="cid:chart" alt="">',
  images: [
    {
      cid: "chart",
      filename: "chart.png",
      contentType: "image/png",
      content: Buffer.from([137, 80, 78, 71]),
    },
  ],
};
const headersOf = (raw: Buffer) =>
  raw
    .subarray(0, raw.indexOf("\r\n\r\n"))
    .toString()
    .replace(/\r\n[ \t]+/g, " ")
    .split("\r\n");

describe("a composed mail", () => {
  test("has its fixed id, date, thread and the mark of a machine's mail", async () => {
    const headers = headersOf((await composeMail(content)).raw);
    for (const line of [
      "From: Watchpost <alerts@example.org>",
      "To: owner@photos.example",
      "Message-ID: <1b6c@example.org>",
      "Date: Sat, 21 Nov 2026 13:02:11 +0000",
      "In-Reply-To: <episode.e42@example.org>",
      "References: <episode.e42@example.org>",
      "Thread-Topic: Photo Library: error rate above 5 %",
      "Auto-Submitted: auto-generated",
    ]) {
      expect(headers).toContain(line);
    }
    expect(headers.filter((line) => /^(list-|bcc|return-path)/i.test(line))).toEqual([]);
  });

  test("has the text first, then the HTML with its picture inline", async () => {
    const raw = (await composeMail(content)).raw.toString();
    const order = ["text/plain", "text/html", "image/png"].map((type) =>
      raw.indexOf(`Content-Type: ${type}`),
    );
    expect(order.every((at) => at > 0)).toBe(true);
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(raw).toContain("Content-Disposition: inline");
  });

  test("has a plain-text variant with the same id and date, and none when it is plain already", async () => {
    const { raw, rawTextOnly } = await composeMail(content);
    expect(rawTextOnly?.toString()).not.toMatch(/html|multipart|image/);
    const pick = (bytes: Buffer) =>
      headersOf(bytes).filter((line) => /^(message-id|date|subject|references)/i.test(line));
    expect(pick(rawTextOnly ?? raw.subarray(0, 0))).toEqual(pick(raw));
    const { html: _, images: __, ...plain } = content;
    expect((await composeMail(plain)).rawTextOnly).toBeNull();
  });

  test("belongs to no thread when it has no alert", async () => {
    const { raw } = await composeMail({ ...content, threadRoot: null });
    expect(headersOf(raw).filter((line) => /^(references|in-reply-to|thread-topic)/i.test(line))).toEqual([]);
  });

  test.each([
    ["[Watchpost: alert] [error rate 8.4 %] Photo Library", "Photo Library"],
    ["[Watchpost: test] (a) [b] c", "(a) [b] c"],
    ["[Watchpost: alert]", "[Watchpost: alert]"],
  ])("%s has the topic %s, as RFC 5256 takes a subject's base", async (subject, topic) => {
    const parsed = await PostalMime.parse((await composeMail({ ...content, subject })).raw);
    expect(parsed.subject).toBe(subject);
    expect(parsed.headers.find(({ key }) => key === "thread-topic")?.value).toBe(topic);
  });

  test.each([
    "=?utf-8?q?RECOVERED?=",
    "Photos =?utf-8?B?UkVDT1ZFUkVE?= 2",
    "Grüße =?utf-8?q?x?=",
    "a=?utf-8?q?b?=c",
    "=?x?y?z",
    `=?utf-8?q?${"x".repeat(100)}?=`,
  ])("a subject that looks like an encoded word reads as it is: %s", async (subject) => {
    const { raw } = await composeMail({ ...content, subject });
    expect((await PostalMime.parse(raw)).subject).toBe(subject);
    const [line = ""] = headersOf(raw).filter((each) => each.startsWith("Subject:"));
    expect(line).toMatch(/^Subject: (=\?UTF-8\?Q\?[^? ]+\?=)( =\?UTF-8\?Q\?[^? ]+\?=)*$/);
  });

  test("a subject keeps the joiners that writing needs, and nothing that hides", async () => {
    const subject = "کتاب\u200cخانه 👩\u200d🚒 Pay\u200dPal";
    const { raw } = await composeMail({ ...content, subject });
    expect((await PostalMime.parse(raw)).subject).toBe("کتاب\u200cخانه 👩\u200d🚒 Pay Pal");
  });

  test("holds no header but its own, whatever a name or a label contains", async () => {
    const names = headersOf((await composeMail(content)).raw).map((line) => line.split(":")[0]);
    const nasty = fc.oneof(
      anyText(),
      fc.constantFrom(
        "x\r\nBcc: a@b.example",
        "x\nBcc: a@b.example\n\nbody",
        "x\rBcc: y",
        "\u2028Bcc: y",
        "\u0085Bcc: y",
      ),
    );
    await fc.assert(
      fc.asyncProperty(nasty, nasty, async (subject, name) => {
        const from = `"${name.replace(/["\\]/g, "")}" <alerts@example.org>`;
        const raw = await composeMail({ ...content, subject, from }).catch((error) => {
          if (error instanceof MessageContentError) return null; // a name that turns the sender into two is refused
          throw error;
        });
        if (!raw) return;
        const found = headersOf(raw.raw).map((line) => line.split(":")[0]);
        // An empty subject leaves out both.
        const isOther = (header = "") => header !== "Subject" && header !== "Thread-Topic";
        expect(found.filter(isOther)).toEqual(names.filter(isOther));
        expect((await PostalMime.parse(raw.raw)).bcc).toBeUndefined();
      }),
      { numRuns: 30 },
    );
  });

  test("keeps every line within RFC 5322's 998 octets and ends each with CRLF", async () => {
    const { raw } = await composeMail({
      ...content,
      text: "é".repeat(5_000),
      html: `<p>${"x".repeat(5_000)}</p>`,
    });
    const lines = raw.toString("latin1").split("\r\n");
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(998);
    expect(lines.join("")).not.toMatch(/[\r\n]/);
  });

  test("never reads a file or a URL that its content names", async () => {
    const { raw } = await composeMail({ ...content, html: '<img src="file:///etc/passwd">', images: [] });
    expect(raw.toString()).not.toContain("root:");
  });

  test.each([
    ["two recipients", { to: "a@b.example, c@d.example" }],
    ["a recipient with a name", { to: "A <a@b.example>" }],
    ["a recipient with a line break", { to: "a@b.example\r\nBcc: c@d.example" }],
    ["two senders", { from: "a@b.example, c@d.example" }],
    ["no sender", { from: "" }],
    ["a broken Message-ID", { messageId: "<a b@c>\r\nX: y" }],
    ["a broken date", { date: new Date(Number.NaN) }],
  ])("is refused with %s", async (_, change) => {
    await expect(composeMail({ ...content, ...change })).rejects.toBeInstanceOf(MessageContentError);
  });
});

test("a sender is parsed into name, address and domain", () => {
  expect(parseSender("Watch Post <alerts@example.org>")).toEqual({
    name: "Watch Post",
    address: "alerts@example.org",
    domain: "example.org",
  });
});

test("Message-IDs differ, and a thread's root is the same for one alert", () => {
  expect(newMessageId("example.org")).not.toBe(newMessageId("example.org"));
  expect(threadRootOf("e1", "example.org")).toBe(threadRootOf("e1", "example.org"));
  expect(() => threadRootOf("a b", "example.org")).toThrow(MessageContentError);
});
