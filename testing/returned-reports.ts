import { report } from "@/lib/delivery/smtp/bounce-message.fixture";

/** What may come back of a mail that was accepted, and proves nothing about its address; by how it comes back. */
export const RETURNED_REPORTS: Record<string, (recipient: string) => Buffer> = {
  "for a member of a list": (recipient) =>
    report(`Final-Recipient: rfc822; former.${recipient}\nAction: failed\nStatus: 5.1.1`),
  "for a list, of a member": (recipient) =>
    report(
      `Original-Recipient: rfc822; ${recipient}\nFinal-Recipient: rfc822; former.${recipient}\nAction: failed\nStatus: 5.1.1`,
    ),
  "for a while": (recipient) =>
    report(`Final-Recipient: rfc822; ${recipient}\nAction: delayed\nStatus: 4.4.1`),
  "and can't be read": () => report(""),
};
