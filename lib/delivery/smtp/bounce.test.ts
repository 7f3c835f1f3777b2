import fc from "fast-check";
import PostalMime, { type Email } from "postal-mime";
import { describe, expect, test, vi } from "vitest";
import { readBounce } from "./bounce";
import { message, multipart, ORIGINAL, OWNER, part, report } from "./bounce-message.fixture";
import { bounceOutcomeOf } from "./bounce-outcome";
import { RECORDED_BOUNCES } from "./bounces.fixture";

const outcomeOf = async (raw: Uint8Array, recipient = OWNER) =>
  bounceOutcomeOf(await readBounce(raw), recipient);
const ofOne = (fields: string) => report(`Reporting-MTA: dns; relay.example\n\n${fields}`);
const failed = (recipient: string, more = "Status: 5.1.1") =>
  ofOne(`Final-Recipient: ${recipient}\nAction: failed\n${more}`);

describe("Fault 20: a bounce", () => {
  test.each(RECORDED_BOUNCES)("of %s", async (_, raw, { detail, ...expected }) => {
    const outcome = await outcomeOf(raw);
    expect(outcome).toMatchObject(expected);
    expect(outcome.detail).toMatch(detail);
  });

  test.each(RECORDED_BOUNCES)("of %s says nothing bad of another recipient", async (_, raw) => {
    const { action, addressIsBad } = await outcomeOf(raw, "somebody.else@photos.example");
    expect(addressIsBad).toBe(false);
    expect(action).not.toBe("failed");
  });

  test("without fields for programs never proves an address bad, whatever it says", async () => {
    for (const [, raw] of RECORDED_BOUNCES) {
      const text = raw.toString().replaceAll("message/delivery-status", "text/plain");
      expect((await outcomeOf(Buffer.from(text))).addressIsBad).toBe(false);
    }
  });
});

describe("the status of a report", () => {
  test.each([
    ["5.1.1", "", true],
    ["5.1.10", "", true],
    ["5.1.1", "smtp; 550 5.1.1 User unknown", true],
    ["5.0.0", "smtp; 550 5.1.1 User unknown", true],
    ["5.0.0", "", false],
    ["5.2.1", "", false],
    ["5.2.2", "", false],
    ["5.7.1", "", false],
    ["5.1.8", "", false],
    ["4.4.7", "", false],
    ["5.1.1", "smtp; 552 5.2.2 over quota", false],
    ["5.1.1", "smtp; 550 5.7.1 blacklisted", false],
    ["5.1.1", "550 blacklisted; see our page", false],
    ["5.1.1 (bad mailbox)", "", true],
    ["5.1.1; 5.7.1", "", true],
    ["550", "smtp; 550 5.1.1 User unknown", true],
    ["5", "smtp; 550 User unknown", false],
  ])("%s with the diagnostic %s: bad address: %s", async (status, diagnostic, addressIsBad) => {
    const fields = `Status: ${status}${diagnostic && `\nDiagnostic-Code: ${diagnostic}`}`;
    expect(await outcomeOf(failed(`rfc822; ${OWNER}`, fields))).toMatchObject({
      action: "failed",
      addressIsBad,
    });
  });

  test("gives way to the code of the server that refused", async () => {
    const fields = "Status: 5.0.0\nDiagnostic-Code: smtp; 552 5.2.2 over quota";
    expect(await outcomeOf(failed(`rfc822; ${OWNER}`, fields))).toMatchObject({ status: "5.2.2" });
  });

  test("that is given twice and differs proves nothing", async () => {
    const fields = "Status: 5.1.1\nStatus: 5.7.1";
    expect(await outcomeOf(failed(`rfc822; ${OWNER}`, fields))).toMatchObject({
      action: "failed",
      status: null,
      addressIsBad: false,
    });
  });
});

describe("the recipient of a report", () => {
  test.each([
    ["rfc822; owner@photos.example", "failed"],
    ["RFC822;<Owner@Photos.EXAMPLE>", "failed"],
    ["owner@photos.example.", "failed"],
    ["rfc822; owner@photos.example (Owner)", "failed"],
    ['rfc822; "owner"@photos.example', "failed"],
    ["utf-8; owner@photos.example", "failed"],
    ['rfc822; "owner@photos.example"', "failed"],
    ["rfc822; former@photos.example", "part"],
    ["rfc822; owner@host.photos.example", "part"],
    ["rfc822; owner@photos.example.org", "part"],
    ["x400; /G=Owner/S=Photos/", "part"],
  ])("%s, of a mail to owner@photos.example: %s", async (recipient, action) => {
    expect(await outcomeOf(failed(recipient))).toMatchObject({ action, addressIsBad: action === "failed" });
  });

  test.each([
    ["rfc822; owner+2Bphotos@a.example", "owner+photos@a.example"],
    ["rfc822; owner+photos@a.example", "owner+photos@a.example"],
    ["rfc822; owner@xn--mnchen-3ya.example", "owner@münchen.example"],
    ["utf-8; bücher@münchen.example", "bücher@münchen.example"],
    ["utf-8; b\\x{FC}cher@xn--mnchen-3ya.example", "bücher@münchen.example"],
    ['rfc822; "own er"@a.example', '"own er"@a.example'],
    ['rfc822; "own(er)"@a.example', '"own(er)"@a.example'],
  ])("%s is the recipient %s", async (field, recipient) => {
    expect(await outcomeOf(failed(field), recipient)).toMatchObject({ action: "failed", addressIsBad: true });
  });

  test("as Original-Recipient alone is the recipient, and no proof: it may be a list", async () => {
    const raw = ofOne(`Original-Recipient: rfc822;${OWNER}\nAction: failed\nStatus: 5.1.1`);
    expect(await outcomeOf(raw)).toMatchObject({ action: "failed", addressIsBad: false });
  });

  test("that is missing makes a failure, and no proof", async () => {
    for (const none of ["", "Final-Recipient: rfc822;\n", "Final-Recipient: rfc822; <>\n"])
      expect(await outcomeOf(ofOne(`${none}Action: failed\nStatus: 5.1.1`))).toMatchObject({
        action: "failed",
        addressIsBad: false,
      });
  });
});

describe("several recipients of a report", () => {
  const group = (recipient: string, action: string, status: string) =>
    `Final-Recipient: rfc822; ${recipient}\nAction: ${action}\nStatus: ${status}`;
  test.each([
    [
      "one behind it failed",
      [group("a@b.example", "failed", "5.1.1"), group(OWNER, "relayed", "2.0.0")],
      "part",
    ],
    [
      "one behind it waits",
      [group("a@b.example", "delayed", "4.4.1"), group(OWNER, "expanded", "2.0.0")],
      "delayed",
    ],
    [
      "all are fine",
      [group("a@b.example", "delivered", "2.0.0"), group(OWNER, "relayed", "2.0.0")],
      "informational",
    ],
    [
      "it failed itself",
      [group("a@b.example", "delivered", "2.0.0"), group(OWNER, "failed", "5.1.1")],
      "failed",
    ],
    [
      "it failed and was relayed",
      [group(OWNER, "failed", "5.1.1"), group(OWNER, "relayed", "2.0.0")],
      "part",
    ],
  ])("where %s", async (_, groups, action) => {
    for (const between of ["\n\n", "\n"])
      expect(await outcomeOf(ofOne(groups.join(between)))).toMatchObject({
        action,
        addressIsBad: action === "failed",
      });
  });
});

describe("the form of a report", () => {
  const FIELDS = `Final-Recipient: rfc822; ${OWNER}\nAction: failed\nStatus: 5.1.1`;
  test.each([
    ["no Reporting-MTA", FIELDS],
    ["a blank line after each field", `Reporting-MTA: dns; a.example\n\n${FIELDS.replaceAll("\n", "\n\n")}`],
    ["no blank line", `Reporting-MTA: dns; a.example\n${FIELDS}`],
    ["blank lines with spaces", `Reporting-MTA: dns; a.example\n   \n\t\n${FIELDS}`],
    ["no Action", FIELDS.replace("Action: failed\n", "")],
    ["an unknown Action", FIELDS.replace("failed", "rejected")],
    ["a comment in its Action", FIELDS.replace("failed", "FAILED (gave up)")],
    ["a line that is no field", `${FIELDS}\n<user unknown>`],
    ["small letters", FIELDS.replace("Final-Recipient", "final-recipient").replace("Status", "STATUS")],
  ])("doesn't matter: %s", async (_, fields) => {
    expect(await outcomeOf(report(fields))).toMatchObject({ action: "failed", addressIsBad: true });
  });

  test.each(["multipart/mixed", "multipart/alternative", "multipart/report", "multipart/related"])(
    "may be in %s",
    async (type) => {
      expect(await outcomeOf(report(FIELDS, "No.", type))).toMatchObject({
        action: "failed",
        addressIsBad: true,
      });
    },
  );

  test.each([
    [
      "a nested part",
      part(
        "multipart/mixed; boundary=inner",
        `--inner\nContent-Type: message/delivery-status\n\n${FIELDS}\n--inner--`,
      ),
    ],
    [
      "base64",
      part("message/delivery-status", Buffer.from(FIELDS).toString("base64"), {
        "Content-Transfer-Encoding": "base64",
      }),
    ],
    [
      "quoted-printable",
      part("message/delivery-status", FIELDS.replace("5.1.1", "5.=\n1.1").replace("@", "=40"), {
        "Content-Transfer-Encoding": "quoted-printable",
      }),
    ],
    ["message/global-delivery-status", part("message/global-delivery-status", FIELDS)],
    [
      "UTF-16",
      part("message/delivery-status", Buffer.from(FIELDS, "utf16le").toString("base64"), {
        "Content-Transfer-Encoding": "base64",
      }),
    ],
    [
      "two parts of one report",
      part("message/delivery-status", "Reporting-MTA: dns; a.example") +
        part("message/delivery-status", FIELDS),
    ],
    ["capitals in its type", part("Message/Delivery-Status", FIELDS)],
  ])("may be %s", async (_, body) => {
    expect(await outcomeOf(multipart({}, [body]))).toMatchObject({ action: "failed", addressIsBad: true });
  });

  test("may be the whole message", async () => {
    expect(await outcomeOf(message({ "Content-Type": "message/delivery-status" }, FIELDS))).toMatchObject({
      action: "failed",
      addressIsBad: true,
    });
  });
});

describe("what is no bounce", () => {
  const away = (headers: Record<string, string>) =>
    message(
      { From: `Owner <${OWNER}>`, Subject: "Re: your mail", ...headers },
      `${OWNER}: 550 5.1.1 I am away`,
    );
  test.each([
    ["Auto-Submitted", away({ "Auto-Submitted": "auto-replied" })],
    ["X-Autoreply", away({ "X-Autoreply": "yes" })],
    ["X-Autorespond", away({ "X-Autorespond": "vacation" })],
    ["Precedence", away({ Precedence: "auto_reply" })],
    ["its subject", away({ Subject: "Out of Office: 503 errors" })],
    ["its subject in German", away({ Subject: "Automatische Antwort: 503" })],
    ["an encoded subject", away({ Subject: "=?utf-8?q?R=C3=A9ponse_automatique?=" })],
  ])("an automatic reply, by %s", async (_, raw) => {
    expect(await outcomeOf(raw)).toMatchObject({ action: "informational", addressIsBad: false });
  });

  test.each([
    [
      "a report of abuse",
      "multipart/report; report-type=feedback-report",
      "message/feedback-report",
      "Feedback-Type: abuse\nUser-Agent: x",
    ],
    [
      "a read receipt",
      "multipart/report; report-type=disposition-notification",
      "message/disposition-notification",
      "Disposition: automatic-action/MDN-sent-automatically; deleted",
    ],
    [
      "a report of abuse without its type",
      "multipart/mixed",
      "message/feedback-report",
      "Feedback-Type: abuse",
    ],
  ])("%s", async (_, type, partType, fields) => {
    const raw = multipart(
      { From: "abuse@b.example", Subject: "Report" },
      [part("text/plain", `${OWNER}: 550 5.7.1`), part(partType, fields)],
      type,
    );
    expect(await outcomeOf(raw)).toMatchObject({ action: "informational", addressIsBad: false });
  });
});

describe("what can't be read", () => {
  test.each([
    ["an ordinary mail", message({ Subject: "Hello" }, "Did you get my mail?")],
    [
      "a bounce that names nobody",
      message({ From: "MAILER-DAEMON@a.example", Subject: "failure notice" }, "550 5.1.1 User unknown"),
    ],
    ["no field of any recipient", report("Reporting-MTA: dns; a.example")],
    ["an action that contradicts its status", failed(`rfc822; ${OWNER}`, "Status: 2.0.0")],
    [
      "too many recipients",
      ofOne(
        Array.from({ length: 201 }, () => `Final-Recipient: rfc822; ${OWNER}\nAction: failed`).join("\n\n"),
      ),
    ],
    ["nothing", Buffer.alloc(0)],
    ["codes in our own mail only", message({ From: "MAILER-DAEMON@a.example" }, `It failed.\n\n${ORIGINAL}`)],
  ])("is said, and blames nobody: %s", async (_, raw) => {
    expect(await outcomeOf(raw)).toMatchObject({ action: "unreadable", whose: null, addressIsBad: false });
  });

  test("is a report inside a forwarded message: it is about another mail", async () => {
    const inner = failed(`rfc822; ${OWNER}`).toString().replaceAll("part-of-a-bounce", "inner");
    const raw = multipart({ Subject: "Fwd: Undelivered" }, [part("message/rfc822", inner)]);
    expect(await outcomeOf(raw)).toMatchObject({ action: "unreadable" });
  });

  test("is what makes the parser throw", async () => {
    vi.spyOn(PostalMime.prototype, "parse").mockRejectedValue(new Error("Maximum MIME nesting depth"));
    expect(await readBounce(report(""))).toEqual({
      kind: "unreadable",
      reason: "its MIME structure is broken",
    });
  });

  test("isn't a mistake of our own: it keeps its stack", async () => {
    vi.spyOn(PostalMime.prototype, "parse").mockResolvedValue({} as Email);
    await expect(readBounce(report(""))).rejects.toThrow(TypeError);
  });
});

describe("whatever bytes arrive", () => {
  test("nothing throws, and nothing that a bounce doesn't say is proven", async () => {
    const whole = report(`Final-Recipient: rfc822; ${OWNER}\nAction: failed\nStatus: 5.2.2`);
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.nat(whole.length), async (noise, at) => {
        for (const raw of [
          noise,
          Buffer.concat([whole.subarray(0, at), noise, whole.subarray(at)]),
          whole.subarray(0, at),
        ])
          expect((await outcomeOf(raw)).addressIsBad).toBe(false);
      }),
      { numRuns: 200 },
    );
  });

  const MEGABYTE = 1_000_000;
  const fill = (text: string) => text.repeat(Math.ceil(MEGABYTE / text.length));
  test.each([
    ["nested parts", () => fill("Content-Type: multipart/mixed; boundary=a\n\n--a\n")],
    ["a million parts", () => multipart({}, [fill("--part-of-a-bounce\n\n")]).toString()],
    ["a long status part", () => report(fill("a: b\n")).toString()],
    ["a status part of one line", () => report(`Diagnostic-Code: ${fill("(")}`).toString()],
    ["wrapped lines without end", () => report(`Diagnostic-Code: smtp; 550\n${fill(" a\n")}`).toString()],
    ["addresses", () => message({ From: "MAILER-DAEMON@a" }, fill(`<${OWNER}> `)).toString()],
    ["lines of addresses", () => message({ From: "MAILER-DAEMON@a" }, fill(`${OWNER}\n`)).toString()],
    ["at signs", () => message({ From: "MAILER-DAEMON@a" }, fill("@")).toString()],
    ["empty lines", () => message({}, fill("\n")).toString()],
    ["open brackets", () => message({ "Content-Type": "text/html" }, fill("<")).toString()],
    [
      "failed recipients",
      () => message({ "X-Failed-Recipients": fill("a@b.example,").slice(0, 200_000) }, "").toString(),
    ],
    ["a recipient of quotes", () => failed(`rfc822; ${fill('"\\').slice(0, 200_000)}@a`).toString()],
  ])("a megabyte of %s is read before the test times out", async (_, build) => {
    const raw = Buffer.from(build().replace(/\r?\n/g, "\r\n"));
    expect((await outcomeOf(raw)).addressIsBad).toBe(false);
  });
});
