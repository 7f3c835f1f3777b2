import fc from "fast-check";
import PostalMime, { type Email } from "postal-mime";
import { describe, expect, test, vi } from "vitest";
import { bounceOutcomeOf, readDeliveryReport } from "./dsn";

const BOUNDARY = "report-boundary";
function report(
  recipients: string[],
  options: { type?: string; message?: string; parts?: number } = {},
): Buffer {
  const status = [options.message ?? "Reporting-MTA: dns; mx.example.net", ...recipients].join("\n\n");
  const part = `--${BOUNDARY}\nContent-Type: message/delivery-status\n\n${status}\n\n`;
  const text = [
    "From: <>",
    "To: bounces@example.org",
    "Subject: Undelivered",
    "MIME-Version: 1.0",
    `Content-Type: ${options.type ?? "multipart/report; report-type=delivery-status"}; boundary="${BOUNDARY}"`,
    "",
    `--${BOUNDARY}\nContent-Type: text/plain\n\nUser unknown 550 5.1.1\n`,
    `${part.repeat(options.parts ?? 1)}--${BOUNDARY}\nContent-Type: message/rfc822\n\nSubject: original\n\nbody\n--${BOUNDARY}--\n`,
  ].join("\n");
  return Buffer.from(text.replaceAll("\n", "\r\n"));
}
const recipient = (action: string, status: string, more = "") =>
  `Final-Recipient: rfc822; owner@photos.example\nAction: ${action}\nStatus: ${status}${more}`;
const bounceOf = async (raw: Uint8Array) => bounceOutcomeOf(await readDeliveryReport(raw));

describe("a delivery report", () => {
  test("is read by its fields: action, status and the server's own words", async () => {
    const more = "\nDiagnostic-Code: smtp; 550 5.1.1 <owner@photos.example>:\n  no such user";
    expect(await readDeliveryReport(report([recipient("failed", "5.1.1", more)]))).toEqual({
      kind: "report",
      recipients: [
        { action: "failed", status: "5.1.1", diagnostic: "550 5.1.1 <owner@photos.example>: no such user" },
      ],
    });
  });

  test.each([
    ["failed", "5.1.1", "failed", true],
    ["failed", "5.1.10", "failed", true],
    ["failed", "5.0.0", "failed", true],
    ["failed", "5.2.1", "failed", true],
    ["failed", "5.2.2", "failed", false],
    ["failed", "5.7.1", "failed", false],
    ["failed", "5.1.8", "failed", false],
    ["failed", "4.4.7", "failed", false],
    ["delayed", "4.4.1", "delayed", false],
    ["delivered", "2.0.0", "informational", false],
    ["relayed", "2.0.0", "informational", false],
    ["expanded", "2.0.0", "informational", false],
    ["FAILED (gave up)", "5.1.1 (bad mailbox)", "failed", true],
  ])("%s with %s is %s; bad address: %s", async (action, status, expected, addressIsBad) => {
    expect(await bounceOf(report([recipient(action, status)]))).toMatchObject({
      action: expected,
      addressIsBad,
    });
  });

  test("about a list with one failed member is no failure of the list", async () => {
    const raw = report([recipient("relayed", "2.0.0"), recipient("failed", "5.1.1")]);
    expect(await bounceOf(raw)).toMatchObject({ action: "delayed", addressIsBad: false });
  });

  test.each([
    ["an ordinary mail", Buffer.from("Subject: Out of office\r\n\r\n550 5.1.1 user unknown\r\n")],
    [
      "a mail that only quotes a status part",
      report([recipient("failed", "5.1.1")], { type: "multipart/mixed" }),
    ],
    ["no recipient", report([])],
    ["two status parts", report([recipient("failed", "5.1.1")], { parts: 2 })],
    ["no Reporting-MTA", report([recipient("failed", "5.1.1")], { message: "X-Nothing: 1" })],
    ["an unknown action", report([recipient("rejected", "5.1.1")])],
    ["a status that isn't one", report([recipient("failed", "550")])],
    ["an action that contradicts its status", report([recipient("failed", "2.0.0")])],
    ["a repeated field", report([recipient("failed", "5.1.1", "\nStatus: 2.0.0")])],
    ["a line that is no field", report([recipient("failed", "5.1.1", "\nuser unknown")])],
    ["no Final-Recipient", report(["Action: failed\nStatus: 5.1.1"])],
    ["too many recipients", report(Array.from({ length: 51 }, () => recipient("failed", "5.1.1")))],
    ["nothing", Buffer.alloc(0)],
  ])("is unreadable, and blames nobody, with %s", async (_, raw) => {
    const result = await readDeliveryReport(raw);
    expect(result.kind).toBe("unreadable");
    expect(bounceOutcomeOf(result)).toMatchObject({ action: "unreadable", addressIsBad: false });
  });

  test("inside a forwarded message says nothing about our mail", async () => {
    const inner = report([recipient("failed", "5.1.1")]).toString();
    const raw = `Content-Type: multipart/report; report-type=delivery-status; boundary=outer\r\n\r\n--outer\r\nContent-Type: message/rfc822\r\n\r\n${inner}\r\n--outer--\r\n`;
    expect(await readDeliveryReport(Buffer.from(raw))).toMatchObject({ kind: "unreadable" });
  });

  test("is unreadable where the parser throws, whatever it throws", async () => {
    vi.spyOn(PostalMime.prototype, "parse").mockRejectedValue(new Error("Maximum MIME nesting depth"));
    expect(await readDeliveryReport(report([]))).toEqual({
      kind: "unreadable",
      reason: "its MIME structure is broken",
    });
  });

  test("isn't called unreadable where our own reading fails: the mistake keeps its stack", async () => {
    vi.spyOn(PostalMime.prototype, "parse").mockResolvedValue({} as Email);
    await expect(readDeliveryReport(report([]))).rejects.toThrow(TypeError);
  });

  test("never throws, whatever bytes arrive", async () => {
    const whole = report([recipient("failed", "5.1.1")]);
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.nat(whole.length), async (noise, at) => {
        await bounceOf(noise);
        await bounceOf(Buffer.concat([whole.subarray(0, at), noise, whole.subarray(at)]));
        await bounceOf(whole.subarray(0, at));
      }),
      { numRuns: 200 },
    );
  });
});
