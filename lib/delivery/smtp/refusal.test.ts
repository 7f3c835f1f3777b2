import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { classifyRefusal, provesBadAddress, type RelayLately, readSmtpReply, replyOfReport } from "./refusal";
import { CODE_ROWS, REFUSAL_PHASES, REPLY_ROWS, type RefusalPhase, WORD_ROWS } from "./refusal-evidence";
import { RECORDED_REPLIES } from "./replies.fixture";
import { STRANGER_REPLIES } from "./stranger-replies.fixture";

const ALL_REPLIES = [...RECORDED_REPLIES, ...STRANGER_REPLIES];

const judge = (phase: RefusalPhase, reply: string, lately?: RelayLately) =>
  classifyRefusal(phase, readSmtpReply(reply), lately);
const judgeReport = (status: string, diagnostic: string | null) =>
  classifyRefusal("report", replyOfReport(status, diagnostic));

describe("a refusal", () => {
  test.each(ALL_REPLIES)("of %s at %s: %s", (_, phase, reply, whose, lasting, proof) => {
    expect(judge(phase, reply)).toMatchObject({ whose, lasting, proof });
  });

  test.each([
    ["connect", "connection"],
    ["login", "connection"],
    ["rcpt-to", "unknown"],
    ["data", "unknown"],
  ] as const)("without a reply at %s: %s, for now", (phase, whose) => {
    expect(classifyRefusal(phase, null)).toMatchObject({ whose, lasting: false });
  });
});

describe("what the relay does for others", () => {
  test.each([
    ["554 5.7.1 <o@p.example>: Relay access denied", "recipient"],
    ["451 4.3.0 Temporary lookup failure", "recipient"],
    ["550", "recipient"],
    ["554 5.7.1 <pod>: Client host rejected: Access denied", "unknown"],
    ["550 5.1.1 User unknown", "recipient"],
  ])("makes %s at RCPT, while it accepts others: %s", (reply, whose) => {
    expect(judge("rcpt-to", reply, "accepts-others").whose).toBe(whose);
  });

  test.each([
    ["550 5.1.1 User unknown", "relay"],
    ["554 5.7.1 <o@p.example>: Relay access denied", "relay"],
    ["550", "relay"],
    ["450 4.2.0 Greylisted", "recipient"],
    ["552 5.2.2 Mailbox full", "recipient"],
  ])("makes %s at RCPT, while it refuses everybody: %s", (reply, whose) => {
    expect(judge("rcpt-to", reply, "refuses-everybody").whose).toBe(whose);
  });

  test("never proves an address bad while it refuses everybody", () => {
    for (const [, phase, reply, , , proof] of ALL_REPLIES)
      expect(provesBadAddress(judge(phase, reply, "refuses-everybody"))).toBe(
        phase === "report" && proof === "proven",
      );
  });
});

describe("a delivery report", () => {
  test.each<[string, string | null, string, boolean]>([
    ["5.1.1", null, "recipient", true],
    ["5.1.1", "550 5.1.1 User unknown", "recipient", true],
    ["5.1.1", "550 No such user here", "recipient", true],
    ["5.0.0", "550 5.1.1 <o@p.example>: User unknown", "recipient", true],
    [
      "5.0.0",
      "host mx.p.example [10.0.0.9] said: 550 5.1.1 User unknown (in reply to RCPT TO)",
      "recipient",
      true,
    ],
    ["5.0.0", "550 sorry, no mailbox here by that name. (#5.1.1)", "recipient", true],
    ["5.1.1", 'unknown user: "owner"', "recipient", true],
    ["5.0.0", null, "unknown", false],
    ["5.0.0", "552 5.2.2 over quota", "recipient", false],
    ["5.0.0", "552 over quota", "recipient", false],
    ["5.0.0", "550 No such user here", "recipient", false],
    ["5.0.0", "550 Administrative prohibition", "unknown", false],
    ["5.1.1", "552 5.2.2 mailbox full", "recipient", false],
    ["5.1.1", "552 mailbox full", "recipient", false],
    ["5.1.1", "550 5.7.1 blacklisted", "relay", false],
    ["5.1.1", "550 blacklisted", "relay", false],
    ["5.1.1", "554 Access denied", "unknown", false],
    ["4.4.1", "550 5.1.1 User unknown", "recipient", false],
    ["4.4.7", null, "unknown", false],
    ["5.4.4", "Host or domain name not found", "recipient", false],
    ["5.1.8", null, "relay", false],
    ["5.2.1", null, "recipient", false],
    ["5.7.1", "550 5.7.1 Message rejected as spam", "message", false],
  ])("with status %s and diagnostic %s: %s; bad address: %s", (status, diagnostic, whose, isBad) => {
    const refusal = judgeReport(status, diagnostic);
    expect(refusal.whose).toBe(whose);
    expect(provesBadAddress(refusal)).toBe(isBad);
  });
});

describe("whatever a server says", () => {
  const phase = fc.constantFrom(...REFUSAL_PHASES);
  const lately = fc.constantFrom<RelayLately>("accepts-others", "refuses-everybody", "nothing");
  const phrase = fc.constantFrom(...WORD_ROWS.flatMap(({ phrases }) => phrases));
  const code = fc.constantFrom("421", "450", "451", "452", "454", "550", "551", "552", "553", "554", "556");
  const enhanced = fc.constantFrom("", "5.0.0 ", "5.1.1 ", "5.1.8 ", "5.7.1 ", "5.2.2 ", "4.1.1 ", "5.1.10 ");
  const text = fc.array(fc.oneof(phrase, fc.string())).map((parts) => parts.join(" "));
  const reply = fc
    .tuple(code, enhanced, text)
    .map(([digits, status, words]) => `${digits} ${status}${words}`);

  test("only the five codes and a null MX prove a bad address, after a recipient was named", () => {
    fc.assert(
      fc.property(phase, reply, lately, (at, said, recently) => {
        if (!provesBadAddress(judge(at, said, recently))) return;
        expect(["rcpt-to", "data", "report"]).toContain(at);
        expect(said).toMatch(/^556|5\.1\.(1|2|3|6|10)(?!\d)/);
      }),
    );
  });

  test("words never prove an address bad that the codes alone don't", () => {
    fc.assert(
      fc.property(phase, code, enhanced, text, (at, digits, status, words) => {
        const withoutCodes = words.replace(/\d/g, "");
        const isBad = provesBadAddress(judge(at, `${digits} ${status}${withoutCodes}`));
        expect(isBad && !provesBadAddress(judge(at, `${digits} ${status}`))).toBe(false);
      }),
    );
  });

  test("an address in the text changes nothing, whatever words and codes it has", () => {
    const local = fc.constantFrom(
      "client-host",
      "5.1.1",
      "spamhaus",
      "sender-verify",
      "relaying.denied",
      "quota-full",
    );
    fc.assert(
      fc.property(phase, fc.constantFrom(...RECORDED_REPLIES), local, (at, [, , said], name) => {
        expect(judge(at, `${said} <${name}@5.1.1.example>`)).toEqual(judge(at, `${said} <o@p.example>`));
      }),
    );
  });
});

describe("docs/delivery.md", () => {
  const flat = (words: string) => words.replace(/\s+/g, " ");
  const paper = flat(readFileSync("docs/delivery.md", "utf8"));

  test("has every row of the evidence, and no other", () => {
    const lastingOf = (lasting: string) => (lasting === "no" ? "no" : "5xx");
    const rows = [
      ...CODE_ROWS.map(({ codes, ...row }) => ({
        says: codes.map((each) => `x.${each}`).join(", "),
        ...row,
      })),
      ...REPLY_ROWS.map(({ replies, ...row }) => ({ says: replies.join(", "), ...row })),
    ].map(
      ({ says, means, whose, lasting, proof, source }) =>
        `| ${says} | ${means} | ${whose} | ${lastingOf(lasting)} | ${proof} | ${source} |`,
    );
    const words = WORD_ROWS.map(
      ({ topic, phrases, source }) => `- *${topic}*: ${phrases.join(" · ")} (${source})`,
    );
    for (const row of [...rows, ...words]) expect(paper).toContain(row);
    expect(paper.match(/\| (5xx|no) \| (proven|likely|none) \|/g)).toHaveLength(rows.length);
    expect(
      paper.match(/- \*(?:later|our-limit|us|relaying|system|full|quota|recipient|content)\*: /g),
    ).toHaveLength(words.length);
  });
});
