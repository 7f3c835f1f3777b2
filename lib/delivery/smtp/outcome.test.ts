import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anyText } from "@/testing/any-text";
import { acceptedOutcome, failedOutcome, plainWords, type SmtpPhase } from "./outcome";
import { OUTCOME_CLASSES } from "./outcome-class";

const reply = (response: string, command: string, code = "EENVELOPE") => ({
  response,
  command,
  code,
  message: "",
});

describe("a reply is sorted by enhanced code, then reply code, then phase", () => {
  test.each([
    // whose: the relay
    ["421 4.3.2 Shutting down", "RCPT TO", "unclear"],
    ["421 4.7.0 Try again later, closing connection", "MAIL FROM", "transport"],
    ["421 Too many connections", "DATA", "relay-refuses"],
    ["452 4.3.1 Insufficient system storage", "RCPT TO", "unclear"],
    ["451 4.3.0 Temporary lookup failure", "RCPT TO", "unclear"],
    ["451 4.4.1 No answer from host", "DATA", "unclear"],
    ["530 5.7.0 Must issue a STARTTLS command first", "MAIL FROM", "transport"],
    ["530 Authentication required", "RCPT TO", "relay-refuses"],
    ["535 5.7.8 Authentication credentials invalid", "AUTH PLAIN", "transport"],
    ["454 4.7.0 Temporary authentication failure", "AUTH LOGIN", "transport"],
    ["554 5.7.1 <a@b.example>: Relay access denied", "RCPT TO", "unclear"],
    ["454 4.7.1 <a@b.example>: Relay access denied", "RCPT TO", "unclear"],
    ["550 5.7.1 Unable to relay", "RCPT TO", "unclear"],
    ["550 relaying not permitted", "RCPT TO", "unclear"],
    ["550 5.7.1 Sender not allowed", "MAIL FROM", "transport"],
    ["553 5.1.8 Sender domain not found", "RCPT TO", "relay-refuses"],
    ["553 5.1.7 Bad sender address", "RCPT TO", "relay-refuses"],
    ["450 4.1.8 Sender address rejected: Domain not found", "RCPT TO", "relay-refuses"],
    ["450 4.7.1 Slow down", "MAIL FROM", "transport"],
    ["550 Bad sender", "MAIL FROM", "transport"],
    ["503 5.5.1 Bad sequence of commands", "RCPT TO", "relay-refuses"],
    ["502 Command not implemented", "DATA", "relay-refuses"],
    // whose: the recipient, for now
    ["450 4.2.0 Greylisted, try again in 60 seconds", "RCPT TO", "transient"],
    ["450 4.7.1 Greylisted", "RCPT TO", "transient"],
    ["451 4.7.1 Greylisting in action", "RCPT TO", "transient"],
    ["450 mailbox busy", "RCPT TO", "transient"],
    ["451 local error in processing", "DATA", "unclear"],
    ["452 too many recipients", "RCPT TO", "unclear"],
    ["452 4.2.2 Over quota", "RCPT TO", "mailbox-full"],
    ["452 4.2.2 Insufficient system storage", "RCPT TO", "mailbox-full"],
    ["451 4.1.1 Lookup deferred", "RCPT TO", "transient"],
    ["550 4.2.1 Receiving mail too fast", "RCPT TO", "transient"],
    ["450 5.1.1 Contradicts itself", "RCPT TO", "transient"],
    // whose: the recipient, perhaps for days
    ["552 5.2.2 Mailbox full", "RCPT TO", "mailbox-full"],
    ["552 5.2.2 Over quota", "DATA", "mailbox-full"],
    ["552 5.2.2 Insufficient system storage", "DATA", "mailbox-full"],
    ["550-5.2.2 The inbox is out of storage\n550 5.2.2 see the help pages", "RCPT TO", "mailbox-full"],
    ["552 Requested mail action aborted: exceeded storage allocation", "RCPT TO", "mailbox-full"],
    // whose: the recipient, for good
    ["550 5.1.1 No such user", "RCPT TO", "bad-address"],
    ["551 5.1.6 Moved", "RCPT TO", "bad-address"],
    ["553 5.1.3 Bad address syntax", "RCPT TO", "bad-address"],
    ["501 5.1.3 Bad address syntax", "RCPT TO", "bad-address"],
    ["550 5.1.10 Recipient not found", "RCPT TO", "bad-address"],
    ["556 5.1.10 Null MX", "RCPT TO", "bad-address"],
    ["556 Domain does not accept mail", "RCPT TO", "bad-address"],
    ["550 5.2.1 Mailbox disabled", "RCPT TO", "recipient-refused"],
    ["550 5.1.1 No such user", "DATA", "bad-address"],
    ["550 No such user here", "RCPT TO", "recipient-refused"],
    ["550 5.4.1 Recipient address rejected", "RCPT TO", "recipient-refused"],
    ["550 5.5.0 mailbox unavailable", "RCPT TO", "recipient-refused"],
    ["551 User not local", "RCPT TO", "unclear"],
    ["553 Mailbox name not allowed", "RCPT TO", "unclear"],
    // unclear: content or policy
    ["550 5.7.1 Message rejected due to policy", "RCPT TO", "unclear"],
    ["554 5.7.1 Spam", "DATA", "policy"],
    ["554 Transaction failed", "DATA", "unclear"],
    ["550 Content rejected", "DATA", "policy"],
    ["554 5.6.0 Message could not be parsed", "DATA", "policy"],
    ["552 5.3.4 Message too big", "MAIL FROM", "policy"],
    ["552 5.3.4 Message too big", "DATA", "policy"],
    ["554 Transaction failed", "RCPT TO", "unclear"],
  ])("%s at %s: %s", (response, command, expected) => {
    expect(failedOutcome(reply(response, command), "transaction")).toMatchObject({ class: expected });
  });

  test("any refusal before the connection stands is the relay's, whatever its code", () => {
    for (const response of ["554 5.7.1 Go away", "550 5.1.1 No", "450 4.2.0 Later", "220"]) {
      expect(failedOutcome(reply(response, "CONN", "EPROTOCOL"), "connect").class).toBe("transport");
    }
  });

  test.each([
    ["EDNS", "transport"],
    ["ESOCKET", "transport"],
    ["ETIMEDOUT", "transport"],
    ["ETLS", "transport"],
    ["EAUTH", "transport"],
    ["EABORT", "transport"],
    ["ECONNECTION", "transport"],
  ])("%s without a reply while connecting: %s", (code, expected) => {
    expect(failedOutcome({ code, message: "x" }, "connect").class).toBe(expected);
  });

  test.each([
    ["ESOCKET", "ambiguous"],
    ["ETIMEDOUT", "ambiguous"],
    ["EABORT", "ambiguous"],
    ["ECONNECTION", "ambiguous"],
    ["ESTREAM", "ambiguous"],
    ["EMESSAGE", "policy"],
  ])("%s without a reply after the connection stood: %s", (code, expected) => {
    expect(failedOutcome({ code, message: "x" }, "transaction").class).toBe(expected);
  });

  test("says what broke where the relay said nothing", () => {
    const words = (error: object) => failedOutcome(error, "connect").words;
    expect(words({ code: "ESOCKET", originalCode: "ECONNREFUSED" })).toBe(
      "The relay refused the connection.",
    );
    expect(words({ code: "ESOCKET", originalCode: "CERT_HAS_EXPIRED" })).toBe(
      "The relay shows an expired certificate.",
    );
    expect(words({ code: "ETLS", message: "Error initiating TLS - certificate has expired" })).toBe(
      "The relay failed to encrypt the connection: certificate has expired.",
    );
    expect(words({ code: "EDNS", originalCode: "ENOTFOUND" })).toBe(
      "The relay has a name that can't be resolved.",
    );
  });

  test("says that STARTTLS is what the relay doesn't know, and leaves its words where it knows it", () => {
    const words = (response: string) => failedOutcome(reply(response, "STARTTLS", "ETLS"), "connect").words;
    expect(words("502 5.5.1 Error: command not implemented")).toBe(
      "The relay offers no encryption (STARTTLS), and SMTP_URL requires it: 502 5.5.1 Error: command not implemented",
    );
    expect(words("454 4.7.0 TLS not available")).toBe("454 4.7.0 TLS not available");
  });

  test("shows no signed return path", () => {
    const path = "bounces+0123456789abcdef0123456789abcdef.0123456789abcdef0123@w.example";
    const { words } = failedOutcome(reply(`550 Verification failed for <${path}>`, "RCPT TO"), "transaction");
    expect(words).toBe("550 Verification failed for <bounces+…@w.example>");
  });

  test("keeps codes and words of the reply", () => {
    expect(failedOutcome(reply("550 5.1.1 No such user", "RCPT TO"), "transaction")).toEqual({
      class: "bad-address",
      byItself: "bad-address",
      words: "550 5.1.1 No such user",
      replyCode: 550,
      enhancedCode: "5.1.1",
      failedAt: "rcpt-to",
    });
    expect(acceptedOutcome({ response: "250 2.0.0 Ok: queued as 4F2" })).toEqual({
      class: "accepted",
      byItself: "accepted",
      words: "250 2.0.0 Ok: queued as 4F2",
      replyCode: 250,
      enhancedCode: "2.0.0",
      failedAt: null,
    });
  });

  test("is also reported as it is by itself: while others are accepted, a deferral may still be the relay's", () => {
    const deferred = reply("451 4.3.0 Temporary lookup failure", "RCPT TO");
    expect(failedOutcome(deferred, "transaction", "accepts-others")).toMatchObject({
      class: "transient",
      byItself: "unclear",
    });
  });

  test("ends in one of the classes and in bounded, printable words, whatever a relay or a library throws", () => {
    const anything = fc.record(
      {
        message: fc.string(),
        code: fc.string(),
        response: anyText(),
        command: fc.string(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(
        fc.oneof(anything, fc.constantFrom(undefined, null, "broken", 550, [])),
        fc.constantFrom<SmtpPhase>("connect", "transaction"),
        (error, phase) => {
          const { class: word, words } = failedOutcome(error, phase);
          const isKnown = OUTCOME_CLASSES.includes(word) && word !== "accepted";
          const isPlain = words.length <= 500 && !/[\p{Cc}\p{Cf}]/u.test(words);
          return isKnown && isPlain && (phase === "transaction" || word === "transport");
        },
      ),
    );
  });
});

test("words lose line breaks, control and direction characters, and end in an ellipsis when cut", () => {
  expect(plainWords("a\r\nb\u0000c\u202ed  e")).toBe("a b c d e");
  expect(plainWords("x".repeat(20), 10)).toBe(`${"x".repeat(9)}…`);
});
