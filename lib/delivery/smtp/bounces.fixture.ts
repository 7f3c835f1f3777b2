import {
  DAEMON,
  type Headers,
  message,
  multipart,
  ORIGINAL,
  OWNER,
  part,
  RETURN_PATH,
  report,
} from "./bounce-message.fixture";
import type { BounceAction } from "./bounce-outcome";
import type { Whose } from "./refusal-evidence";

const words = (body: string, headers: Headers = DAEMON): Buffer => message(headers, body);

export type RecordedBounce = [
  system: string,
  raw: Buffer,
  expected: { action: BounceAction; whose: Whose | null; addressIsBad: boolean; detail: RegExp },
];

const says = (action: BounceAction, whose: Whose | null, detail: RegExp, addressIsBad = false) => ({
  action,
  whose,
  addressIsBad,
  detail,
});
const isGone = (detail = /5\.1\.1/) => says("failed", "recipient", detail, true);

/** Bounces as mail systems really build them, of one recipient that is gone unless the name says something else. */
export const RECORDED_BOUNCES: readonly RecordedBounce[] = [
  [
    "Postfix",
    report(`Reporting-MTA: dns; relay.example
X-Postfix-Queue-ID: 4Sx1234567
X-Postfix-Sender: rfc822; ${RETURN_PATH}
Arrival-Date: Mon, 23 Nov 2026 10:00:00 +0000 (UTC)

Final-Recipient: rfc822; ${OWNER}
Original-Recipient: rfc822;${OWNER}
Action: failed
Status: 5.1.1
Remote-MTA: dns; mx.photos.example
Diagnostic-Code: smtp; 550 5.1.1 <${OWNER}>: Recipient address rejected:
    User unknown in virtual mailbox table`),
    isGone(/User unknown in virtual mailbox table$/),
  ],
  [
    "Postfix, with a list of which one member is gone",
    report(`Reporting-MTA: dns; relay.example

Final-Recipient: rfc822; former@photos.example
Original-Recipient: rfc822;${OWNER}
Action: failed
Status: 5.1.1
Diagnostic-Code: x-unix; user unknown`),
    says("part", "recipient", /^former@photos\.example: user unknown$/),
  ],
  [
    "Postfix, of a mail that waits",
    report(`Reporting-MTA: dns; relay.example

Final-Recipient: rfc822; ${OWNER}
Action: delayed
Status: 4.4.1
Will-Retry-Until: Sat, 28 Nov 2026 10:00:00 +0000 (UTC)
Diagnostic-Code: X-Postfix; connect to mx.photos.example[192.0.2.1]:25: Connection timed out`),
    says("delayed", "unknown", /Connection timed out$/),
  ],
  [
    "Postfix, of a success",
    report(`Reporting-MTA: dns; relay.example

Final-Recipient: rfc822; ${OWNER}
Action: relayed
Status: 2.1.5
Diagnostic-Code: smtp; 250 2.1.5 Ok`),
    says("informational", null, /250/),
  ],
  [
    "Postfix, of a host without a name",
    report(`Reporting-MTA: dns; relay.example

Final-Recipient: rfc822; ${OWNER}
Action: failed
Status: 5.4.4
Diagnostic-Code: X-Postfix; Host or domain name not found. Name service error`),
    says("failed", "recipient", /Host or domain name not found/),
  ],
  [
    "Postfix, of a sender on a block list",
    report(`Reporting-MTA: dns; relay.example

Final-Recipient: rfc822; ${OWNER}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.7.1 blacklisted: ${RETURN_PATH}`),
    says("failed", "relay", /blacklisted: bounces\+…@w\.example$/),
  ],
  [
    "Exim, which always writes 5.0.0",
    report(`Reporting-MTA: dns; relay.example

Action: failed
Final-Recipient: rfc822;${OWNER}
Status: 5.0.0
Remote-MTA: dns; mx.photos.example
Diagnostic-Code: smtp; 552 5.2.2 over quota`),
    says("failed", "recipient", /over quota/),
  ],
  [
    "Exim, with the proof in the diagnostic",
    report(`Reporting-MTA: dns; relay.example

Action: failed
Final-Recipient: rfc822;${OWNER}
Status: 5.0.0
Diagnostic-Code: smtp; 550 5.1.1 No such mailbox`),
    isGone(),
  ],
  [
    "Exim, where the relay was given an Original-Recipient",
    report(`Reporting-MTA: dns; relay.example
Original-Envelope-ID: 0123456789abcdef0123456789abcdef

Original-Recipient: rfc822;${OWNER}
Action: failed
Final-Recipient: rfc822;${OWNER}
Status: 5.0.0
Remote-MTA: dns; 192.0.2.1
Diagnostic-Code: smtp; 550 5.1.1 <${OWNER}>: no such user`),
    isGone(),
  ],
  [
    "Exim, with its reason in the text only",
    report(
      `Reporting-MTA: dns; relay.example

Action: failed
Final-Recipient: rfc822;${OWNER}
Status: 5.0.0`,
      `A message that you sent could not be delivered. The following address(es) failed:

  ${OWNER}
    Unrouteable address`,
    ),
    says("failed", "unknown", /^Unrouteable address$/),
  ],
  [
    "Exim 3 and 4.7, without fields",
    words(
      `This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  ${OWNER}
    SMTP error from remote mail server after RCPT TO:<${OWNER}>:
    host mx.photos.example [192.0.2.1]: 550 5.1.1 No such user

------ This is a copy of the message, including all the headers. ------

${ORIGINAL}`,
      {
        From: "Mail Delivery System <Mailer-Daemon@relay.example>",
        Subject: "Mail delivery failed: returning message to sender",
        "X-Failed-Recipients": OWNER,
        "Auto-Submitted": "auto-replied",
      },
    ),
    says("came-back", "recipient", /550 5\.1\.1 No such user$/),
  ],
  [
    "Exim, of a mail that waits",
    words(
      `This message was created automatically by mail delivery software.
A message that you sent has not yet been delivered to one or more of its
recipients after more than 24 hours on the queue on relay.example.

The address to which the message has not yet been delivered is:

  ${OWNER}
    host mx.photos.example [192.0.2.1]
    Delay reason: SMTP error from remote mail server after RCPT TO:<${OWNER}>:
    450 4.2.0 Greylisted

No action is required on your part. Delivery attempts will continue for
some time, and this warning may be repeated. Eventually the mail delivery
software will give up, and the message will be returned to you.`,
      {
        From: "Mail Delivery System <Mailer-Daemon@relay.example>",
        Subject: "Warning: message 1abc delayed 24 hours",
        "Auto-Submitted": "auto-replied",
      },
    ),
    says("delayed", "recipient", /Greylisted/),
  ],
  [
    "Exim, with a list of which one member is gone",
    words(
      `The following address(es) failed:

  former@photos.example
    (generated from ${OWNER})
    Unrouteable address`,
      {
        From: "Mailer-Daemon@relay.example",
        Subject: "Mail delivery failed",
        "X-Failed-Recipients": "former@photos.example",
      },
    ),
    says("part", null, /former@photos\.example/),
  ],
  ...[
    [
      "elsewhere",
      "\nRemote-MTA: dns; 192.0.2.1\nDiagnostic-Code: smtp; 550 5.1.1 no such user",
      /no such user$/,
    ],
    ["of its own", "", /Unrouteable address$/],
  ].map(
    ([where, diagnostic, detail]): RecordedBounce => [
      `Exim, with fields, of a list of which one member ${where} is gone`,
      multipart({ ...DAEMON, "X-Failed-Recipients": "former@tickets.example" }, [
        part(
          "text/plain; charset=us-ascii",
          `The following address(es) failed:

  former@tickets.example
    (generated from ${OWNER})
    Unrouteable address`,
        ),
        part(
          "message/delivery-status",
          `Reporting-MTA: dns; relay.example

Action: failed
Final-Recipient: rfc822;${OWNER}
Status: 5.0.0${diagnostic}`,
        ),
      ]),
      says("part", "recipient", detail as RegExp),
    ],
  ),
  [
    "Exim, with fields, of a list of which two members are gone",
    multipart({ ...DAEMON, "X-Failed-Recipients": "former@tickets.example,\n  old@maps.example" }, [
      part(
        "text/plain; charset=us-ascii",
        `The following address(es) failed:

  former@tickets.example
    (generated from ${OWNER})
    host mx.tickets.example [192.0.2.1]
    SMTP error from remote mail server after RCPT TO:<former@tickets.example>:
    550 5.1.1 no such user
  old@maps.example
    (generated from ${OWNER})
    Unrouteable address`,
      ),
      part(
        "message/delivery-status",
        `Reporting-MTA: dns; relay.example

Action: failed
Final-Recipient: rfc822;${OWNER}
Status: 5.0.0
Remote-MTA: dns; mx.tickets.example
Diagnostic-Code: smtp; 550 5.1.1 no such user

Action: failed
Final-Recipient: rfc822;${OWNER}
Status: 5.0.0`,
      ),
    ]),
    says(
      "part",
      "recipient",
      /^former@tickets\.example: 550 5\.1\.1 no such user; old@maps\.example: .*Unrouteable address$/,
    ),
  ],
  [
    "Postfix, of a list of which four members are gone",
    report(
      ["a@a.example", "b@b.example", "c@c.example", "d@d.example"]
        .map(
          (member) =>
            `Final-Recipient: rfc822; ${member}\nOriginal-Recipient: rfc822;${OWNER}\nAction: failed
Status: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 no such user`,
        )
        .join("\n\n"),
    ),
    says(
      "part",
      "recipient",
      /^a@a\.example: 550 .*; b@b\.example: 550 .*; c@c\.example: 550 .*; and others$/,
    ),
  ],
  [
    "Sendmail",
    report(`Reporting-MTA: dns; relay.example
Received-From-MTA: DNS; w.example
Arrival-Date: Mon, 23 Nov 2026 10:00:00 GMT

Final-Recipient: RFC822; ${OWNER}
Action: failed
Status: 5.1.1
Remote-MTA: DNS; mx.photos.example
Diagnostic-Code: SMTP; 550 5.1.1 <${OWNER}>... User unknown
Last-Attempt-Date: Mon, 23 Nov 2026 10:00:01 GMT`),
    isGone(),
  ],
  [
    "Sendmail, with an alias behind the address",
    report(`Reporting-MTA: dns; relay.example

Original-Recipient: rfc822;${OWNER}
Final-Recipient: RFC822; ${OWNER}
X-Actual-Recipient: RFC822; former@host.photos.example
Action: expanded (to multi-recipient alias)
Status: 2.0.0

Original-Recipient: rfc822;${OWNER}
Final-Recipient: RFC822; former@host.photos.example
Action: failed
Status: 5.1.1`),
    says("part", "recipient", /former@host/),
  ],
  [
    "Exchange Online",
    report(`Reporting-MTA: dns;DB3PR0102.eurprd01.prod.exchangelabs.com
Received-From-MTA: dns;relay.example
Arrival-Date: Mon, 23 Nov 2026 10:00:00 +0000

Final-Recipient: rfc822;${OWNER}
Action: failed
Status: 5.1.10
Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient ${OWNER} not found by SMTP address lookup`),
    isGone(/RecipientNotFound/),
  ],
  [
    "Exchange Online, of a group that takes known senders only",
    report(`Reporting-MTA: dns;DB3PR0102.eurprd01.prod.exchangelabs.com

Final-Recipient: rfc822;${OWNER}
Action: failed
Status: 5.7.133
Diagnostic-Code: smtp;550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; authentication required`),
    says("failed", "recipient", /SenderNotAuthenticatedForGroup/),
  ],
  [
    "Exchange 2003",
    report(`Reporting-MTA: dns;mail.photos.example

Final-Recipient: rfc822;${OWNER}
Action: failed
Status: 5.1.1
X-Display-Name: Owner`),
    isGone(/status 5\.1\.1/),
  ],
  [
    "Exchange 5.5, without fields and codes",
    words(
      `Your message

  To:      ${OWNER}
  Subject: 503 errors
  Sent:    Mon, 23 Nov 2026 10:00:00 +0000

did not reach the following recipient(s):

${OWNER} on Mon, 23 Nov 2026 10:00:01 +0000
    The recipient name is not recognized
    MSEXCH:IMS:PHOTOS:EXAMPLE:MAIL 0 (000C05A6) Unknown Recipient`,
      {
        From: "System Administrator <postmaster@photos.example>",
        Subject: "Undeliverable: 503 errors",
        "X-Mailer": "Internet Mail Service (5.5.2653.19)",
      },
    ),
    says("unreadable", null, /no code/),
  ],
  [
    "Gmail",
    multipart(
      {
        From: "Mail Delivery Subsystem <mailer-daemon@googlemail.com>",
        Subject: "Delivery Status Notification (Failure)",
        "X-Failed-Recipients": OWNER,
        "Auto-Submitted": "auto-replied",
      },
      [
        part("text/plain; charset=UTF-8", "** Address not found **"),
        part(
          "message/delivery-status",
          `Reporting-MTA: dns; googlemail.com
Arrival-Date: Mon, 23 Nov 2026 02:00:00 -0800 (PST)
X-Original-Message-ID: <1@w.example>

Final-Recipient: rfc822; ${OWNER}
Action: failed
Status: 5.1.1
Remote-MTA: dns; gmail-smtp-in.l.google.com. (192.0.2.1, the server for the domain photos.example.)
Diagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does not exist. Please try
 550-5.1.1 double-checking the recipient's email address for typos or
 550 5.1.1 unnecessary spaces. - gsmtp
Last-Attempt-Date: Mon, 23 Nov 2026 02:00:01 -0800 (PST)`,
        ),
        part("message/rfc822", ORIGINAL),
      ],
    ),
    isGone(),
  ],
  [
    "Gmail, text only",
    words(
      `Delivery to the following recipient failed permanently:

     ${OWNER}

Technical details of permanent failure:
Google tried to deliver your message, but it was rejected by the recipient domain.
The error that the other server returned was:
550 5.2.2 Mailbox full

----- Original message -----

${ORIGINAL}`,
      {
        From: "Mail Delivery Subsystem <mailer-daemon@googlemail.com>",
        Subject: "Delivery Status Notification (Failure)",
      },
    ),
    says("came-back", "recipient", /^550 5\.2\.2 Mailbox full$/),
  ],
  [
    "Gmail, text only, of a mail that waits",
    words(
      `THIS IS A WARNING MESSAGE ONLY. YOU DO NOT NEED TO RESEND YOUR MESSAGE.

Delivery to the following recipient has been delayed:

     ${OWNER}

Message will be retried for 2 more day(s). The error that the other server returned was:
450 450 4.2.2 Mailbox Full (state 14).`,
      {
        From: "Mail Delivery Subsystem <mailer-daemon@googlemail.com>",
        Subject: "Delivery Status Notification (Delay)",
      },
    ),
    says("delayed", "recipient", /Mailbox Full/),
  ],
  [
    "SES",
    report(`Reporting-MTA: dns; a8-31.smtp-out.amazonses.com

Action: failed
Final-Recipient: rfc822; ${OWNER}
Diagnostic-Code: smtp; 550 5.1.1 user unknown
Status: 5.1.1`),
    isGone(),
  ],
  [
    "OpenSMTPD, in multipart/mixed",
    report(
      `Reporting-MTA: dns; relay.example

Final-Recipient: rfc822; ${OWNER}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 Invalid recipient`,
      `    Hi!

    This is the MAILER-DAEMON, please DO NOT REPLY to this email.

${OWNER}: 550 5.1.1 Invalid recipient

    Below is a copy of the original message:`,
      "multipart/mixed",
    ),
    isGone(),
  ],
  [
    "OpenSMTPD before 5.7, without fields",
    words(
      `    Hi!

    This is the MAILER-DAEMON, please DO NOT REPLY to this email.

    An error has occurred while attempting to deliver a message for
    the following list of recipients:

${OWNER}: 550 5.2.2 Mailbox full

    Below is a copy of the original message:

${ORIGINAL}`,
      { From: "Mailer Daemon <MAILER-DAEMON@relay.example>", Subject: "Delivery status notification" },
    ),
    says("came-back", "recipient", /550 5\.2\.2 Mailbox full$/),
  ],
  [
    "qmail",
    words(
      `Hi. This is the qmail-send program at relay.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<${OWNER}>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

${ORIGINAL}`,
      { From: "MAILER-DAEMON@relay.example", Subject: "failure notice" },
    ),
    says("came-back", "recipient", /^Sorry, no mailbox here by that name\. \(#5\.1\.1\)$/),
  ],
  [
    "qmail, of another server's refusal",
    words(
      `Hi. This is the qmail-send program at relay.example.

<former@photos.example>:
192.0.2.1 does not like recipient.
Remote host said: 550 5.1.1 No such user

<${OWNER}>:
Connected to 192.0.2.1 but sender was rejected.
Remote host said: 554 5.7.1 Blocked using a block list: ${RETURN_PATH}
Giving up on 192.0.2.1.`,
      { From: "MAILER-DAEMON@relay.example", Subject: "failure notice" },
    ),
    says("came-back", "relay", /^Remote host said: 554 5\.7\.1 .* bounces\+…@w/),
  ],
  [
    "Yahoo",
    words(
      `Sorry, we were unable to deliver your message to the following address.

<${OWNER}>:
Remote host said:
550 5.1.1 <${OWNER}>... User unknown
[RCPT_TO]

--- Below this line is a copy of the message.

${ORIGINAL}`,
      { From: "MAILER-DAEMON@yahoo.example", Subject: "Failure Notice" },
    ),
    says("came-back", "recipient", /^550 5\.1\.1/),
  ],
  [
    "Zoho, in quoted-printable",
    message(
      {
        From: "mailer-daemon@mail.zoho.com",
        Subject: "Undelivered Mail Returned to Sender",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "quoted-printable",
      },
      `This message was created automatically by mail delivery software.
A message that you sent could not be delivered to one or more of its recip=
ients. This is a permanent error.=20

${OWNER} Invalid Address, ERROR_CODE :550, ERROR_CODE :5.1.=
1 <${OWNER}>... User Unknown

Received:from mail.zoho.com by mx.zohomail.com`,
    ),
    says("came-back", "recipient", /ERROR_CODE :5\.1\.1/),
  ],
  [
    "Zoho, of a host that can't be reached",
    words(
      `This message was created automatically by mail delivery software.

[Status: Error, Address: <${OWNER}>, ResponseCode 421, , Host not reachable.]`,
      { From: "mailer-daemon@mail.zoho.com", Subject: "Undelivered Mail Returned to Sender" },
    ),
    says("came-back", "unknown", /ResponseCode 421/),
  ],
  [
    "Mail.ru",
    words(
      `Это письмо создано автоматически сервером Mail.Ru, отвечать на него не нужно.

This message was created automatically by mail delivery software.
The following address(es) failed:

  ${OWNER}
    SMTP error from remote mail server after RCPT TO:<${OWNER}>:
    host mx.photos.example [192.0.2.1]: 550 Message was not accepted -- user not found`,
      {
        From: "mailer-daemon@corp.mail.ru",
        Subject: "Mail delivery failed: returning message to sender",
        "X-Failed-Recipients": OWNER,
        "Content-Type": "text/plain; charset=utf-8",
      },
    ),
    says("came-back", "recipient", /550 Message was not accepted -- user not found$/),
  ],
  [
    "GMX",
    words(
      `This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of
its recipients. This is a permanent error. The following address
failed:

"${OWNER}":
SMTP error from remote server after RCPT command:
host: mx.photos.example
5.1.1 <${OWNER}>... User Unknown

--- The header of the original message is following. ---

${ORIGINAL}`,
      {
        From: "GMX Mailer Daemon <mailer-daemon@gmx.example>",
        Subject: "Mail delivery failed: returning message to sender",
      },
    ),
    says("came-back", "recipient", /^5\.1\.1/),
  ],
  [
    "1&1, with a reply of the server",
    multipart(
      { From: "Mail Delivery System <mailer-daemon@kundenserver.example>", Subject: "Mail delivery failed" },
      [
        part(
          "text/plain",
          `The following address failed:\n\n    ${OWNER}:\n        SMTP error from remote server for RCPT TO command, host: mx.photos.example\n        reason: 550 5.1.1 mailbox unavailable`,
        ),
        part("message/rfc822", ORIGINAL),
      ],
      "multipart/mixed",
    ),
    says("came-back", "recipient", /reason: 550 5\.1\.1/),
  ],
  [
    "WorkMail, with fields among the words",
    multipart(
      { From: "MAILER-DAEMON@amazonses.example", Subject: "Delivery Status Notification (Failure)" },
      [
        part(
          "text/plain; charset=iso-8859-15",
          `An error occurred while trying to deliver the mail to the following recipients:
${OWNER}

Technical report:

Reporting-MTA: dsn; smtp-out.amazonses.example

Action: failed
Final-Recipient: rfc822; ${OWNER}
Diagnostic-Code: smtp; 550 5.2.2 Mailbox Full
Status: 5.2.2`,
        ),
        part("message/rfc822", ORIGINAL, { "Content-Disposition": "attachment" }),
      ],
      "multipart/mixed",
    ),
    says("came-back", "recipient", /550 5\.2\.2 Mailbox Full/),
  ],
  [
    "iMail, without a code",
    words(
      `User mailbox exceeds allowed size: ${OWNER}

Original message follows.

${ORIGINAL}`,
      { From: '"Postmaster" <postmaster@photos.example>', Subject: "Undeliverable Mail" },
    ),
    says("unreadable", null, /no code/),
  ],
  [
    "Barracuda, of a mail that it takes for spam",
    report(`Reporting-MTA: dns; barracuda.photos.example
Received-From-MTA: smtp; barracuda.photos.example ([127.0.0.1])

Final-Recipient: rfc822; ${OWNER}
Action: failed
Status: 5.7.1
Diagnostic-Code: smtp; 550 5.7.1 Message content rejected, UBE, id=00000-22-225`),
    says("failed", "message", /Message content rejected/),
  ],
  [
    "Gmail, of a server that gives no enhanced code",
    report(`Reporting-MTA: dns; googlemail.com

Final-Recipient: rfc822; ${OWNER}
Action: failed
Status: 5.0.0
Remote-MTA: dns; mx.photos.example. (192.0.2.1, the server for the domain photos.example.)
Diagnostic-Code: smtp; 550 <${OWNER}>: User unknown`),
    says("failed", "recipient", /User unknown/),
  ],
  [
    "a server whose fields come in another order",
    report(`Reporting-MTA: dns; 192.0.2.1

Diagnostic-Code: smtp; 550 5.1.1 No such user
Status: 5.1.1
Final-Recipient: rfc822; ${OWNER}
Last-Attempt-Date: Mon, 23 Nov 2026 10:00:01 -0700
Action: failed`),
    isGone(),
  ],
  [
    "Courier",
    report(
      `Reporting-MTA: dns; relay.example
Arrival-Date: Mon, 23 Nov 2026 10:00:00 +0000
Received-From-MTA: dns; w.example

Final-Recipient: rfc822; ${OWNER}
Action: failed
Status: 5.0.0
Remote-MTA: dns; mx.photos.example [192.0.2.1]
Diagnostic-Code: smtp; 550 5.1.1 <${OWNER}>... User unknown`,
      `UNDELIVERABLE MAIL

Your message to the following recipients cannot be delivered:

<${OWNER}>:
   mx.photos.example [192.0.2.1]:
>>> RCPT TO:<${OWNER}>
<<< 550 5.1.1 <${OWNER}>... User unknown`,
    ),
    isGone(),
  ],
  [
    "dma",
    words(
      `This is the DragonFly Mail Agent v0.13 at host.example.

There was an error delivering your mail to <${OWNER}>.

mx.photos.example [192.0.2.1] did not like our RCPT TO:
550 5.1.1 <${OWNER}>: User unknown

Message headers follow.

${ORIGINAL}`,
      { From: "MAILER-DAEMON <>", Subject: "Mail delivery failed" },
    ),
    says("came-back", "recipient", /550 5\.1\.1/),
  ],
  [
    "Domino",
    report(`Reporting-MTA: dns;mail.photos.example

Final-Recipient: rfc822;${OWNER}
Action: failed
Status: 5.1.1
Diagnostic-Code: X-Notes; User owner (${OWNER}) not listed in Domino Directory`),
    isGone(/not listed in Domino Directory/),
  ],
  [
    "GroupWise, without a blank line between the groups",
    report(`Reporting-MTA: dns; gw.photos.example
Final-Recipient: rfc822; ${OWNER}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 ${OWNER}: user unknown`),
    isGone(),
  ],
  [
    "iCloud, with Status before Action",
    report(`Reporting-MTA: dns; mail-in2.apple.example
Arrival-Date: Mon, 23 Nov 2026 10:00:00 -0700

Final-Recipient: rfc822; ${OWNER}
Status: 5.1.6
Action: failed
Diagnostic-Code: smtp; 550 5.1.6 recipient no longer on server: ${OWNER}`),
    isGone(/5\.1\.6/),
  ],
  [
    "Oracle Messaging Server",
    report(`Reporting-MTA: dns; relay.example (tcp-daemon)

Original-recipient: rfc822;${OWNER}
Final-recipient: rfc822;${OWNER}
Action: failed
Status: 5.1.1 (Remote SMTP server has rejected address)
Remote-MTA: dns;mx.photos.example (TCP|192.0.2.1|1|192.0.2.2|25)
Diagnostic-code: smtp;550 5.1.1 unknown user`),
    isGone(),
  ],
  [
    "Yandex",
    report(`Reporting-MTA: dns; forward1.yandex.example
X-Yandex-Queue-ID: 1
X-Yandex-Sender: rfc822; ${RETURN_PATH}

Final-Recipient: rfc822; ${OWNER}
Original-Recipient: rfc822;${OWNER}
Action: failed
Status: 5.1.1
Remote-MTA: dns; mx.photos.example
Diagnostic-Code: smtp; 550 5.1.1 <${OWNER}> User unknown`),
    isGone(),
  ],
  [
    "PowerMTA, with fields of its own",
    report(`Reporting-MTA: dns;pmta.relay.example
Received-From-MTA: dns;w.example (192.0.2.9)

Original-Recipient: rfc822;${OWNER}
Final-Recipient: rfc822;${OWNER}
Action: failed
Status: 5.2.2 (mailbox full)
X-PowerMTA-BounceCategory: quota-issues
Diagnostic-Code: smtp;552 5.2.2 over quota`),
    says("failed", "recipient", /over quota/),
  ],
  [
    "James, with fields that are wrapped but not indented",
    report(`Reporting-MTA: dns; james.relay.example
Received-From-MTA: dns; 192.0.2.9

Final-Recipient: rfc822; ${OWNER}
Action: failed
Status: 5.0.0
Diagnostic-Code: X-James; While talking to mx.photos.example:
550 5.1.1 <${OWNER}>: no such user
Last-Attempt-Date: Mon, 23 Nov 2026 10:00:01 +0000`),
    isGone(),
  ],
];
