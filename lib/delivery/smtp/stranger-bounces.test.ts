import { expect, test } from "vitest";
import { readBounce } from "./bounce";
import { message, multipart, OWNER, part, report } from "./bounce-message.fixture";
import { bounceOutcomeOf } from "./bounce-outcome";

const MTA = "Reporting-MTA: dns; relay.example\n\n";
const DAEMON = { From: "Mail Delivery System <MAILER-DAEMON@relay.example>" };
const latin1 = (raw: Buffer) => Buffer.from(raw.toString(), "latin1");
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64").replace(/.{76}/g, "$&\n");
/** "It was not delivered" and "error", as ISO-2022-JP writes them. */
const JAPANESE = Buffer.concat([
  Buffer.from("\x1b$B$3$N%a!<%k$OG[Aw$G$-$^$;$s$G$7$?\x1b(B\n\n", "latin1"),
  Buffer.from(`<${OWNER}>: 550 5.1.1 User unknown\n`),
]);

/** Bounces that nobody had in mind while the reader was written, judged by hand first. */
const CASES: [string, Buffer, string, object, RegExp][] = [
  [
    "in Japanese, in ISO-2022-JP, with words only",
    message(
      {
        ...DAEMON,
        Subject: "=?iso-2022-jp?B?GyRCJSglaSE8GyhC?=",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=iso-2022-jp",
        "Content-Transfer-Encoding": "base64",
      },
      base64(JAPANESE),
    ),
    OWNER,
    { action: "came-back", whose: "recipient", addressIsBad: false },
    /User unknown/,
  ],
  [
    "in German, with words only and no code",
    message(
      { ...DAEMON, Subject: "Unzustellbar: Fehlerrate 8 %", "Auto-Submitted": "auto-replied" },
      `Ihr Dokument konnte nicht zugestellt werden an:\n${OWNER}\nBenutzer ist nicht im Verzeichnis aufgeführt.`,
    ),
    OWNER,
    { action: "unreadable", addressIsBad: false },
    /no code beside the address/,
  ],
  [
    "in German, with letters of Latin-1 in its fields",
    latin1(
      multipart({ ...DAEMON, Subject: "Unzustellbar" }, [
        part("text/plain; charset=iso-8859-1", "Nicht zustellbar."),
        part(
          "message/delivery-status",
          `${MTA}Final-Recipient: rfc822; ${OWNER}\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 Empf\u00e4nger unbekannt`,
        ),
      ]),
    ),
    OWNER,
    { action: "failed", status: "5.1.1", whose: "recipient", addressIsBad: true },
    /Empf.+nger unbekannt/,
  ],
  [
    "of RFC 6533, for an address outside ASCII that a server further on doesn't take",
    multipart({ ...DAEMON, Subject: "Undelivered Mail" }, [
      part("text/plain; charset=utf-8", "It was not delivered."),
      part(
        "message/global-delivery-status",
        `${MTA}Original-Recipient: utf-8; j\\x{FC}rgen@b\\x{FC}cher.example\nFinal-Recipient: utf-8; jürgen@bücher.example\nAction: failed\nStatus: 5.6.7\nDiagnostic-Code: X-Postfix; SMTPUTF8 is required, but was not offered by host mx.example[10.0.0.9]`,
      ),
    ]),
    "jürgen@bücher.example",
    { action: "failed", status: "5.6.7", whose: "recipient", addressIsBad: false },
    /SMTPUTF8 is required/,
  ],
  [
    "of RFC 6533, with escapes, for a mailbox outside ASCII that doesn't exist",
    report(
      `${MTA}Final-Recipient: utf-8; j\\x{FC}rgen@xn--bcher-kva.example\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 no such user`,
    ),
    "jürgen@bücher.example",
    { action: "failed", status: "5.1.1", addressIsBad: true },
    /no such user/,
  ],
  [
    "of Exchange Online, for a directory that hides who exists",
    report(
      `${MTA}Final-Recipient: rfc822;${OWNER}\nAction: failed\nStatus: 5.4.1\nDiagnostic-Code: smtp;550 5.4.1 Recipient address rejected: Access denied. AS(201806281)`,
    ),
    OWNER,
    { action: "failed", whose: "recipient", addressIsBad: false },
    /Access denied/,
  ],
  [
    "after days in a queue",
    report(
      `${MTA}Final-Recipient: rfc822;${OWNER}\nAction: failed\nStatus: 4.4.7\nDiagnostic-Code: smtp; 421 4.7.0 [TSS04] Messages from 10.0.0.7 temporarily deferred due to user complaints - 4.16.55.1`,
    ),
    OWNER,
    { action: "failed", whose: "relay", addressIsBad: false },
    /TSS04/,
  ],
  [
    "of a quota that is the sender's",
    report(
      `${MTA}Final-Recipient: rfc822;${OWNER}\nAction: failed\nStatus: 5.7.1\nDiagnostic-Code: smtp; 554 5.7.1 <${OWNER}>: Recipient address rejected: Policy Rejection- Quota Exceeded`,
    ),
    OWNER,
    { action: "failed", whose: "relay", addressIsBad: false },
    /Quota Exceeded/,
  ],
];

test.each(CASES)("a bounce %s", async (_, raw, recipient, expected, detail) => {
  const outcome = bounceOutcomeOf(await readBounce(raw), recipient);
  expect(outcome).toMatchObject(expected);
  expect(outcome.detail).toMatch(detail);
});
