import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { isDebian } from "@/setup/debian.mjs";
import { provideMailServers } from "@/setup/mail-servers.mjs";
import { describeMailServer } from "./describe-mail-server";
import { startExim } from "./exim";
import type { EximChanges } from "./exim-configuration";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const FETCH_WITHIN_MS = 240_000;

const { exim } = await provideMailServers(ROOT, AbortSignal.timeout(FETCH_WITHIN_MS));

test(exim ? "Exim is compared." : "Exim can't be had here: it needs Debian.", async () => {
  expect(exim !== null).toBe(await isDebian());
});

if (exim)
  describeMailServer<EximChanges>({
    name: "Exim",
    start: (setup, change) => startExim(exim, setup, change),
    refusesUs: [
      { because: "because it relays for no stranger", words: /^550 relay not permitted$/ },
      {
        because: "because it requires a login",
        change: { rcptTo: ["deny message = Authentication required", "  !authenticated = *"] },
        words: /^550 Authentication required$/,
      },
      {
        because: "without a reason",
        change: { rcptTo: ["deny !authenticated = *"] },
        words: /^550 Administrative prohibition$/,
      },
      {
        because: "because it knows no way to our bounces",
        change: { rcptTo: ["require verify = sender"] },
        bounceDomain: "unroutable.example",
        words: /^550-Verification failed for <…>.*550 Sender verify failed$/,
      },
    ],
    wrongLogin: /^535 Incorrect authentication data$/,
    // It gives no enhanced code, so that nothing is proven.
    mistyped: { words: /^550 Unrouteable address$/, isProven: false },
    tls: {
      change: { rcptTo: ["deny message = TLS required", "  !encrypted = *"] },
      withoutIt: /^550 TLS required$/,
      hasNone: /^The relay offers no encryption \(STARTTLS\), and SMTP_URL requires it: 503 /,
    },
    tooLarge: [{ and: "and says so before", words: /exceeds the relay's size limit/ }],
    // "Completed" is said of a mail that came back as well.
    delivered: / => [^\n]* T=mailboxes/,
    full: { status: null, words: /mailbox is full/i },
    rewritten: "xn--jrgen-kva@elsewhere.example",
    delayedStatus: null,
    // It names the list as both recipients, and the member that failed in a header of its own.
    report: [
      /^Final-Recipient: rfc822;team@photos\.example\r$/m,
      /^X-Failed-Recipients: former@elsewhere\.example\r$/m,
    ],
  });
