import { composeRendered } from "@/alerting/compose/compose-rendered";
import { mailLinks } from "@/alerting/compose/mail-links";
import { renderMail } from "@/alerting/mail/render";
import { repeat } from "@/alerting/runtime/repeat";
import { catalogueStore } from "@/lib/catalogue/store";
import { type NewMail, orderKeyOf } from "@/lib/delivery/mail";
import { testAlertStore, type WaitingTest } from "@/lib/test-alerts/store";

export type TestAlertOptions = {
  /** MAIL_FROM. */
  mailFrom: string;
  /** NEXTAUTH_URL. */
  portalUrl: string;
  pollMs?: number;
  /** Called when mails were written, so that delivery looks at once. */
  onWritten?: () => void;
};

/**
 * Writes the mails of the test alerts that owners ask for, until stopped: by the alerts' own template, into the same outbox.
 * It never throws; what can't be written is logged and tried again.
 */
export function startTestAlerts(options: TestAlertOptions): { stop(): Promise<void> } {
  const { pollMs = 1_000 } = options;
  const complaint = "A test alert could not be written; it is tried again.";
  return repeat({ pauseMs: pollMs, complaint }, async () => {
    const written = await testAlertStore.writeTestAlerts((test) => testMail(test, options));
    if (written > 0) options.onWritten?.();
  });
}

async function testMail(test: WaitingTest, { mailFrom, portalUrl }: TestAlertOptions): Promise<NewMail> {
  const { tenantId: id, tenantName: name, links } = test;
  const rendered = await renderMail({
    kind: "test",
    reason: "You asked for a test alert on the alerts page.",
    atMs: test.requestedAtMs,
    capability: { id, name },
    timeZone: test.timeZone,
    thread: null,
    lines: [],
    alsoFiring: [],
    deployments: null,
    by: test.requestedBy,
    links: mailLinks(portalUrl, await catalogueStore.readPlatform(), { id, name, links }, null),
  });
  const composed = await composeRendered(rendered, {
    mailFrom,
    to: test.contactAddress,
    atMs: test.requestedAtMs,
    threadId: null,
  });
  return {
    id: test.id,
    tenantId: test.tenantId,
    kind: "test",
    recipient: test.contactAddress,
    threadId: null,
    // An order of its own: a test must not wait behind an alert that is put off, nor hold one up.
    orderKey: orderKeyOf(test.tenantId, "test"),
    ...composed,
  };
}
