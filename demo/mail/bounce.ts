import { setTimeout as sleep } from "node:timers/promises";
import SMTPConnection from "nodemailer/lib/smtp-connection";
import { LOOPBACK } from "../pages/listen";

/** report: on the very recipient. member: the address is a list, and the report on one of its members. words: no program can read it. */
export const BOUNCE_FORMS = ["report", "member", "words"] as const;
export type BounceForm = (typeof BOUNCE_FORMS)[number];

const REPORTING_MTA = "mx.mailboxes.example";
const DIAGNOSTIC = "550 5.1.1 This mailbox bounces: it was set so on the inbox's page";
const TRIES = 20;
const RETRY_MS = 3_000;

/**
 * A delivery status notification (RFC 3464) in its envelope of RFC 3462: the words for people, the fields for programs, and the
 * headers of the mail that could not be delivered.
 * @param original the mail as the relay took it
 */
export function deliveryReport({
  recipient,
  returnPath,
  original,
  at,
}: {
  recipient: string;
  returnPath: string;
  original: Buffer;
  at: Date;
}): string {
  const boundary = `report-${at.getTime()}`;
  const text = original.toString("latin1");
  const headersEnd = text.indexOf("\r\n\r\n");
  return [
    `From: Mail Delivery System <mailer-daemon@${REPORTING_MTA}>`,
    `To: <${returnPath}>`,
    "Subject: Undelivered Mail Returned to Sender",
    `Date: ${at.toUTCString().replace("GMT", "+0000")}`,
    `Message-ID: <${boundary}@${REPORTING_MTA}>`,
    "Auto-Submitted: auto-replied",
    "MIME-Version: 1.0",
    `Content-Type: multipart/report; report-type=delivery-status; boundary="${boundary}"`,
    "",
    `--${boundary}`,
    "Content-Type: text/plain; charset=us-ascii",
    "",
    `Your mail to ${recipient} could not be delivered: ${DIAGNOSTIC}`,
    "",
    `--${boundary}`,
    "Content-Type: message/delivery-status",
    "",
    `Reporting-MTA: dns; ${REPORTING_MTA}`,
    "",
    `Final-Recipient: rfc822; ${recipient}`,
    "Action: failed",
    "Status: 5.1.1",
    `Diagnostic-Code: smtp; ${DIAGNOSTIC}`,
    "",
    `--${boundary}`,
    "Content-Type: text/rfc822-headers",
    "",
    headersEnd < 0 ? "" : text.slice(0, headersEnd),
    "",
    `--${boundary}--`,
    "",
  ].join("\r\n");
}

/** A bounce as no program can read it: words alone, with neither a code nor the address that failed. */
export function wordsOnly(returnPath: string, at: Date): string {
  return [
    `From: Mail Delivery System <mailer-daemon@${REPORTING_MTA}>`,
    `To: <${returnPath}>`,
    "Subject: Your mail",
    `Date: ${at.toUTCString().replace("GMT", "+0000")}`,
    `Message-ID: <words-${at.getTime()}@${REPORTING_MTA}>`,
    "",
    "We are sorry: your mail could not be put into the mailbox.",
    "",
  ].join("\r\n");
}

/** One try by SMTP, with the null sender that every report has (RFC 5321 §4.5.5). */
function handOver(port: number, returnPath: string, report: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const connection = new SMTPConnection({ host: LOOPBACK, port, ignoreTLS: true, logger: false });
    connection.on("error", reject);
    connection.connect((failed) => {
      if (failed) return reject(failed);
      connection.send({ from: "", to: [returnPath] }, report, (error) => {
        connection.close();
        if (error) reject(error);
        else resolve();
      });
    });
  });
}

/**
 * Brings a report back to the sender of a mail, and tries again while nobody takes it.
 * @param port where reports to the return paths of this demo arrive
 */
export async function bringBack(
  port: number,
  returnPath: string,
  report: string,
  stop: AbortSignal,
): Promise<void> {
  for (let tries = 0; tries < TRIES && !stop.aborted; tries += 1) {
    try {
      return await handOver(port, returnPath, report);
    } catch {
      await sleep(RETRY_MS, undefined, { signal: stop }).catch(() => {});
    }
  }
}
