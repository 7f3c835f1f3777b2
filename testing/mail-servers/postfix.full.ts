import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { isDebian } from "@/setup/debian.mjs";
import { provideMailServers } from "@/setup/mail-servers.mjs";
import { describeMailServer } from "./describe-mail-server";
import { postfixRunsHere, startPostfix } from "./postfix";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const FETCH_WITHIN_MS = 240_000;

const { postfix } = postfixRunsHere()
  ? await provideMailServers(ROOT, AbortSignal.timeout(FETCH_WITHIN_MS))
  : { postfix: null };

test(postfix ? "Postfix is compared." : "Postfix can't be had here: it needs Debian and root.", async () => {
  expect(postfix !== null).toBe(postfixRunsHere() && (await isDebian()));
});

if (postfix)
  describeMailServer<Record<string, string>>({
    name: "Postfix",
    start: (setup, change) => startPostfix(postfix, setup, change),
    refusesUs: [
      { because: "because nobody logged in", words: /^554 5\.7\.1 .*Relay access denied$/ },
      {
        because: "because of the host",
        change: { smtpd_client_restrictions: "permit_sasl_authenticated, reject" },
        words: /^554 5\.7\.1 .*Client host rejected: Access denied$/,
      },
      {
        because: "because of our name",
        change: { smtpd_helo_restrictions: "permit_sasl_authenticated, reject" },
        words: /^554 5\.7\.1 .*Helo command rejected: Access denied$/,
      },
      {
        because: "because of our sender",
        change: { smtpd_sender_restrictions: "permit_sasl_authenticated, reject" },
        words: /^554 5\.7\.1 .*Sender address rejected: Access denied$/,
      },
    ],
    wrongLogin: /^535 5\.7\.8 /,
    mistyped: { words: /^550 5\.1\.1 <ownr@photos\.example>: .*User unknown/, isProven: true },
    tls: {
      change: { smtpd_tls_security_level: "encrypt" },
      withoutIt: /^530 5\.7\.0 Must issue a STARTTLS command first$/,
      hasNone: /^The relay offers no encryption \(STARTTLS\), and SMTP_URL requires it: 502 5\.5\.1 /,
    },
    tooLarge: [
      { and: "and says so before", words: /exceeds the relay's size limit/ },
      { and: "and says so after", change: { smtpd_discard_ehlo_keywords: "size" }, words: /^552 5\.3\.4 / },
    ],
    delivered: /status=sent \(delivered to mailbox\)/,
    // Only the status says what it is: the words are those of the file system.
    full: { status: "5.2.2", words: /./ },
    rewritten: null,
    delayedStatus: "4.2.0",
    report: [
      /^Original-Recipient: rfc822;team@photos\.example\r$/m,
      /^Final-Recipient: rfc822; former@elsewhere\.example\r$/m,
    ],
  });
