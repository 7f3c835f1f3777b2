import { randomUUID } from "node:crypto";
import { momentInWords } from "@/alerting/mail/moments";
import { nameInWords } from "@/alerting/mail/names";
import { subjectOf } from "@/alerting/mail/subject";
import type { LostThread } from "@/lib/delivery/losses/store";
import { type NewMail, orderKeyOf } from "@/lib/delivery/mail";
import { composeMail, newMessageId, parseSender, threadRootOf } from "@/lib/delivery/message";

/**
 * The mail that ends a thread whose alert the database has lost: the owner was told that it fires, and no record would ever say that it
 * is over.
 * @param told the newest mail of the thread that a relay took
 * @param sender MAIL_FROM, and the portal's address
 */
export async function lostRecordMail(
  { tenantId, threadId, name, timeZone }: LostThread,
  told: { recipient: string; atMs: number },
  { mailFrom, portalUrl }: { mailFrom: string; portalUrl: string },
): Promise<NewMail> {
  const nowMs = Date.now();
  const [who, when] = [nameInWords(name, 80), momentInWords(told.atMs, timeZone, nowMs)];
  const { domain } = parseSender(mailFrom);
  const messageId = newMessageId(domain);
  const text = `NO RECORD: ${who}. The record of an alert that was mailed at ${when} is lost.

The platform's database lost its last seconds, as a failover can, and the alert with them. This mail ends the thread: no further mail about that alert follows, and the link in it leads to no record.

Whether the alert is over isn't known. If its signal is still failing, a new alert fires with its own mail.

${new URL("/alerts", portalUrl).href}
`;
  const content = {
    from: mailFrom,
    to: told.recipient,
    subject: subjectOf({ word: "no record" }, name, { topics: [], also: null }),
    messageId,
    date: new Date(nowMs),
    threadRoot: threadRootOf(threadId, domain),
    text,
  };
  return {
    id: randomUUID(),
    tenantId,
    kind: "cancelled",
    recipient: told.recipient,
    threadId,
    orderKey: orderKeyOf(tenantId, `lost/${threadId}`),
    refused: null,
    messageId,
    ...(await composeMail(content)),
  };
}
