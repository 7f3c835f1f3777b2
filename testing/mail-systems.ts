import type { OutcomeClass } from "@/lib/delivery/smtp/outcome-class";
import type { ScriptedPhase, ScriptedVoice } from "./scripted-relay";

/** How a mail system greets and refuses, as facts from its documentation and from its replies. */
export type MailSystem = ScriptedVoice & {
  name: string;
  /** What it says to everybody who is like us: no recipient is meant. */
  refusesUs: readonly [phase: ScriptedPhase, reply: string][];
  /** What it says to one recipient or of one mail, and what that comes to while it accepts others. */
  refusesOne: readonly [phase: ScriptedPhase, reply: string, outcome: OutcomeClass][];
};

const ENHANCED = ["PIPELINING", "ENHANCEDSTATUSCODES", "8BITMIME"];

export const MAIL_SYSTEMS: readonly MailSystem[] = [
  {
    name: "Postfix",
    greeting: "220 mx.example ESMTP Postfix",
    offers: [...ENHANCED, "SIZE 10240000", "ETRN", "DSN", "SMTPUTF8", "CHUNKING"],
    refusesUs: [
      ["connect", "421 4.3.2 All server ports are busy"],
      ["connect", "521 5.7.1 Service unavailable; client host blocked using bl.example"],
      ["ehlo", "504 5.5.2 pod: Helo command rejected: need fully-qualified hostname"],
      ["starttls", "454 4.7.0 TLS not available due to local problem"],
      ["auth", "535 5.7.8 Error: authentication failed: (reason unavailable)"],
      ["auth", "454 4.7.0 Temporary authentication failure: Connection lost to authentication server"],
      ["mail", "550 5.1.8 Sender address rejected: Domain not found"],
      ["mail", "452 4.3.1 Insufficient system storage"],
      ["rcpt", "554 5.7.1 pod[10.0.0.7]: Client host rejected: Access denied"],
      ["rcpt", "553 5.7.1 Sender address rejected: not owned by user watchpost"],
    ],
    refusesOne: [
      ["rcpt", "550 5.1.1 Recipient address rejected: User unknown in local recipient table", "bad-address"],
      ["rcpt", "450 4.2.0 Recipient address rejected: Greylisted", "transient"],
      ["rcpt", "452 4.2.2 Mailbox full", "mailbox-full"],
      ["rcpt", "554 5.7.1 Relay access denied", "recipient-refused"],
      ["rcpt", "451 4.3.0 Temporary lookup failure", "transient"],
      ["data", "451 4.3.5 Server configuration problem", "unclear"],
      ["dot", "552 5.3.4 Error: message file too big", "policy"],
    ],
  },
  {
    name: "Exim",
    greeting: "220 mx.example ESMTP Exim 4.96",
    offers: ["SIZE 52428800", "8BITMIME", "PIPELINING", "HELP"],
    refusesUs: [
      ["connect", "421 Too many concurrent SMTP connections; please try again later."],
      ["connect", "554 SMTP service not available"],
      ["ehlo", "501 Syntactically invalid EHLO argument(s)"],
      ["starttls", "454 TLS currently unavailable"],
      ["auth", "535 Incorrect authentication data"],
      ["auth", "435 Unable to authenticate at present"],
      ["mail", "452 space shortage, please try later"],
      ["mail", "550 Sender verify failed"],
      ["rcpt", "550 Sender verify failed"],
      ["rcpt", "550 relay not permitted"],
      ["rcpt", "550 Administrative prohibition"],
      ["dot", "550 Administrative prohibition"],
    ],
    refusesOne: [
      ["rcpt", "550 Unrouteable address", "recipient-refused"],
      ["rcpt", "451 Temporary local problem - please try later", "transient"],
      ["rcpt", "550", "recipient-refused"],
      ["dot", "550 This message contains malware", "policy"],
      ["dot", "451 Temporary local problem - please try later", "unclear"],
    ],
  },
  {
    name: "Sendmail",
    greeting: "220 mx.example ESMTP Sendmail 8.17.1",
    offers: [...ENHANCED, "SIZE", "DSN", "ETRN", "DELIVERBY"],
    refusesUs: [
      ["connect", "421 4.3.2 Connection rate limit exceeded."],
      ["connect", "554 mx.example ESMTP not accepting messages"],
      ["ehlo", "501 5.0.0 Invalid domain name"],
      ["starttls", "454 4.3.3 TLS not available after start"],
      ["auth", "535 5.7.0 authentication failed"],
      ["mail", "553 5.1.8 Domain of sender address does not exist"],
      ["mail", "451 4.1.8 Domain of sender address does not resolve"],
      ["rcpt", "550 5.7.1 Relaying denied. Proper authentication required."],
    ],
    refusesOne: [
      ["rcpt", "550 5.1.1 User unknown", "bad-address"],
      ["rcpt", "452 4.2.2 Mailbox full", "mailbox-full"],
      ["rcpt", "451 4.7.1 Greylisting in action, please come back later", "transient"],
      ["data", "503 5.0.0 Need RCPT (recipient)", "unclear"],
      ["dot", "552 5.2.3 Message exceeds maximum fixed size", "policy"],
      ["dot", "451 4.7.1 Please try again later", "unclear"],
    ],
  },
  {
    name: "Exchange Online",
    greeting: "220 mail.protection.example Microsoft ESMTP MAIL Service ready",
    offers: [...ENHANCED, "SIZE 157286400", "DSN", "BINARYMIME", "CHUNKING", "SMTPUTF8"],
    refusesUs: [
      ["connect", "421 4.3.2 Service not available"],
      ["ehlo", "501 5.5.4 Invalid domain name"],
      ["starttls", "454 4.7.0 TLS is temporarily unavailable"],
      [
        "auth",
        "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant",
      ],
      ["auth", "535 5.7.3 Authentication unsuccessful"],
      ["mail", "530 5.7.57 Client not authenticated to send mail"],
      ["rcpt", "550 5.7.64 TenantAttribution; Relay Access Denied"],
      ["rcpt", "550 5.7.606 Access denied, banned sending IP [10.0.0.7]"],
      ["dot", "554 5.2.252 SendAsDenied; not allowed to send as this sender"],
      ["dot", "550 5.7.60 SMTP; Client does not have permissions to send as this sender"],
    ],
    refusesOne: [
      ["rcpt", "550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found by SMTP address lookup", "bad-address"],
      ["rcpt", "550 5.4.1 Recipient address rejected: Access denied.", "recipient-refused"],
      ["rcpt", "452 4.2.2 Mailbox full", "mailbox-full"],
      ["dot", "432 4.3.2 STOREDRV.Deliver; recipient thread limit exceeded", "unclear"],
    ],
  },
  {
    name: "Gmail",
    greeting: "220 smtp-relay.example ESMTP - gsmtp",
    offers: [...ENHANCED, "SIZE 157286400", "CHUNKING", "SMTPUTF8"],
    refusesUs: [
      ["connect", "421 4.7.0 Try again later, closing connection."],
      ["ehlo", "501 5.5.4 HELO/EHLO argument is invalid"],
      ["starttls", "454 4.7.0 TLS is not available now"],
      ["auth", "535-5.7.8 Username and Password not accepted.\n535 5.7.8 See the help"],
      ["auth", "454 4.7.0 Too many login attempts, please try again later"],
      ["mail", "530-5.7.0 Authentication Required.\n530 5.7.0 See the help"],
      ["rcpt", "550-5.7.1 Mail relay denied [10.0.0.7].\n550 5.7.1 Invalid credentials for relay"],
      ["dot", "550-5.4.5 Daily user sending limit exceeded.\n550 5.4.5 See the help"],
      ["dot", "550-5.7.26 This mail is unauthenticated\n550 5.7.26 SPF did not pass"],
    ],
    refusesOne: [
      [
        "rcpt",
        "550-5.1.1 The email account that you tried to reach does not exist.\n550 5.1.1 See the help",
        "bad-address",
      ],
      [
        "rcpt",
        "452-4.2.2 The recipient's inbox is out of storage space.\n452 4.2.2 See the help",
        "mailbox-full",
      ],
      ["rcpt", "450 4.2.1 The user you are trying to contact is receiving mail too quickly.", "transient"],
      ["rcpt", "421 4.3.0 Temporary System Problem. Try again later.", "transient"],
      [
        "dot",
        "552-5.7.0 This message was blocked because of its content\n552 5.7.0 illegal attachment",
        "policy",
      ],
      ["dot", "421 4.3.0 Temporary System Problem. Try again later.", "unclear"],
    ],
  },
  {
    name: "SES",
    greeting: "220 email-smtp.example ESMTP SimpleEmailService",
    offers: ["8BITMIME", "SIZE 10485760", "Ok"],
    refusesUs: [
      ["connect", "421 Too many concurrent SMTP connections"],
      ["starttls", "454 TLS not available due to temporary reason"],
      ["auth", "535 Authentication Credentials Invalid"],
      ["auth", "454 Temporary authentication failure"],
      ["mail", "530 Authentication required"],
      ["dot", "554 Message rejected: Email address is not verified."],
      ["dot", "454 Throttling failure: Daily message quota exceeded."],
      ["dot", "554 Message rejected: Sending suspended for this account."],
    ],
    refusesOne: [
      ["rcpt", "501 Invalid RCPT TO address provided", "unclear"],
      ["dot", "554 Transaction failed", "unclear"],
      ["dot", "451 Temporary service failure", "unclear"],
    ],
  },
  {
    name: "OpenSMTPD",
    greeting: "220 mx.example ESMTP OpenSMTPD",
    offers: [...ENHANCED, "SIZE 36700160", "DSN", "HELP"],
    refusesUs: [
      ["connect", "421 4.3.0 Service not available"],
      ["ehlo", "501 5.5.1 Invalid command: EHLO requires domain name"],
      ["auth", "535 Authentication failed"],
      ["auth", "421 4.3.0: Temporary failure"],
      ["mail", "530 5.5.1 Invalid command: Must issue an AUTH command first"],
      ["rcpt", "550 5.7.1 Delivery not authorized, message refused"],
    ],
    refusesOne: [
      ["rcpt", "550 5.1.1 Bad destination mailbox address: Invalid recipient", "bad-address"],
      ["rcpt", "550 Invalid recipient", "recipient-refused"],
      ["dot", "552 5.2.3 Message length exceeds administrative limit", "policy"],
    ],
  },
  {
    name: "qmail",
    greeting: "220 mx.example ESMTP",
    offers: ["PIPELINING", "8BITMIME"],
    refusesUs: [
      ["connect", "421 temporarily unavailable (#4.3.0)"],
      ["auth", "535 authorization failed (#5.7.0)"],
      ["mail", "550 sorry, this sender is not welcome (#5.7.1)"],
      ["rcpt", "553 sorry, your envelope sender is in my badmailfrom list (#5.7.1)"],
      ["rcpt", "553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)"],
    ],
    refusesOne: [
      ["rcpt", "550 sorry, no mailbox here by that name. (#5.1.1)", "bad-address"],
      ["rcpt", "553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)", "recipient-refused"],
      ["dot", "552 sorry, that message size exceeds my databytes limit (#5.3.4)", "policy"],
      ["dot", "451 qq temporary problem (#4.3.0)", "unclear"],
      ["dot", "554 mail server permanently rejected message (#5.3.0)", "unclear"],
    ],
  },
];
