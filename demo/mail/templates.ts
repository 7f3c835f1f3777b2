import { exampleMails } from "@/alerting/mail/example-mails";
import { createMailbox, type DemoMailbox } from "./mailbox";

/** A mail of each kind, by the name of its example. */
export type Templates = { mailbox: DemoMailbox; names: { name: string; id: string }[] };

/** Renders every kind of mail into a mailbox of its own, so that the inbox shows them as it shows real ones. */
export async function renderTemplates(): Promise<Templates> {
  const mails = await exampleMails();
  const mailbox = createMailbox({ messages: mails.length, bytes: Number.POSITIVE_INFINITY });
  const names: Templates["names"] = [];
  for (const { name, raw, envelope } of mails) {
    const { id } = await mailbox.receive(raw, envelope, Date.now());
    names.push({ name, id });
  }
  return { mailbox, names };
}
